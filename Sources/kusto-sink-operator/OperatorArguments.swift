import Daemon

/// The command line of `kusto-sink-operator`.
enum OperatorArguments {
    static let version = "0.1.0"

    static let interface = CommandLineInterface(
        name: "kusto-sink-operator",
        version: version,
        summary: "Turns KustoSink resources into running workers.",
        options: []
    )
}

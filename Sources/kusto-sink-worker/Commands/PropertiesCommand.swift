import Daemon
import SinkConfiguration

/// Shows the reference of properties.
struct PropertiesCommand {
    /// How it is called.
    static let command = CommandLineCommand(
        "properties",
        help: "Show all properties in a table, or everything about one of them, and exit.",
        options: [.flag("json", help: "Print them as a JSON array, for machines.")],
        operands: [
            CommandLineOperand(
                "NAME",
                .offered(PropertyListing.names),
                help: "A property, or a part of names such as flush, or a pattern such as '*.ms'."
            )
        ],
        isProbe: true
    )

    private let arguments: Arguments

    init(_ arguments: Arguments) { self.arguments = arguments }

    /// Prints what was asked for.
    /// - Throws: `ExitError` with `usage` when there is no such property.
    func run() throws(ExitError) {
        let listing: PropertyListing
        do throws(PropertyListing.NotFound) {
            listing = try PropertyListing(arguments.operands.first)
        } catch {
            throw ExitError(.usage, error.message)
        }
        let terminal = Terminal.output
        let text =
            arguments.has("json")
            ? listing.json + "\n" : listing.text(width: terminal.width, isBold: terminal.hasColours)
        print(text, terminator: "")
    }
}

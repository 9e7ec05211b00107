import Daemon
import Glibc
import Operator

/// Turns the configuration of connectors into KustoSinks.
struct MigrateCommand {
    private let arguments: Arguments

    /// Takes a command line whose command is `migrate`.
    init(_ arguments: Arguments) { self.arguments = arguments }

    /// Prints the objects, and on standard error a line for everything that a person should know.
    /// - Throws: `ExitError` with `usage` when an input cannot be read or none holds a connector of ours.
    func run() throws {
        let namespace = arguments.value("namespace")
        if let name = namespace, !SchemaPattern.objectName.matches(name) {
            throw ExitError(.usage, "--namespace \(name): a namespace must be \(SchemaPattern.objectName.expectation)")
        }
        let migration: Migration
        do throws(MigrationError) {
            var inputs: [MigrationInput] = []
            for path in arguments.operands { inputs.append(try MigrationInput(path: path)) }
            migration = try Migration(inputs, namespace: namespace)
        } catch {
            throw ExitError(.usage, error.message)
        }
        print(migration.text, terminator: "")
        let bytes = Array(migration.notes.map { "\($0)\n" }.joined().utf8)
        unsafe bytes.withUnsafeBytes { _ = unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}

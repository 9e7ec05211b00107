/// What a command line said.
package struct Arguments: Sendable, Equatable {
    /// The command that was given, or that holds where none is; nil for a program without commands.
    package internal(set) var command: String?
    /// The arguments without dashes, except for the command.
    package internal(set) var operands: [String] = []
    var given: [String: [String]] = [:]

    init() {}

    /// Returns whether the option was given; `name` is the long name.
    package func has(_ name: String) -> Bool { given[name] != nil }

    /// Returns the option's value, or nil if it was not given.
    package func value(_ name: String) -> String? { given[name]?.last }

    /// Returns the values of an option that repeats, in the order given.
    package func values(_ name: String) -> [String] { given[name] ?? [] }
}

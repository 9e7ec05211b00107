/// One property: what it takes, what it means, and how it is documented.
package struct PropertyDefinition: Sendable {
    /// Whether the property does what it says.
    package enum Status: Sendable, Hashable {
        /// The property does what its documentation says.
        case supported
        /// It is accepted, so that old configurations can be used, and does nothing.
        case ignored
        /// Using it is an error.
        case refused
    }

    /// The name, as written in a configuration.
    package let name: String
    /// Other names of the same setting.
    package let aliases: [String]
    /// What values it takes.
    package let kind: PropertyKind
    /// The value when none is given, in the form in which it would be written.
    package let defaultValue: String?
    /// Whether a value must be given.
    package let isRequired: Bool
    /// The section of the reference that it belongs to.
    package let group: PropertyGroup
    /// What introduced it: a version of the connector, `Kafka Connect`, or `kusto-sink`.
    package let since: String
    /// Whether it does what it says.
    package let status: Status
    /// One paragraph: what it does, its unit, what it depends on.
    package let documentation: String
    /// An example of a value.
    package let example: String?

    init(
        _ name: String,
        aliases: [String] = [],
        _ kind: PropertyKind,
        default defaultValue: String? = nil,
        isRequired: Bool = false,
        group: PropertyGroup,
        since: String = "1.0",
        status: Status = .supported,
        example: String? = nil,
        _ documentation: String
    ) {
        self.name = name
        self.aliases = aliases
        self.kind = kind
        self.defaultValue = defaultValue
        self.isRequired = isRequired
        self.group = group
        self.since = since
        self.status = status
        self.example = example
        self.documentation = documentation
    }

    /// Whether the value must never be printed.
    package var isSecret: Bool { kind == .password }
    /// All names of the setting, the preferred one first.
    package var names: [String] { [name] + aliases }
}

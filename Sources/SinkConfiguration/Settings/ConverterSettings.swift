package import Converters

/// How the bytes of keys or values are read.
package struct ConverterSettings: Sendable, Hashable {
    /// Whether keys or values are read.
    package var side: MessageSide
    /// What is done.
    package var kind: ConverterKind
    /// `converter.encoding` of the string converter: a charset's name, default `UTF-8`.
    package var encoding: String
    /// `schemas.enable` of the JSON converter: whether each message is an envelope of `schema` and `payload`.
    package var schemasEnable: Bool
    /// The schema registry's addresses in the order in which they are tried; empty without a registry.
    package var registryURLs: [String]
    /// All further settings of the converter, without its prefix.
    package var options: [String: ClientProperties.Value]

    /// The Java class that this stands for, as dead letters name it.
    package var className: String { kind.className }
}

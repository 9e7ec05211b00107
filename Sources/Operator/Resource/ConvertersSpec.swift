/// `spec.converters`.
package struct ConvertersSpec: Sendable, Hashable {
    /// How keys are read; `nil` leaves them alone.
    package var key: ConverterSpec?
    /// How values are read; the connector's default is none, ours `String`.
    package var value = ConverterSpec(type: "String")

    /// Creates a part of defaults.
    package init() {}
}

/// `spec.converters.key` and `spec.converters.value`.
package struct ConverterSpec: Sendable, Hashable {
    /// `String`, `Json`, `ByteArray`, `Avro`, `JsonSchema` or `Protobuf`.
    package var type: String
    /// `schemas.enable` of the JSON converter; `nil` leaves its default, true.
    package var schemasEnable: Bool?
    /// The encoding of the String converter.
    package var encoding: String?
    /// The registry of the converters that need one.
    package var schemaRegistry: SchemaRegistrySpec?
    /// Further settings of the converter by its own names.
    package var options: [String: String] = [:]

    /// Creates a part.
    package init(type: String) { self.type = type }
}

/// `…schemaRegistry`.
package struct SchemaRegistrySpec: Sendable, Hashable {
    /// One or more addresses, in the order in which they are tried.
    package var urls: [String]
    /// Basic authentication.
    package var username: ValueSource?
    /// Basic authentication.
    package var password: SecretKeyReference?
    /// Bearer authentication with a static token.
    package var bearerToken: SecretKeyReference?
    /// Bearer authentication with tokens of a token endpoint.
    package var oauth: OAuthSpec?
    /// TLS to the registry.
    package var tls: TLSSpec?

    /// Creates a part.
    package init(urls: [String]) { self.urls = urls }
}

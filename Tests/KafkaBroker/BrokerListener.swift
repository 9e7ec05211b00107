/// A port of a broker at which clients sign in or encrypt in some way.
package struct BrokerListener: Sendable {
    /// The listener's name: capital letters only.
    package let name: String
    /// `SASL_PLAINTEXT`, `SSL` and so on.
    package let securityProtocol: String
    /// The listener's own properties, without their prefix.
    package let properties: [String: String]

    /// Describes a listener.
    package init(_ name: String, _ securityProtocol: String, _ properties: [String: String] = [:]) {
        self.name = name
        self.securityProtocol = securityProtocol
        self.properties = properties
    }
}

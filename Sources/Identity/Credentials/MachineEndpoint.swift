/// A managed identity of Azure, whose tokens come from an endpoint that the machine offers.
package struct MachineEndpoint: Sendable, Hashable {
    /// Where Azure's machines offer it.
    package static let azure = "http://169.254.169.254/metadata/identity/oauth2/token"

    /// The endpoint.
    package var url: String
    /// What is asked there, as it stands behind the `?`.
    package var query: String
    /// How long before its end a token is renewed.
    package var expiryBuffer: Duration

    /// Creates an endpoint; without further arguments that of an Azure machine, with tokens renewed five minutes early.
    package init(query: String, url: String = MachineEndpoint.azure, expiryBuffer: Duration = .seconds(300)) {
        self.url = url
        self.query = query
        self.expiryBuffer = expiryBuffer
    }
}

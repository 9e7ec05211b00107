/// Where clients get their tokens for OAUTHBEARER from.
package struct KafkaTokenSource: Sendable {
    let fetch: @Sendable () async throws -> KafkaToken

    /// Creates a source.
    /// - Parameter fetch: Returns a token that is valid for a while; called by each client when it begins and before its
    ///   token ends, and again 10 s after it has thrown. What is thrown is told by its description, which holds no secret;
    ///   it may pass unless it is a ``KafkaTokenError`` that is final. It ends in limited time, at once when its task is
    ///   cancelled.
    package init(_ fetch: @escaping @Sendable () async throws -> KafkaToken) { self.fetch = fetch }
}

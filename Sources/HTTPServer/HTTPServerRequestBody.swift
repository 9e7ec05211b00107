/// A request's body in chunks, to be read once.
///
/// The client is held back while the handler is busy with a chunk.
package struct HTTPServerRequestBody: AsyncSequence, Sendable {
    package typealias Element = [UInt8]

    /// Reads the chunks.
    package struct AsyncIterator: AsyncIteratorProtocol {
        let exchange: Exchange

        /// The next chunk, or `nil` at the body's end.
        /// - Throws: ``HTTPServerError`` when the client goes away first.
        package mutating func next() async throws -> [UInt8]? { try await exchange.nextChunk() }
    }

    let exchange: Exchange

    package func makeAsyncIterator() -> AsyncIterator { AsyncIterator(exchange: exchange) }
}

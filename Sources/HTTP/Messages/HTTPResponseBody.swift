/// An answer's body in chunks as they come, to be read once.
///
/// The server is held back while nobody reads.
package struct HTTPResponseBody: AsyncSequence, Sendable {
    package typealias Element = [UInt8]

    /// Reads the chunks.
    package struct AsyncIterator: AsyncIteratorProtocol {
        let stream: ResponseStream

        /// The next bytes, or `nil` at the body's end.
        /// - Throws: ``HTTPError`` when the exchange fails, `CancellationError` when the task is cancelled.
        package mutating func next() async throws -> [UInt8]? { try await stream.next() }
    }

    let stream: ResponseStream

    package func makeAsyncIterator() -> AsyncIterator { AsyncIterator(stream: stream) }
}

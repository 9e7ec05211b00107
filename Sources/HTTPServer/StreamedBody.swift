internal import CMicroHTTPD
internal import Synchronization

/// A body of unknown length that is written while the client reads it, such as one that never ends by itself.
///
/// Each ``write(_:)`` goes out as a chunk of its own, or several when it is large. The connection is suspended whenever
/// nothing is there to send. Suspending and resuming happen under the lock, so neither can miss the other. Unchecked
/// because `connection` is only used under the lock, and `nil` before libmicrohttpd has the answer and from when it has
/// completed it.
@safe
package final class StreamedBody: @unchecked Sendable {
    private enum End {
        case none, complete, aborted
    }

    private struct State {
        var chunks: [ArraySlice<UInt8>] = []
        var waitingBytes = 0
        var end = End.none
        /// The client or the server has gone.
        var isClosed = false
        var isSuspended = false
        var writers: [CheckedContinuation<Void, Never>] = []
    }

    private let capacity: Int
    private let state = Mutex(State())
    private var connection: OpaquePointer?

    /// Creates a body without bytes.
    /// - Parameter capacity: How many bytes may wait for the client before a writer has to.
    package init(capacity: Int = 1 << 20) { self.capacity = capacity }

    /// Whether the client, or the server, has closed the connection; it is found out when something is sent.
    package var isClosed: Bool { state.withLock { $0.isClosed } }

    /// Sends bytes; waits while the client does not take what was written before.
    /// - Throws: ``HTTPServerError`` with `cut` when the connection is closed.
    package func write(_ bytes: [UInt8]) async throws(HTTPServerError) {
        let isClosed = state.withLock { state in
            guard !state.isClosed, state.end == .none, !bytes.isEmpty else { return state.isClosed }
            state.chunks.append(bytes[...])
            state.waitingBytes += bytes.count
            resume(&state)
            return false
        }
        guard !isClosed else { throw HTTPServerError(.cut, "the client closed the connection within the answer") }
        await withCheckedContinuation { continuation in
            let hasRoom = state.withLock { state in
                if state.waitingBytes <= capacity || state.isClosed || state.end == .aborted { return true }
                state.writers.append(continuation)
                return false
            }
            if hasRoom { continuation.resume() }
        }
    }

    /// Ends the body as it should end, when all that was written is sent.
    package func finish() { end(.complete) }

    /// Closes the connection at once, in the middle of the body: a fault for tests.
    package func abort() { end(.aborted) }

    private func end(_ end: End) {
        let writers = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            guard state.end == .none else { return [] }
            state.end = end
            resume(&state)
            guard end == .aborted else { return [] }
            defer { state.writers = [] }
            return state.writers
        }
        for writer in writers { writer.resume() }
    }

    // MARK: The connection's thread

    /// Returns a response that reads this body.
    func response(on connection: OpaquePointer?) -> OpaquePointer? {
        state.withLock { _ in unsafe self.connection = unsafe connection }
        return unsafe MHD_create_response_from_callback(
            UInt64.max,
            64 << 10,
            { context, _, buffer, room in
                guard let context = unsafe context, let buffer = unsafe buffer else { return StreamedBody.aborted }
                let body = unsafe Unmanaged<StreamedBody>.fromOpaque(context).takeUnretainedValue()
                return unsafe body.read(into: UnsafeMutableRawBufferPointer(start: buffer, count: room))
            },
            Unmanaged.passRetained(self).toOpaque(),
            { context in
                guard let context = unsafe context else { return }
                unsafe Unmanaged<StreamedBody>.fromOpaque(context).release()
            }
        )
    }

    /// Forgets the connection: libmicrohttpd is done with it.
    func close() {
        let writers = state.withLock { state in
            unsafe connection = nil
            state.isClosed = true
            state.isSuspended = false
            defer { state.writers = [] }
            return state.writers
        }
        for writer in writers { writer.resume() }
    }

    /// `MHD_CONTENT_READER_END_OF_STREAM` and `MHD_CONTENT_READER_END_WITH_ERROR`, macros that Swift does not import.
    private static let complete = -1
    private static let aborted = -2

    private func read(into room: UnsafeMutableRawBufferPointer) -> Int {
        let (count, writers) = state.withLock { state -> (Int, [CheckedContinuation<Void, Never>]) in
            if state.end == .aborted { return (Self.aborted, []) }
            guard let chunk = state.chunks.first else {
                if state.end == .complete { return (Self.complete, []) }
                state.isSuspended = true
                unsafe MHD_suspend_connection(connection)
                return (0, [])
            }
            let part = chunk.prefix(room.count)
            unsafe room.copyBytes(from: part)
            if part.count == chunk.count {
                state.chunks.removeFirst()
            } else {
                state.chunks[0] = chunk.dropFirst(part.count)
            }
            state.waitingBytes -= part.count
            guard state.waitingBytes <= capacity else { return (part.count, []) }
            defer { state.writers = [] }
            return (part.count, state.writers)
        }
        for writer in writers { writer.resume() }
        return count
    }

    private func resume(_ state: inout sending State) {
        guard state.isSuspended, let connection = unsafe connection else { return }
        state.isSuspended = false
        unsafe MHD_resume_connection(connection)
    }
}

internal import CMicroHTTPD
internal import Synchronization

/// One request and its answer, between libmicrohttpd's thread and the handler's task.
///
/// The connection is suspended whenever its thread has nothing to do for it: a chunk is not taken yet, or the answer is
/// not there yet. Suspending and resuming happen under the lock, so neither can miss the other. Unchecked because
/// `connection` is only used under the lock and `nil` from when libmicrohttpd has completed the request.
@safe
final class Exchange: @unchecked Sendable {
    /// What the connection's thread does next.
    enum Step {
        /// Everything given was taken; call again.
        case proceed
        /// The connection is suspended; the same bytes are given again later.
        case suspended
        /// The body is read, this is the answer.
        case respond(HTTPServerResponse)
    }

    private struct State {
        var hasStarted = false
        var chunk: [UInt8]?
        var isBodyComplete = false
        /// The client or the server has gone.
        var isClosed = false
        var isSuspended = false
        var reader: CheckedContinuation<Void, Never>?
        var response: HTTPServerResponse?
        var task: Task<Void, Never>?
    }

    let target: String
    /// The connection's socket, by which the connection is known while it is open.
    let descriptor: Int32
    private let state = Mutex(State())
    private var connection: OpaquePointer?

    init(target: String, connection: OpaquePointer, descriptor: Int32) {
        self.target = target
        self.descriptor = descriptor
        unsafe self.connection = unsafe connection
    }

    // MARK: The connection's thread

    /// Runs the handler for the request at the first call; returns whether this was the first call.
    func start(_ run: (Exchange) -> Task<Void, Never>) -> Bool {
        let isFirst = state.withLock { state in
            defer { state.hasStarted = true }
            return !state.hasStarted
        }
        guard isFirst else { return false }
        let task = run(self)
        state.withLock { $0.task = task }
        return true
    }

    /// Offers bytes of the body, none at its end.
    func offer(_ bytes: UnsafeRawBufferPointer) -> Step {
        let (step, reader) = state.withLock { state -> (Step, CheckedContinuation<Void, Never>?) in
            guard !state.isClosed else { return (.respond(.abort), nil) }
            if let response = state.response {
                // A handler that answers early does not want the rest of the body, but the client wants to send it.
                if unsafe !bytes.isEmpty { return (.proceed, nil) }
                return (.respond(response), nil)
            }
            if unsafe bytes.isEmpty {
                state.isBodyComplete = true
            } else if state.chunk == nil {
                state.chunk = unsafe Array(bytes)
                defer { state.reader = nil }
                return (.proceed, state.reader)
            }
            state.isSuspended = true
            unsafe MHD_suspend_connection(connection)
            defer { state.reader = nil }
            return (.suspended, state.reader)
        }
        reader?.resume()
        return step
    }

    /// Ends the exchange: libmicrohttpd is done with the request or its client.
    func complete() {
        let (reader, task, streamed) = state.withLock { state in
            unsafe connection = nil
            state.isClosed = true
            state.isSuspended = false
            defer { state.reader = nil }
            return (state.reader, state.task, Self.streamedBody(of: state))
        }
        streamed?.close()
        reader?.resume()
        task?.cancel()
    }

    // MARK: The handler's task

    /// The next chunk of the body, or `nil` at its end.
    func nextChunk() async throws -> [UInt8]? {
        while true {
            let (chunk, isComplete, isClosed) = state.withLock { state in
                defer { state.chunk = nil }
                if state.chunk != nil { resume(&state) }
                return (state.chunk, state.isBodyComplete, state.isClosed)
            }
            if let chunk { return chunk }
            if isComplete { return nil }
            guard !isClosed else { throw HTTPServerError(.cut, "the client closed the connection within its request") }
            await withCheckedContinuation { continuation in
                let isLate = state.withLock { state in
                    if state.chunk != nil || state.isBodyComplete || state.isClosed { return true }
                    state.reader = continuation
                    return false
                }
                if isLate { continuation.resume() }
            }
        }
    }

    /// Sets the answer.
    /// - Parameter whileOpen: Called with the connection's socket unless it may be closed already.
    func respond(_ response: HTTPServerResponse, whileOpen: (Int32) -> Void) {
        let unread = state.withLock { state -> StreamedBody? in
            if unsafe connection != nil { whileOpen(descriptor) }
            state.response = response
            state.chunk = nil
            resume(&state)
            return state.isClosed ? Self.streamedBody(of: state) : nil
        }
        unread?.close()
    }

    /// Closes the connection as soon as its thread runs, because the server stops.
    func abort() {
        let streamed = state.withLock { state in
            state.isClosed = true
            resume(&state)
            return Self.streamedBody(of: state)
        }
        streamed?.abort()
    }

    private static func streamedBody(of state: State) -> StreamedBody? {
        guard case .stream(let body)? = state.response?.body else { return nil }
        return body
    }

    private func resume(_ state: inout sending State) {
        guard state.isSuspended, let connection = unsafe connection else { return }
        state.isSuspended = false
        unsafe MHD_resume_connection(connection)
    }
}

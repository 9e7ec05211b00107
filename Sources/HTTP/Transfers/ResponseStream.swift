internal import Synchronization

/// An answer on its way from the client's thread to one reading task.
///
/// Holds at most about ``limit`` bytes; then libcurl pauses the transfer until half of them are read.
final class ResponseStream: Sendable {
    /// Bytes that may wait to be read.
    static let limit = 256 << 10

    private struct State {
        var head: HTTPResponseHead?
        var chunks: [[UInt8]] = []
        var bytes = 0
        var isPaused = false
        var outcome: Result<Void, HTTPError>?
        var reader: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())
    private let resume: @Sendable () -> Void
    private let cancel: @Sendable () -> Void

    /// Creates a stream.
    /// - Parameters:
    ///   - resume: Goes on with a paused transfer; called on the reader's task.
    ///   - cancel: Ends the transfer.
    init(resume: @escaping @Sendable () -> Void, cancel: @escaping @Sendable () -> Void) {
        self.resume = resume
        self.cancel = cancel
    }

    // MARK: The client's thread

    func begin(_ head: HTTPResponseHead) { change { $0.head = head } }

    /// Adds bytes; returns `false`, and adds nothing, while too many wait.
    func add(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var isTaken = false
        change { state in
            state.isPaused = state.bytes > 0 && state.bytes + bytes.count > Self.limit
            guard !state.isPaused else { return }
            isTaken = true
            state.bytes += bytes.count
            state.chunks.append(unsafe Array(bytes))
        }
        return isTaken
    }

    func finish(_ outcome: Result<Void, HTTPError>) { change { $0.outcome = outcome } }

    private func change(_ body: (inout sending State) -> Void) {
        let reader = state.withLock { state in
            body(&state)
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume()
    }

    // MARK: The reader

    /// Waits for the head.
    func head() async throws -> HTTPResponseHead {
        while true {
            let (head, outcome) = state.withLock { ($0.head, $0.outcome) }
            if let head { return head }
            if case .failure(let error) = outcome { throw error }
            if outcome != nil { throw HTTPError(.cut, "the server ended without an answer") }
            try await wait { $0.head != nil }
        }
    }

    /// The next bytes, or `nil` at the end.
    func next() async throws -> [UInt8]? {
        while true {
            var resumes = false
            let (chunk, outcome) = state.withLock { state -> ([UInt8]?, Result<Void, HTTPError>?) in
                guard !state.chunks.isEmpty else { return (nil, state.outcome) }
                let chunk = state.chunks.removeFirst()
                state.bytes -= chunk.count
                if state.isPaused, state.bytes <= Self.limit / 2 {
                    state.isPaused = false
                    resumes = true
                }
                return (chunk, nil)
            }
            if resumes { resume() }
            if let chunk { return chunk }
            switch outcome {
            case .success: return nil
            case .failure(let error): throw error
            case nil: try await wait { !$0.chunks.isEmpty }
            }
        }
    }

    private func wait(until isReady: (borrowing State) -> Bool) async throws {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isLate = state.withLock { state in
                    if isReady(state) || state.outcome != nil { return true }
                    state.reader = continuation
                    return false
                }
                if isLate { continuation.resume() }
            }
        } onCancel: { [cancel] in
            // The transfer's end wakes the reader.
            cancel()
        }
        try Task.checkCancellation()
    }
}

/// Why a range of offsets could not be read to its end.
package struct OffsetRangeError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kinds of failure.
    package enum Code: Sendable, Hashable {
        /// The log begins after the offset that comes next: retention or somebody deleted what lies before `from`.
        case expired(from: Int64)
        /// The log ends before the range does: it lost its end, or the topic was deleted and made again.
        case endsEarly(end: Int64)
        /// The range was not read to its end in the time that was given.
        case timedOut
        /// The caller wanted no more.
        case cancelled
        /// The cluster or the client refuses, or the data at the broker is broken.
        case client(KafkaError.Code)
    }

    /// What kind of failure this is.
    package let code: Code
    /// One sentence for whoever runs the system: what failed, on which partition and offset, and why.
    package let message: String
    /// The offset that would have come next; everything below it was returned.
    package let position: Int64

    /// Creates an error.
    package init(code: Code, message: String, position: Int64) {
        self.code = code
        self.message = message
        self.position = position
    }

    package var description: String { message }

    /// Whether reading again may succeed without a person changing something.
    package var isRetriable: Bool {
        switch code {
        case .timedOut: true
        case .client(let code): [.brokerUnavailable, .timedOut, .queueFull].contains(code)
        case .expired, .endsEarly, .cancelled: false
        }
    }
}

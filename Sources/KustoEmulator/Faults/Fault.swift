/// What goes wrong, where, and how often.
package struct Fault: Sendable, Hashable {
    /// What goes wrong.
    package enum Kind: Sendable, Hashable {
        /// The connection is cut before anything is done.
        case refuse
        /// The request is taken and never answered; its connection stays open.
        case silence
        /// The connection is cut when so many bytes of the request's body have come.
        case cutUpload(afterBytes: Int)
        /// The answer waits so many milliseconds.
        case delay(milliseconds: Int)
        /// 429, with `Retry-After` in seconds if given; nothing is done.
        case throttle(retryAfter: Int?)
        /// Everything is done, then the connection is cut after so many bytes of body, or (`nil`) before the answer.
        case cut(afterBytes: Int?)
        /// Another answer; nothing is done.
        case answer(status: Int, body: String?, isPermanent: Bool)
        /// A queued source is ingested twice, as at-least-once delivery allows.
        case duplicate
        /// A queued or streamed source fails with this ingestion error code if its data, after unpacking, hold this text.
        case reject(data: String, code: String, isPermanent: Bool)
        /// A queued source fails with this ingestion error code.
        case fail(code: String, isPermanent: Bool)
    }

    /// What goes wrong.
    package var kind: Kind
    /// Where; `nil` for everywhere.
    package var endpoint: FaultEndpoint?
    /// Only requests to this storage account.
    package var account: String?
    /// Only requests with this method.
    package var method: String?
    /// Only requests whose path or command contains this text.
    package var contains: String?
    /// How many matching requests pass before the fault begins.
    package var after: Int
    /// How many requests it strikes; `nil` for no limit.
    package var count: Int?
    /// For how long it is there; `nil` until it is cleared.
    package var duration: Duration?
    /// How likely it strikes a request that matches, from 0 to 1.
    package var probability: Double
    /// Where the random numbers for `probability` start, so that a run can be repeated.
    package var seed: UInt64

    /// Creates a fault; without more arguments it strikes every request until it is cleared.
    package init(
        _ kind: Kind,
        at endpoint: FaultEndpoint? = nil,
        account: String? = nil,
        method: String? = nil,
        contains: String? = nil,
        after: Int = 0,
        count: Int? = nil,
        duration: Duration? = nil,
        probability: Double = 1,
        seed: UInt64 = 1
    ) {
        self.kind = kind
        self.endpoint = endpoint
        self.account = account
        self.method = method
        self.contains = contains
        self.after = after
        self.count = count
        self.duration = duration
        self.probability = probability
        self.seed = seed
    }
}

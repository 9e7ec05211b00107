/// How far the senders hold back because ADX or its storage asks for fewer requests.
///
/// Additive increase, multiplicative decrease (Chiu and Jain, 1989), for all batches together: an answer that asks for
/// less halves how many batches are sent at a time, and from one on the pace at which they are; each batch that is
/// accepted brings a little of that back. Meanwhile batches may grow, so that fewer blobs hold the same rows. The state
/// ends after ``calm`` without such an answer; then each accepted batch brings one place back.
///
///              asks for less                       asked for nothing for 30 s,
///     free ─────────────────────> throttled ─────────────────────────────────────> free
///                                  │     ^         and a batch accepted or none waits
///                                  └─────┘ asks for less: half of it, larger batches
///
/// A pure state machine; the queue of batches performs it.
struct Throttle: Sendable {
    /// What changes for those who look.
    enum Change: Sendable, Hashable {
        /// ADX began to ask for less.
        case began
        /// It asks for nothing any more.
        case ended(after: Duration)
    }

    /// How long nothing must be asked for until the state ends.
    static let calm = Duration.seconds(30)
    /// Answers that come within this time were caused by the same requests, so they count once.
    static let reaction = Duration.seconds(1)
    /// The longest that one answer holds everything back.
    static let maximumHold = Duration.seconds(300)
    /// The least share of one place: a batch every 16 s.
    static let leastShare = 1.0 / 64
    /// The time between batches at half of one place, twice that at a quarter, and so on.
    static let pace = Duration.milliseconds(500)
    /// How much larger batches become at most.
    static let maximumGrowth = 8

    /// The most batches at a time, when nothing is asked for.
    let places: Int
    /// How many batches at a time; below one, how fast one follows another.
    private(set) var share: Double
    /// When the state began; `nil` while nothing is asked for.
    private(set) var since: Duration?
    /// By how much batches may be larger than usual, 1 to 8.
    private(set) var growth = 1
    /// Before this moment nothing is sent.
    private(set) var opening = Duration.zero
    private var lastAnswer = Duration.zero
    private var lastCut = Duration.zero

    init(places: Int) {
        self.places = places
        share = Double(places)
    }

    /// How many batches may be sent at a time.
    var slots: Int { max(1, Int(share)) }

    /// When the state ends unless something happens before; `nil` while there is none.
    var end: Duration? { since.map { _ in max(lastAnswer, opening) + Self.calm } }

    /// ADX asked for less.
    /// - Parameters:
    ///   - inFlight: How many batches were being sent.
    ///   - retryAfter: How long ADX asked to wait.
    ///   - now: Time on a clock that only goes forward.
    mutating func asked(inFlight: Int, retryAfter: Duration?, now: Duration) -> Change? {
        let isNew = since == nil
        if let retryAfter { opening = max(opening, now + min(max(retryAfter, .zero), Self.maximumHold)) }
        lastAnswer = now
        if isNew || now - lastCut >= Self.reaction {
            lastCut = now
            // Places that were not used have not caused it.
            share = max(min(share, Double(max(inFlight, 1))) / 2, Self.leastShare)
            growth = min(growth * 2, Self.maximumGrowth)
            opening = max(opening, now + gap)
        }
        since = since ?? now
        return isNew ? .began : nil
    }

    /// A batch is being sent.
    mutating func sent(now: Duration) {
        if share < 1 { opening = max(opening, now + gap) }
    }

    /// ADX accepted a batch.
    mutating func accepted(now: Duration) -> Change? {
        let change = look(isIdle: true, now: now)
        guard share < Double(places) else { return change }
        share = min(share + (since == nil ? 1 : min(share, 1) / 4 / max(share, 1)), Double(places))
        return change
    }

    /// Time has gone by.
    /// - Parameter isIdle: Whether no batch waits, so that none will show whether ADX still asks for less.
    mutating func look(isIdle: Bool, now: Duration) -> Change? {
        guard isIdle, let begin = since, let end, now >= end else { return nil }
        since = nil
        growth = 1
        return .ended(after: now - begin)
    }

    /// Lets everything that waits be sent once more: there will be no later time for it.
    mutating func hurry() { opening = .zero }

    private var gap: Duration { share < 1 ? Self.pace * (0.5 / share) : .zero }
}

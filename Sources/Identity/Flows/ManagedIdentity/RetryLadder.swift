/// How long to wait before asking a metadata service again ("IMDS", retry guidance of managed identities).
///
/// It answers 404 while an identity is being attached, 410 while it is updated, which it promises to end within about 70
/// seconds, 429 when it is asked too often, and 5xx when it fails.
struct RetryLadder: Sendable {
    private static let pauses: [Duration] = [
        .zero, .milliseconds(1600), .milliseconds(3200), .milliseconds(6400), .milliseconds(12_800),
    ]
    private static let pausesOfUpdate: [Duration] = [.zero, .seconds(5), .seconds(10), .seconds(20), .seconds(40)]
    /// How often it is asked again when nobody takes the connection: outside of Azure nobody ever will.
    private static let triesInSilence = 2
    /// The longest pause that is waited here; a longer one is left to whoever wanted the token.
    private static let longest = Duration.seconds(60)

    private var failures = 0

    /// The pause after an answer, or `nil` when it is final.
    /// - Parameter wish: How long the service asked to wait.
    mutating func pause(afterStatus status: Int, wish: Duration?) -> Duration? {
        guard [404, 410, 429].contains(status) || (500...599).contains(status), failures < Self.pauses.count else {
            return nil
        }
        defer { failures += 1 }
        let pause = max((status == 410 ? Self.pausesOfUpdate : Self.pauses)[failures], wish ?? .zero)
        return pause <= Self.longest ? pause : nil
    }

    /// The pause after a request without an answer, or `nil` when that is final.
    mutating func pauseAfterSilence() -> Duration? {
        guard failures < Self.triesInSilence else { return nil }
        defer { failures += 1 }
        return Self.pauses[failures]
    }
}

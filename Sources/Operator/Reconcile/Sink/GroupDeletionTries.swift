/// The tries to delete a consumer group, with longer and longer rests between them: brokers that do not answer take a
/// worker of the operator for seconds each time, and other sinks need it too.
struct GroupDeletionTries: Sendable, Hashable {
    /// The first rest, and the longest.
    private static let (shortest, longest) = (Duration.seconds(2), Duration.seconds(60))

    /// Why the last try failed; empty before the first.
    private(set) var problem = ""
    private var count = 0
    private var notBefore: Duration?

    /// How long there is to rest yet; zero when it may be tried.
    /// - Parameter now: The moment, on the clock of ``fail(_:at:)``.
    func rest(at now: Duration) -> Duration { max(.zero, (notBefore ?? now) - now) }

    /// Takes a failure.
    mutating func fail(_ problem: String, at now: Duration) {
        self.problem = problem
        notBefore = now + min(Self.longest, Self.shortest * Int(1 << min(count, 5)))
        count += 1
    }
}

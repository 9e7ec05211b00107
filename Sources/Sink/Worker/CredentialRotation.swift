internal import KafkaClients
internal import Logging
internal import SinkConfiguration
internal import Threads

/// Looks for credentials of Kafka's clients that were changed, while a sink runs.
///
/// It reads what may change twice a minute, and at once when brokers refuse a client: a second after that at first, and
/// after twice as long each time for as long as there is nothing new. It also reads when somebody asks for it, and then
/// says what came of it, also when nothing did.
struct CredentialRotation: Sendable {
    /// Reads the settings again, with what they refer to.
    typealias Rereading = @Sendable () throws(ConfigurationError) -> SinkSettings

    /// What other clients would be made of, as it was read in one look.
    struct Candidate: Sendable {
        /// What the sink is told, with the properties of the other clients.
        let settings: SinkSettings
        /// The clients, with what their stores held.
        let clients: ClientSet
    }

    /// What the clients were made of.
    let settings: SinkSettings
    let reread: Rereading
    /// What they signed in with then.
    let current: [ClientName: ClientSnapshot]
    /// Announces that brokers refuse a client.
    let alarm: ChangeSignal
    /// Asks for a look at once.
    let requests: RereadRequests
    /// How often to look.
    var interval = Duration.seconds(30)
    let clock: SinkClock
    let logger: Logger

    /// The least time between two looks.
    private static let pause = Duration.seconds(1)

    /// Watches until the clients have to be made anew, and others can take their place.
    /// - Parameters:
    ///   - onLogins: Gives clients that run another user and password.
    ///   - open: Opens other clients beside those that run, and asks whether they can do the work; it returns what is wrong
    ///     with them otherwise, or `nil` when the worker stops meanwhile.
    /// - Returns: What `open` has returned, or `nil` when the worker stops.
    func run<Next: Sendable>(
        onLogins: @Sendable ([ClientName: ClientSnapshot.Login]) -> Void,
        open: @Sendable (Candidate) async -> Result<Next, ClientProblems>?
    ) async -> Next? {
        var state = RotationState(current)
        var isHurried = false
        var isRefusalTold = false
        var pause = Self.pause
        // Whether somebody waits to be told what a look finds.
        var isAsked = requests.take()
        while !Task.isCancelled {
            let (seen, end) = (alarm.count, clock.now() + Self.pause + interval)
            if isHurried || !isAsked {
                await requests.wait(until: clock.now() + (isHurried ? Self.pause : pause))
                if !isHurried { await wait(since: seen, until: end) }
            }
            if requests.take() { isAsked = true }
            if isAsked { isRefusalTold = false }
            guard !Task.isCancelled else { continue }
            guard let look = await look() else {
                // The system has no thread left.
                await clock.sleep(Self.pause)
                continue
            }
            isHurried = false
            let steps = state.take(look.clients)
            var isFruitless = steps.isEmpty
            if isAsked, steps.isEmpty { tellNothing(look) }
            isAsked = isAsked && steps.contains(.lookAgain)
            for step in steps {
                switch step {
                case .lookAgain: (isHurried, isRefusalTold) = (true, false)
                case .unreadable(let reason):
                    logger.warning(
                        "credentials of Kafka's clients cannot be read again, the clients go on with what they have",
                        ["error": reason]
                    )
                case .readable: logger.info("credentials of Kafka's clients can be read again")
                case .logins(let logins):
                    logger.info("Kafka's clients sign in with another user or password from now on", names(logins.keys))
                    onLogins(logins)
                case .restart(let changed):
                    guard let candidate = look.candidate else { continue }
                    switch await open(candidate) {
                    case .success(let next):
                        logger.info(
                            "what Kafka's clients sign in or encrypt with has changed: they finish their work and start anew",
                            names(changed)
                        )
                        return next
                    case .failure(let problems):
                        isFruitless = true
                        guard !isRefusalTold else { continue }
                        isRefusalTold = true
                        logger.warning(
                            "what Kafka's clients sign in or encrypt with has changed and is of no use yet: the clients go "
                                + "on with what they have, and it is tried again",
                            names(changed).merging(["error": problems.description]) { $1 }
                        )
                    case nil: return nil
                    }
                }
            }
            // Brokers that refuse a client do so all the time.
            pause = isFruitless && alarm.count != seen ? min(pause * 2, max(interval, Self.pause)) : Self.pause
        }
        return nil
    }

    /// Says that a look that was asked for found nothing that was not told before.
    private func tellNothing(_ look: Look) {
        switch look.clients {
        case .success: logger.info("credentials of Kafka's clients were read again: nothing has changed")
        case .failure(let problems):
            logger.warning(
                "credentials of Kafka's clients still cannot be read again, the clients go on with what they have",
                ["error": problems.description]
            )
        }
    }

    /// Waits until brokers refuse a client, somebody asks for a look, or `end`.
    private func wait(since seen: Int, until end: Duration) async {
        guard alarm.count == seen, !requests.isPending else { return }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await alarm.wait(since: seen, until: nil) }
            group.addTask { await requests.wait(until: end) }
            await group.next()
            group.cancelAll()
        }
    }

    private func names(_ clients: some Sequence<ClientName>) -> LogData {
        ["clients": clients.map(\.rawValue).sorted().joined(separator: ", ")]
    }

    /// What was read in one look.
    private struct Look: Sendable {
        var clients: Result<[ClientName: ClientSnapshot], ClientProblems>
        /// What other clients would be made of; `nil` when something cannot be read.
        var candidate: Candidate?
    }

    /// Reads everything on a thread of its own, which goes on alone when the worker stops before a file was read; `nil`
    /// then, and when the system has no thread left.
    private func look() async -> Look? {
        try? await BlockingThread.runUntilCancelled(name: "credentials") { [settings, reread, clock] in
            do throws(ConfigurationError) {
                let new = try reread()
                let clients = ClientSet(new, unixSeconds: clock.unixSeconds, tokens: nil)
                guard clients.problems.isEmpty else {
                    return Look(clients: .failure(ClientProblems(clients.problems)))
                }
                let candidate = Candidate(settings: settings.takingClients(of: new), clients: clients)
                return Look(clients: .success(clients.snapshots), candidate: candidate)
            } catch {
                return Look(clients: .failure(ClientProblems(error.problems.map(\.message))))
            }
        }
    }
}

extension SinkClock {
    /// Seconds since 1970.
    var unixSeconds: Double { Double(wallMilliseconds()) / 1000 }
}

extension SinkSettings {
    /// Returns these settings with the Kafka clients of others.
    func takingClients(of others: SinkSettings) -> SinkSettings {
        var settings = self
        settings.consumer = others.consumer
        settings.producer = others.producer
        if let queue = others.errors.deadLetterQueue { settings.errors.deadLetterQueue?.producer = queue.producer }
        if let queue = others.errors.miscDeadLetterQueue {
            settings.errors.miscDeadLetterQueue?.producer = queue.producer
        }
        return settings
    }
}

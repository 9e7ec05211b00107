extension ClusterConnection {
    /// Returns whether this user may join a group, which takes the right to read the group.
    ///
    /// At Kafka's brokers nobody becomes a member, and no member of the group notices. Blocks at most `timeout`, and 4 s more
    /// where leaving the group or the end of a client hangs.
    /// - Parameters:
    ///   - group: The group's name.
    ///   - topic: Any topic that the cluster has and this user may see.
    ///   - timeout: The most time to wait for an answer.
    ///   - isWanted: Asked all the while; once it says no, the wait ends.
    package func mayJoin(
        _ group: String,
        topic: String,
        timeout: Duration,
        while isWanted: () -> Bool = { true }
    ) -> AccessVerdict {
        let deadline = ContinuousClock.now + timeout
        if let reason = client.reasonNotToAsk(timeout: timeout) { return .unasked(reason) }
        do throws(KafkaError) {
            let probe = try makeClient(of: group, changes: AccessProbe.joining)
            return AccessProbe.join(probe, topic, until: deadline, while: isWanted)
        } catch {
            return .unknown(error.message)
        }
    }

    /// Returns whether this user may read topics, by the first partition of each; nothing is read.
    ///
    /// Blocks at most `timeout`, and 2 s more where the end of a client hangs.
    /// - Parameters:
    ///   - topics: Topics that the cluster has.
    ///   - group: The group that will read them; it is not joined.
    ///   - timeout: The most time to wait for answers.
    ///   - isWanted: Asked all the while; once it says no, the wait ends.
    package func mayRead(
        _ topics: [String],
        group: String,
        timeout: Duration,
        while isWanted: () -> Bool = { true }
    ) -> [String: AccessVerdict] {
        guard !topics.isEmpty else { return [:] }
        let deadline = ContinuousClock.now + timeout
        func all(_ verdict: AccessVerdict) -> [String: AccessVerdict] {
            Dictionary(topics.map { ($0, verdict) }) { $1 }
        }
        if let reason = client.reasonNotToAsk(timeout: timeout) { return all(.unasked(reason)) }
        do throws(KafkaError) {
            let probe = try makeClient(of: group, changes: AccessProbe.reading)
            return AccessProbe.read(probe, topics, until: deadline, while: isWanted)
        } catch {
            return all(.unknown(error.message))
        }
    }
}

/// What is asked about one sink.
struct LagRequest: Sendable {
    let key: SinkKey
    let group: String
    /// Topic names, or one regular expression after `^`.
    let topics: [String]
    let startsAtBeginning: Bool
    /// A reading that is recent enough to be believed as far as nothing has come since.
    var recent: GroupLag?
}

/// Reads the lag of sinks of one cluster; blocks.
protocol LagCluster: Sendable {
    /// Reads as many as there is time for, in the order given, until `deadline` or `isStopping`.
    /// - Returns: The outcomes; requests for which no time was left are not among them.
    func read(
        _ requests: [LagRequest],
        until deadline: ContinuousClock.Instant,
        isStopping: () -> Bool
    ) -> [SinkKey: Result<GroupLag, LagError>]
}

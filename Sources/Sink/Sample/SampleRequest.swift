/// What somebody wants to see of a sink's records.
package struct SampleRequest: Sendable, Hashable {
    /// The most records of each topic.
    package var records: Int
    /// The topic; `nil` for all of the sink's.
    package var topic: String?
    /// The partition; `nil` for all.
    package var partition: Int32?
    /// Where reading begins.
    package var start: SampleStart
    /// The most time for all of it.
    package var timeout: Duration

    /// Creates a request; without arguments the first ten records of each topic, within half a minute.
    package init(
        records: Int = 10,
        topic: String? = nil,
        partition: Int32? = nil,
        start: SampleStart = .earliest,
        timeout: Duration = .seconds(30)
    ) {
        self.records = records
        self.topic = topic
        self.partition = partition
        self.start = start
        self.timeout = timeout
    }
}

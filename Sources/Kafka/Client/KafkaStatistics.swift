internal import JSON

/// librdkafka's statistics (its STATISTICS.md), sent every `statistics.interval.ms`, as far as an operator needs them.
package struct KafkaStatistics: Sendable {
    /// One broker's connection.
    package struct Broker: Sendable {
        /// Host, port and number, such as `kafka-0:9092/1`.
        package let name: String
        /// Whether requests can be sent.
        package let isUp: Bool
        /// The time from a request to its response in the last interval, in seconds: the median and the 99th percentile.
        ///
        /// A fetch waits at the broker for records, up to `fetch.max.wait.ms`.
        package let roundTrip: (median: Double, slow: Double)
        /// Bytes received since the client began.
        package let receivedBytes: Int
        /// Requests that wait for their response.
        package let waitingRequests: Int
    }

    /// The brokers that the cluster named; addresses from `bootstrap.servers` and the coordinator's second name are left out.
    package let brokers: [Broker]
    /// Records that were fetched and not polled yet.
    package let prefetchedMessages: Int
    /// The bytes of these records.
    package let prefetchedBytes: Int

    /// Reads librdkafka's JSON; `nil` when the text is something else.
    init?(json: [UInt8]) {
        guard let root = try? JSONValue(parsing: json), let brokers = root["brokers"]?.objectValue else { return nil }
        self.brokers = brokers.values.compactMap { broker in
            guard let name = broker["name"]?.stringValue, let number = broker["nodeid"]?.intValue, number >= 0,
                broker["source"]?.stringValue != "logical"
            else { return nil }
            let microseconds = { (key: String) in Double(broker["rtt"]?[key]?.intValue ?? 0) / 1e6 }
            return Broker(
                name: name,
                isUp: broker["state"]?.stringValue == "UP",
                roundTrip: (microseconds("p50"), microseconds("p99")),
                receivedBytes: broker["rxbytes"]?.intValue ?? 0,
                waitingRequests: broker["waitresp_cnt"]?.intValue ?? 0
            )
        }
        let partitions = (root["topics"]?.objectValue?.values ?? []).flatMap { topic in
            (topic["partitions"]?.objectValue ?? JSONObject()).filter { $0.key != "-1" }.map(\.value)
        }
        // A consumer's partitions share one queue, and each partition reports all that is in it.
        prefetchedMessages = partitions.compactMap { $0["fetchq_cnt"]?.intValue }.max() ?? 0
        prefetchedBytes = partitions.compactMap { $0["fetchq_size"]?.intValue }.max() ?? 0
    }
}

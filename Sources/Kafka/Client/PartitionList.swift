internal import CRdKafka
internal import Glibc

/// Owns one `rd_kafka_topic_partition_list_t`.
@safe
struct PartitionList: ~Copyable {
    let pointer: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>

    init(_ partitions: some Collection<TopicPartition>, offset: Int64? = nil) {
        unsafe pointer = rd_kafka_topic_partition_list_new(Int32(clamping: partitions.count))
        for partition in partitions { unsafe add(partition, offset) }
    }

    /// Creates a list of partitions, and of where some of them begin.
    init(_ partitions: some Collection<TopicPartition>, starts: [TopicPartition: Int64]) {
        unsafe pointer = rd_kafka_topic_partition_list_new(Int32(clamping: partitions.count))
        for partition in partitions { unsafe add(partition, starts[partition]) }
    }

    init(_ offsets: [TopicPartition: CommittedOffset]) {
        unsafe pointer = rd_kafka_topic_partition_list_new(Int32(clamping: offsets.count))
        for (partition, committed) in offsets {
            let entry = unsafe add(partition, committed.offset)
            guard !committed.metadata.isEmpty else { continue }
            // The list frees its entries' text with `free`.
            unsafe entry?.pointee.metadata = UnsafeMutableRawPointer(strdup(committed.metadata))
            unsafe entry?.pointee.metadata_size = committed.metadata.utf8.count
        }
    }

    deinit { unsafe rd_kafka_topic_partition_list_destroy(pointer) }

    /// The entries' offsets; entries without one are left out.
    var offsets: [TopicPartition: Int64] { unsafe Self.committed(of: pointer).mapValues(\.offset) }

    /// The first entry that failed, according to the library.
    var firstFailure: (partition: TopicPartition, error: rd_kafka_resp_err_t)? {
        for index in 0..<(unsafe Int(pointer.pointee.cnt)) {
            let entry = unsafe pointer.pointee.elems[index]
            guard unsafe entry.err != RD_KAFKA_RESP_ERR_NO_ERROR else { continue }
            let partition = unsafe TopicPartition(topic: String(cString: entry.topic), partition: entry.partition)
            return unsafe (partition, entry.err)
        }
        return nil
    }

    @discardableResult
    private borrowing func add(
        _ partition: TopicPartition,
        _ offset: Int64?
    ) -> UnsafeMutablePointer<rd_kafka_topic_partition_t>? {
        let entry = unsafe rd_kafka_topic_partition_list_add(pointer, partition.topic, partition.partition)
        if let offset { unsafe entry?.pointee.offset = offset }
        return unsafe entry
    }

    static func partitions(of pointer: UnsafePointer<rd_kafka_topic_partition_list_t>?) -> [TopicPartition] {
        guard let pointer = unsafe pointer else { return [] }
        return (0..<(unsafe Int(pointer.pointee.cnt))).map { index in
            let entry = unsafe pointer.pointee.elems[index]
            return unsafe TopicPartition(topic: String(cString: entry.topic), partition: entry.partition)
        }
    }

    /// The offsets of a list that the library made; entries that failed or have none are left out.
    static func committed(
        of pointer: UnsafePointer<rd_kafka_topic_partition_list_t>?
    ) -> [TopicPartition: CommittedOffset] {
        guard let pointer = unsafe pointer else { return [:] }
        var offsets: [TopicPartition: CommittedOffset] = [:]
        for index in 0..<(unsafe Int(pointer.pointee.cnt)) {
            let entry = unsafe pointer.pointee.elems[index]
            guard unsafe entry.offset >= 0, unsafe entry.err == RD_KAFKA_RESP_ERR_NO_ERROR else { continue }
            let text = unsafe UnsafeRawBufferPointer(start: entry.metadata, count: entry.metadata_size)
            let partition = unsafe TopicPartition(topic: String(cString: entry.topic), partition: entry.partition)
            offsets[partition] = unsafe CommittedOffset(entry.offset, metadata: String(decoding: text, as: UTF8.self))
        }
        return offsets
    }
}

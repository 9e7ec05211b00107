internal import CRdKafka

/// Owns one `rd_kafka_topic_partition_list_t`.
@safe
struct PartitionList: ~Copyable {
    let pointer: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>

    init(_ partitions: some Collection<TopicPartition>, offset: Int64? = nil) {
        unsafe pointer = rd_kafka_topic_partition_list_new(Int32(partitions.count))
        for partition in partitions {
            let entry = unsafe rd_kafka_topic_partition_list_add(pointer, partition.topic, partition.partition)
            if let offset { unsafe entry?.pointee.offset = offset }
        }
    }

    init(_ offsets: [TopicPartition: Int64]) {
        unsafe pointer = rd_kafka_topic_partition_list_new(Int32(offsets.count))
        for (partition, offset) in offsets {
            unsafe rd_kafka_topic_partition_list_add(pointer, partition.topic, partition.partition).pointee.offset =
                offset
        }
    }

    deinit { unsafe rd_kafka_topic_partition_list_destroy(pointer) }

    /// The first error of an entry.
    var error: rd_kafka_resp_err_t? {
        for index in 0..<(unsafe Int(pointer.pointee.cnt)) {
            let error = unsafe pointer.pointee.elems[index].err
            if error != RD_KAFKA_RESP_ERR_NO_ERROR { return error }
        }
        return nil
    }

    /// The entries' offsets; those that are none are left out.
    var offsets: [TopicPartition: Int64] { unsafe Self.offsets(of: pointer) }

    static func partitions(of pointer: UnsafePointer<rd_kafka_topic_partition_list_t>?) -> [TopicPartition] {
        guard let pointer = unsafe pointer else { return [] }
        return (0..<(unsafe Int(pointer.pointee.cnt))).map { index in
            let entry = unsafe pointer.pointee.elems[index]
            return unsafe TopicPartition(topic: String(cString: entry.topic), partition: entry.partition)
        }
    }

    static func offsets(of pointer: UnsafePointer<rd_kafka_topic_partition_list_t>?) -> [TopicPartition: Int64] {
        guard let pointer = unsafe pointer else { return [:] }
        var offsets: [TopicPartition: Int64] = [:]
        for index in 0..<(unsafe Int(pointer.pointee.cnt)) {
            let entry = unsafe pointer.pointee.elems[index]
            // A commit of several may succeed for some.
            guard unsafe entry.offset >= 0, unsafe entry.err == RD_KAFKA_RESP_ERR_NO_ERROR else { continue }
            unsafe offsets[TopicPartition(topic: String(cString: entry.topic), partition: entry.partition)] =
                entry.offset
        }
        return offsets
    }
}

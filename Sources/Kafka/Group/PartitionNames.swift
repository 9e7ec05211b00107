internal import CRdKafka
internal import Glibc

/// The names of the partitions that messages come from, so that no `String` is made for each run.
///
/// The library may free a topic object and make another one at its address, hence the comparison.
@safe
struct PartitionNames {
    private struct Key: Hashable {
        let topic: UInt
        let partition: Int32
    }

    private var names: [Key: TopicPartition] = [:]

    mutating func name(_ topic: OpaquePointer?, _ partition: Int32) -> TopicPartition {
        let key = Key(topic: UInt(bitPattern: topic), partition: partition)
        if let name = names[key], let topic = unsafe topic,
            unsafe name.topic.withCString({ unsafe strcmp($0, rd_kafka_topic_name(topic)) }) == 0
        {
            return name
        }
        let text = unsafe topic.map { unsafe String(cString: rd_kafka_topic_name($0)) } ?? ""
        let name = TopicPartition(topic: text, partition: partition)
        names[key] = name
        return name
    }
}

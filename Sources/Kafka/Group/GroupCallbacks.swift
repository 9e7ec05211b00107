internal import CRdKafka

/// Records the event and returns: the poll thread assigns later, and polling goes on meanwhile.
func rebalanceCallback(
    _ client: OpaquePointer?,
    _ code: rd_kafka_resp_err_t,
    _ list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?,
    _ opaque: UnsafeMutableRawPointer?
) {
    guard let client = unsafe client, let context = unsafe ClientContext.of(opaque),
        let membership = context.membership
    else { return }
    if code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS { membership.noteAssignment() }
    if membership.isClosing {
        if unsafe String(cString: rd_kafka_rebalance_protocol(client)) == "COOPERATIVE" {
            if let error = unsafe rd_kafka_incremental_unassign(client, list) { unsafe rd_kafka_error_destroy(error) }
        } else {
            unsafe rd_kafka_assign(client, nil)
        }
        return
    }
    let partitions = unsafe PartitionList.partitions(of: list)
    if code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS {
        context.record(.assigned(partitions))
    } else if unsafe rd_kafka_assignment_lost(client) != 0 {
        context.record(.lost(partitions))
    } else {
        context.record(.revoked(partitions))
    }
}

/// Records how an asynchronous commit ended.
func commitCallback(
    _ client: OpaquePointer?,
    _ code: rd_kafka_resp_err_t,
    _ list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?,
    _ opaque: UnsafeMutableRawPointer?
) {
    guard let context = unsafe ClientContext.of(opaque) else { return }
    // A commit of nothing is not a failure, but whoever asked for it still waits for an answer.
    if code == RD_KAFKA_RESP_ERR_NO_ERROR || code == RD_KAFKA_RESP_ERR__NO_OFFSET {
        // A commit of several partitions may succeed for some of them.
        context.record(.committed(unsafe PartitionList.committed(of: list).mapValues(\.offset)))
    } else {
        context.record(.commitFailed(KafkaError(code, "offsets were not committed")))
    }
}

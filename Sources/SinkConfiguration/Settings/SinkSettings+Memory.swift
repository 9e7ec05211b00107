extension SinkSettings {
    /// What a worker uses beside its buffers and what its clients fetched ahead, in bytes: code, heap, lanes, connections.
    private static let baseBytes = 40 << 20

    /// What the sink may need of memory, in bytes: what a container's limit must hold.
    package var memoryNeed: Int {
        let queue = consumer["queued.max.messages.kbytes"].flatMap(Int.init).map { $0 << 10 } ?? 64 << 20
        let response = consumer["fetch.max.bytes"].flatMap(Int.init) ?? 50 << 20
        return Self.baseBytes + buffers.memoryBytes + tasksMax * (queue + response)
    }
}

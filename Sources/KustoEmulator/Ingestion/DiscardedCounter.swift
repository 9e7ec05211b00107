/// Counts what discard mode has kept, and deletes it.
struct DiscardedCounter: Sendable {
    /// The messages.
    let queues: QueueStore
    /// The uploads.
    let blobs: BlobStore
    /// Which queues and containers there are.
    let layout: StorageLayout

    /// Reads and deletes every message of the ingestion queues with its blob.
    /// - Returns: Counts by `database.table`; messages that cannot be read count under an empty name.
    func count() -> [String: DiscardedCount] {
        var counts: [String: DiscardedCount] = [:]
        for queue in layout.ingestionQueues {
            while true {
                let taken = queues.take(32, in: queue, hiding: DateTimeText.ticksPerDay)
                if taken.isEmpty { break }
                for message in taken {
                    count(message.text, &counts)
                    _ = queues.delete(id: message.id, popReceipt: message.popReceipt, in: queue)
                }
            }
        }
        return counts
    }

    private func count(_ text: String, _ counts: inout [String: DiscardedCount]) {
        guard let message = try? IngestionMessage(text) else {
            counts["", default: DiscardedCount()].messages += 1
            counts["", default: DiscardedCount()].failures += 1
            return
        }
        var count = counts["\(message.properties.database).\(message.properties.table)"] ?? DiscardedCount()
        defer { counts["\(message.properties.database).\(message.properties.table)"] = count }
        count.messages += 1
        guard let address = StorageAddress(url: message.blobURL) else {
            count.failures += 1
            return
        }
        let name = "\(address.account)/\(address.name)/\(address.rest)"
        guard let blob = blobs[name], let measured = try? measure(blob, name, message.properties.format) else {
            count.failures += 1
            return
        }
        count.blobs += 1
        count.rows += measured.rows
        count.rawBytes += measured.rawBytes
        count.storedBytes += blob.content.count
        if message.rawDataSize != measured.rawBytes { count.wrongRawDataSizes += 1 }
        _ = blobs.remove(name)
    }

    private func measure(_ blob: BlobStore.Blob, _ name: String, _ format: DataFormat) throws -> (
        rows: Int, rawBytes: Int
    ) {
        var source = try SourceReader(packing: format.isParsed ? .init(blobName: name) : .none, limit: .max)
        var records = RecordCounter(format: format)
        try blob.content.forEachChunk { chunk in
            try source.push(chunk) { records.push($0) }
        }
        try source.finish()
        return (records.finish(), source.rawBytes)
    }
}

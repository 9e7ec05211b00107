// What becomes of a repeated event.
//
// The first one is posted. When it happens again it becomes a series: the count is written once, at the second time, and
// then only every half hour and when it has not happened for six minutes, after which it is forgotten: a condition that
// is reported with every reconciliation costs the server two writes and then two an hour.
//
// The server does not let a note be changed. So an event whose note differs from the one before, which is the same event
// otherwise, ends the series and is posted as a new one: `kubectl describe` lists both, the newest last. A note with a
// number in it could differ each time, so this happens at most every twenty seconds, with the newest note; what comes
// between is counted with the series before.

/// Decides which events are written to the server, and when; performs nothing itself.
struct EventBook {
    /// What is to be written.
    enum Write: Sendable, Hashable {
        /// A new event.
        case post(RecordedEvent)
        /// The count of one that was posted.
        case count(RecordedEvent)
    }

    private struct Entry {
        var event: RecordedEvent
        /// The count that the server knows, or will when all that is queued is written.
        var writtenCount = 1
        var writtenAt: Duration
        var postedAt: Duration
        var lastSeen: Duration
        /// A newer note, which is to be posted when its time has come.
        var newNote: String?
    }

    private static let refreshInterval = Duration.seconds(30 * 60)
    private static let silence = Duration.seconds(6 * 60)
    private static let noteInterval = Duration.seconds(20)
    /// The most events that are remembered.
    private static let capacity = 4096

    private var entries: [RecordedEvent.Key: Entry] = [:]
    private var lastSerial: Int64 = 0

    /// How many events are remembered.
    var count: Int { entries.count }

    /// Takes an event; returns what is to be written now, in order.
    mutating func record(
        _ key: RecordedEvent.Key,
        note: String,
        at now: Duration,
        unixMicroseconds: Int64
    ) -> [Write] {
        guard var entry = entries[key] else {
            makeRoom()
            return [post(key, note, now, unixMicroseconds)]
        }
        entry.lastSeen = now
        if entry.event.note != note, now - entry.postedAt >= Self.noteInterval {
            return finalCount(of: entry) + [post(key, note, now, unixMicroseconds)]
        }
        entry.newNote = entry.event.note == note ? nil : note
        entry.event.count += 1
        entry.event.lastMicroseconds = unixMicroseconds
        defer { entries[key] = entry }
        guard entry.writtenCount == 1 else { return [] }
        entry.writtenCount = entry.event.count
        entry.writtenAt = now
        return [.count(entry.event)]
    }

    /// Returns what is due by now.
    mutating func due(at now: Duration, unixMicroseconds: Int64) -> [Write] {
        var writes: [Write] = []
        for (key, entry) in entries {
            if let note = entry.newNote, now - entry.postedAt >= Self.noteInterval {
                writes += finalCount(of: entry) + [post(key, note, now, unixMicroseconds)]
            } else if now - entry.lastSeen >= Self.silence {
                writes += finalCount(of: entry)
                entries[key] = nil
            } else if entry.event.count > entry.writtenCount, now - entry.writtenAt >= Self.refreshInterval {
                entries[key]?.writtenCount = entry.event.count
                entries[key]?.writtenAt = now
                writes.append(.count(entry.event))
            }
        }
        return writes
    }

    /// When something is due next; `nil` when nothing will be.
    var nextDue: Duration? {
        entries.values.map { entry in
            var times = [entry.lastSeen + Self.silence]
            if entry.newNote != nil { times.append(entry.postedAt + Self.noteInterval) }
            if entry.event.count > entry.writtenCount { times.append(entry.writtenAt + Self.refreshInterval) }
            return times.min() ?? .zero
        }.min()
    }

    /// Forgets everything; returns the counts that the server does not know yet.
    mutating func close() -> [Write] {
        defer { entries = [:] }
        return entries.values.flatMap { finalCount(of: $0) }
    }

    private mutating func post(
        _ key: RecordedEvent.Key,
        _ note: String,
        _ now: Duration,
        _ unixMicroseconds: Int64
    ) -> Write {
        // Nanoseconds, as others name their events; two of one microsecond must differ as well.
        lastSerial = max(lastSerial + 1, unixMicroseconds * 1000)
        let event = RecordedEvent(key: key, note: note, serial: lastSerial, unixMicroseconds: unixMicroseconds)
        entries[key] = Entry(event: event, writtenAt: now, postedAt: now, lastSeen: now)
        return .post(event)
    }

    private func finalCount(of entry: Entry) -> [Write] {
        entry.event.count > entry.writtenCount ? [.count(entry.event)] : []
    }

    private mutating func makeRoom() {
        guard entries.count >= Self.capacity else { return }
        let oldest = entries.min { $0.value.lastSeen < $1.value.lastSeen }
        if let oldest { entries[oldest.key] = nil }
    }
}

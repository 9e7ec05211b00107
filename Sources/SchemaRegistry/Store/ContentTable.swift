/// Finds the object that says what another one says, as long as somebody keeps it.
struct ContentTable {
    private struct Entry {
        weak var content: SchemaContent?
    }

    private var entries: [Int: [Entry]] = [:]
    private var insertionsUntilSweep = 64

    /// How many objects are known, those that nobody keeps any more included until they are swept.
    var count: Int { entries.values.reduce(0) { $0 + $1.count } }

    /// Returns the object to use for a content: one that was there before, or `content` itself.
    mutating func shared(_ content: SchemaContent) -> SchemaContent {
        let digest = content.digest
        if let known = entries[digest]?.lazy.compactMap(\.content).first(where: content.says) { return known }
        insertionsUntilSweep -= 1
        if insertionsUntilSweep <= 0 { sweep() }
        entries[digest, default: []].append(Entry(content: content))
        return content
    }

    /// Drops what nobody keeps any more; done so rarely that it costs nothing for each insertion on average.
    private mutating func sweep() {
        entries = entries.compactMapValues { list in
            let kept = list.filter { $0.content != nil }
            return kept.isEmpty ? nil : kept
        }
        insertionsUntilSweep = max(64, entries.count)
    }
}

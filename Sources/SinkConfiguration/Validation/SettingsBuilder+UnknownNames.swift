extension SettingsBuilder {
    /// Warns about names that nobody reads, since a typing error there goes unnoticed for long.
    ///
    /// Connect accepts them in silence, and its container images set many for the worker, so those of the environment
    /// and of the worker are passed over.
    mutating func warnAboutUnknownNames() {
        for (name, entry) in properties.entries.sorted(by: { $0.key < $1.key }) {
            if let definition = PropertyTable[name] {
                if definition.status == .ignored, entry.source != ConnectEnvironment.source {
                    warnings.append("\(name) is ignored: \(definition.documentation)")
                }
                continue
            }
            if let removed = PropertyTable.removed.first(where: { name.hasPrefix($0.prefix) }) {
                warnings.append("\(name) was removed before version 1.0 and is ignored; use \(removed.replacement)")
                continue
            }
            guard entry.source != ConnectEnvironment.source, !ClientRole.isShared(name),
                !(PropertyTable.openPrefixes + PropertyTable.ignoredPrefixes).contains(where: name.hasPrefix)
            else { continue }
            let hint = Self.nearestName(to: name).map { "; did you mean \($0)?" } ?? ""
            warnings.append("\(name) is not a property of this sink and is ignored\(hint)")
        }
    }

    /// The known name that differs by the fewest edits, if they are few.
    private static func nearestName(to name: String) -> String? {
        let candidates = PropertyTable.all.flatMap(\.names).map { ($0, distance(Array($0.utf8), Array(name.utf8))) }
        guard let best = candidates.min(by: { $0.1 < $1.1 }), best.1 <= max(2, name.utf8.count / 5) else { return nil }
        return best.0
    }

    /// How many insertions, removals and replacements lead from one to the other (Levenshtein).
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var row = Array(0...right.count)
        for (i, byte) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, other) in right.enumerated() {
                let cost = min(diagonal + (byte == other ? 0 : 1), row[j] + 1, row[j + 1] + 1)
                diagonal = row[j + 1]
                row[j + 1] = cost
            }
        }
        return row[right.count]
    }
}

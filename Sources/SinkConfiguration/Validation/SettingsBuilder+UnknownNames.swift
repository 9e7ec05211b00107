internal import Text

extension SettingsBuilder {
    /// The most unknown names that are reported: a file with more of them is meant for something else.
    private static let toldUnknownNames = 20
    private static let passedOverPrefixes = PropertyTable.openPrefixes + PropertyTable.ignoredPrefixes

    /// Warns about names that are no properties, since a mistyped one is otherwise noticed late.
    ///
    /// Connect accepts them in silence, and its container images set many for the worker, so those of the environment
    /// and of the worker are passed over.
    mutating func warnAboutUnknownNames() {
        var unknown = 0
        for (name, entry) in properties.entries.sorted(by: { $0.key < $1.key }) {
            let shown = HarmlessText.shown(name: name)
            if let definition = PropertyTable[name] {
                if definition.status == .ignored, entry.source != ConnectEnvironment.source {
                    warnings.append("\(name) is ignored: \(definition.documentation)")
                }
                continue
            }
            let place = entry.origin.place.map { "\($0): " } ?? ""
            if let replacement = PropertyTable.replacement(ofOlder: name) {
                warnings.append("\(place)\(shown) is a name of an older release and is ignored; use \(replacement)")
                note(shown, entry, for: replacement)
                continue
            }
            guard entry.source != ConnectEnvironment.source, !ClientRole.isShared(name),
                !Self.passedOverPrefixes.contains(where: name.hasPrefix)
            else { continue }
            unknown += 1
            guard unknown <= Self.toldUnknownNames else { continue }
            let near = Self.meantName(name)
            if let near { note(shown, entry, for: near) }
            let hint = near.map { "; did you mean \($0)?" } ?? ""
            warnings.append("\(place)\(shown) is not a property of this sink and is ignored\(hint)")
        }
        if unknown > Self.toldUnknownNames {
            let more = unknown - Self.toldUnknownNames
            warnings.append("\(more) more names are not properties of this sink and are ignored")
        }
    }

    /// Remembers a name that may stand for a property which is missing.
    private mutating func note(_ shown: String, _ entry: PropertySet.Entry, for name: String) {
        meant[name, default: []].append(entry.origin.place.map { "\(shown) in \($0)" } ?? shown)
    }

    private static func meantName(_ name: String) -> String? {
        // What the environment of Connect's images has, which a file has under the property's own name.
        if let property = ConnectEnvironment.propertyName(of: name), PropertyTable[property] != nil { return property }
        let folded = name.lowercased()
        if PropertyTable[folded] != nil { return folded }
        for prefix in ["value.converter.", "kusto.", "consumer.override."] where PropertyTable[prefix + folded] != nil {
            return prefix + folded
        }
        let limit = max(2, name.utf8.count / 5)
        return NearestWord.find(folded, among: PropertyTable.all.lazy.flatMap(\.names), within: limit)
    }
}

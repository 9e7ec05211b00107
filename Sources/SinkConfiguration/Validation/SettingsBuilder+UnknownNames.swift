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
            if let removed = PropertyTable.removed.first(where: { name.hasPrefix($0.prefix) }) {
                warnings.append("\(shown) was removed before version 1.0 and is ignored; use \(removed.replacement)")
                continue
            }
            guard entry.source != ConnectEnvironment.source, !ClientRole.isShared(name),
                !Self.passedOverPrefixes.contains(where: name.hasPrefix)
            else { continue }
            unknown += 1
            guard unknown <= Self.toldUnknownNames else { continue }
            let limit = max(2, name.utf8.count / 5)
            let near = NearestWord.find(name, among: PropertyTable.all.lazy.flatMap(\.names), within: limit)
            let hint = near.map { "; did you mean \($0)?" } ?? ""
            warnings.append("\(shown) is not a property of this sink and is ignored\(hint)")
        }
        if unknown > Self.toldUnknownNames {
            let more = unknown - Self.toldUnknownNames
            warnings.append("\(more) more names are not properties of this sink and are ignored")
        }
    }
}

extension Duration {
    private static let units: [(name: String, digits: Int, milliseconds: Int64)] = [
        ("h", 6, 3_600_000), ("m", 7, 60_000), ("s", 9, 1_000), ("ms", 12, 1),
    ]

    /// Reads a time as the resource writes it: hours, minutes, seconds and milliseconds in this order, each at most
    /// once, such as `1h30m` or `500ms`; `nil` for anything else.
    package init?(resourceText text: String) {
        var rest = Substring(text)
        var milliseconds: Int64 = 0
        var next = 0
        while !rest.isEmpty {
            let digits = rest.prefix { ("0"..."9").contains($0) }
            let name = rest[digits.endIndex...].prefix { ("a"..."z").contains($0) }
            let position = Self.units[next...].firstIndex { $0.name == name }
            guard let position, let count = Int64(digits), digits.utf8.count <= Self.units[position].digits else {
                return nil
            }
            milliseconds += count * Self.units[position].milliseconds
            next = position + 1
            rest = rest[name.endIndex...]
        }
        guard next > 0 else { return nil }
        self = .milliseconds(milliseconds)
    }

    /// The time as the resource writes it, in whole milliseconds; `0s` for none.
    package var resourceText: String {
        var rest = components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000
        guard rest > 0 else { return "0s" }
        var text = ""
        for unit in Self.units {
            let count = rest / unit.milliseconds
            if count > 0 { text += "\(count)\(unit.name)" }
            rest %= unit.milliseconds
        }
        return text
    }
}

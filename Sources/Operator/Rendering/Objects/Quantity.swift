/// An amount as Kubernetes writes it.
enum Quantity {
    private static let units: [String: Double] = [
        "": 1, "m": 0.001, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15, "E": 1e18, "Ki": 0x1p10, "Mi": 0x1p20,
        "Gi": 0x1p30, "Ti": 0x1p40, "Pi": 0x1p50, "Ei": 0x1p60,
    ]

    /// The amount that a text such as `256Mi`, `1.5G` or `1e9` stands for, or `nil` when it is none.
    static func value(of text: String) -> Double? {
        guard let match = text.wholeMatch(of: /([+-]?[0-9]*\.?[0-9]*(?:[eE][+-]?[0-9]+)?)([a-zA-Z]*)/),
            let number = Double(match.output.1), let unit = units[String(match.output.2)]
        else { return nil }
        return number * unit
    }

    /// The text for at least this many bytes, in whole MiB.
    static func mebibytes(_ bytes: Int) -> String { "\((bytes + (1 << 20) - 1) >> 20)Mi" }
}

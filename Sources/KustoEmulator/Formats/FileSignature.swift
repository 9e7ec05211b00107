/// Checks that a file of a binary format that is not read here begins and ends as the format says.
struct FileSignature {
    private static let tailBytes = 4

    private let format: DataFormat
    private var head: [UInt8] = []
    private var tail: [UInt8] = []
    private var count = 0

    /// Creates a check for a format.
    init(_ format: DataFormat) { self.format = format }

    /// Takes more bytes.
    mutating func push(_ bytes: [UInt8]) {
        if head.count < Self.tailBytes { head += bytes.prefix(Self.tailBytes - head.count) }
        tail = Array((tail + bytes.suffix(Self.tailBytes)).suffix(Self.tailBytes))
        count += bytes.count
    }

    /// Whether the bytes can be a file of the format.
    ///
    /// Parquet: `PAR1` at both ends (Apache Parquet, "File Format"). ORC: `ORC` at the beginning, and again before the
    /// last byte (Apache ORC specification v1, "File Tail"). What `sstream` and others look like is not known.
    var isValid: Bool {
        switch format {
        // The file's footer has a length of four bytes at least.
        case .parquet: count >= 12 && head.elementsEqual("PAR1".utf8) && tail.elementsEqual("PAR1".utf8)
        case .orc: count >= 7 && head.starts(with: "ORC".utf8) && tail.dropLast().elementsEqual("ORC".utf8)
        default: true
        }
    }
}

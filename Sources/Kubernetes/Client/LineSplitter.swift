/// Puts lines together from chunks that end anywhere.
struct LineSplitter: Sendable {
    private static let newline = UInt8(ascii: "\n")

    private let limit: Int
    private var rest: [UInt8] = []

    /// Creates a splitter.
    /// - Parameter limit: The most bytes of a line.
    init(limit: Int) { self.limit = limit }

    /// Whether a line has begun and not ended.
    var isInsideLine: Bool { !rest.isEmpty }

    /// Adds a chunk.
    /// - Returns: The lines that it ends, without their line breaks and without empty ones; `nil` when a line is too long.
    mutating func add(_ chunk: [UInt8]) -> [[UInt8]]? {
        var lines: [[UInt8]] = []
        var remaining = chunk[...]
        while let end = remaining.firstIndex(of: Self.newline) {
            guard rest.count + (end - remaining.startIndex) <= limit else { return nil }
            let line = rest + remaining[..<end]
            rest = []
            if line != [UInt8(ascii: "\r")], !line.isEmpty { lines.append(line) }
            remaining = remaining[(end + 1)...]
        }
        guard rest.count + remaining.count <= limit else { return nil }
        rest += remaining
        return lines
    }
}

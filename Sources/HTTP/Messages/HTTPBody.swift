/// What a request sends.
package enum HTTPBody: Sendable {
    case empty
    case bytes([UInt8])
    /// Bytes that are read piece by piece while they are sent.
    case source(any HTTPBodySource)

    /// How many bytes there are.
    package var count: Int {
        switch self {
        case .empty: 0
        case .bytes(let bytes): bytes.count
        case .source(let source): source.count
        }
    }
}

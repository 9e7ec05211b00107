/// How batches are compressed.
package struct CompressionSettings: Sendable, Hashable {
    /// The implementation of gzip.
    package enum Kind: String, Sendable, CaseIterable {
        /// Intel's ISA-L: much faster, a little larger.
        case isal
        /// zlib.
        case zlib

        /// The levels that the implementation knows.
        package var levels: ClosedRange<Int> { self == .isal ? 0...3 : 1...9 }
    }

    /// The implementation of gzip.
    package var kind: Kind
    /// How hard it tries.
    package var level: Int
}

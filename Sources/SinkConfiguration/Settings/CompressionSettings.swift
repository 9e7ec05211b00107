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
        /// The level used when none is given.
        package var defaultLevel: Int { self == .isal ? 1 : 6 }
    }

    /// The implementation of gzip.
    package var kind: Kind
    /// How hard it tries.
    package var level: Int
}

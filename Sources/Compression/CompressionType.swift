/// The library that deflates chunks.
package enum CompressionType: String, Sendable, CaseIterable {
    /// Intel's ISA-L: several times as fast as zlib at about the same ratio.
    case isal
    /// zlib, for processors or policies that ISA-L does not suit.
    case zlib

    /// The levels that the library knows; higher is smaller and slower.
    package var levels: ClosedRange<Int> {
        switch self {
        case .isal: 0...3
        case .zlib: 1...9
        }
    }

    /// ISA-L's level that writes with a ``LearnedCode``.
    static let learnedLevel = 1
}

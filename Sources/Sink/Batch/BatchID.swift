internal import Synchronization

/// A batch's number in this process.
package struct BatchID: Sendable, Hashable, CustomStringConvertible {
    private static let last = Atomic<UInt64>(0)

    /// The number, from 1.
    package let number: UInt64

    /// Takes the next number.
    package static func next() -> BatchID { BatchID(number: last.wrappingAdd(1, ordering: .relaxed).newValue) }

    package var description: String { String(number) }
}

/// A write that a ``MemoryAPI`` was asked for, whatever came of it.
package struct MemoryWrite: Sendable, Hashable {
    /// What came of a write.
    package enum Outcome: Sendable, Hashable {
        /// The object is another one now.
        case changed
        /// The object was like that already.
        case unchanged
        /// Refused: by the object's state, or by a fault of the test.
        case refused
    }

    /// Counts the writes, from 1.
    package let number: Int
    /// What was asked.
    package let request: MemoryRequest
    /// What came of it.
    package let outcome: Outcome
}

/// The fields of one record, one after the other in one buffer.
struct DelimitedRecord: Sendable {
    private var bytes: [UInt8] = []
    private var ends: [Int] = []

    /// How many fields are complete.
    var count: Int { ends.count }

    /// How many bytes the fields have together.
    var byteCount: Int { bytes.count }

    /// The text of a field; bytes that are not UTF-8 are replaced.
    subscript(index: Int) -> String {
        String(decoding: bytes[(index == 0 ? 0 : ends[index - 1])..<ends[index]], as: UTF8.self)
    }

    /// All fields as text.
    var fields: [String] { (0..<count).map { self[$0] } }

    /// Adds a byte to the field being read.
    mutating func append(_ byte: UInt8) { bytes.append(byte) }

    /// Adds bytes to the field being read.
    mutating func append(contentsOf more: ArraySlice<UInt8>) { bytes.append(contentsOf: more) }

    /// Completes the field being read.
    mutating func endField() { ends.append(bytes.count) }

    /// Forgets all fields and keeps the memory.
    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
    }
}

/// Reads what Java's `DataOutputStream` wrote.
struct JKSCursor {
    private let bytes: [UInt8]
    /// How many bytes were read.
    private(set) var position = 0

    /// Begins at the first byte.
    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Reads some bytes.
    /// - Throws: ``KeyStoreError`` with `damaged` when there are not so many.
    mutating func bytes(_ count: Int) throws(KeyStoreError) -> ArraySlice<UInt8> {
        guard count <= bytes.count - position else {
            throw KeyStoreError(.damaged, "the JKS store is damaged: it ends after \(bytes.count) bytes, too early")
        }
        defer { position += count }
        return bytes[position..<position + count]
    }

    /// Leaves out some bytes.
    mutating func skip(_ count: Int) throws(KeyStoreError) { _ = try bytes(count) }

    /// Reads a number of four bytes.
    mutating func number() throws(KeyStoreError) -> Int { try bytes(4).reduce(0) { $0 << 8 | Int($1) } }

    /// Reads a text behind its length in two bytes, as `writeUTF` has it: each UTF-16 code unit by itself in one to three
    /// bytes, of which zero has two.
    /// - Throws: ``KeyStoreError`` with `damaged` when it is none.
    mutating func text() throws(KeyStoreError) -> String {
        var rest = try bytes(bytes(2).reduce(0) { $0 << 8 | Int($1) })
        var units: [UInt16] = []
        while let first = rest.popFirst() {
            let following: Int
            switch first {
            case 0..<0x80: following = 0
            case 0xC0..<0xE0: following = 1
            case 0xE0..<0xF0: following = 2
            default: throw malformed
            }
            var unit = UInt16(following == 0 ? first : following == 1 ? first & 0x1F : first & 0xF)
            for _ in 0..<following {
                guard let byte = rest.popFirst(), byte & 0xC0 == 0x80 else { throw malformed }
                unit = unit << 6 | UInt16(byte & 0x3F)
            }
            units.append(unit)
        }
        return String(decoding: units, as: UTF16.self)
    }

    private var malformed: KeyStoreError { KeyStoreError(.damaged, "the JKS store is damaged: a name is not text") }
}

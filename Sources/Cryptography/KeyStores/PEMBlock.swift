/// One block of PEM.
struct PEMBlock {
    /// What the block is, such as `CERTIFICATE`.
    let label: String
    /// The block's place in the text, from 1.
    let number: Int
    /// The header `DEK-Info` of RFC 1421, which says how the bytes are encrypted.
    let encryption: String?
    /// The bytes.
    let bytes: [UInt8]

    private static let beginning = Array("-----BEGIN ".utf8)
    private static let dashes = Array("-----".utf8)

    /// Takes the first block off a text, or returns `nil` when there is none.
    /// - Throws: ``KeyStoreError`` with `damaged` when a block has no end or is not Base64.
    init?(first text: inout ArraySlice<UInt8>, number: Int) throws(KeyStoreError) {
        self.number = number
        guard let begin = Self.begin(in: text) else { return nil }
        let rest = text[begin...].dropFirst(Self.beginning.count)
        guard let labelEnd = Self.place(of: Self.dashes, in: rest.prefix(64)) else { throw Self.endless(number) }
        let label = rest[..<labelEnd]
        let body = rest[labelEnd...].dropFirst(Self.dashes.count)
        let ending = Array("-----END ".utf8) + label + Self.dashes
        guard let bodyEnd = Self.place(of: ending, in: body) else { throw Self.endless(number) }
        text = body[bodyEnd...].dropFirst(ending.count)
        self.label = String(decoding: label, as: UTF8.self)
        let (headers, content) = Self.split(body[..<bodyEnd])
        encryption = headers.first { $0.name == "DEK-Info" }?.value
        guard let bytes = Base64.decode(Self.joined(content)) else {
            throw KeyStoreError(.damaged, "block \(number) of the PEM text is not Base64")
        }
        self.bytes = bytes
    }

    /// The place where the first block begins.
    static func begin(in text: ArraySlice<UInt8>) -> Int? { place(of: beginning, in: text) }

    /// The place where `pattern`, which begins with a dash, is first found.
    private static func place(of pattern: [UInt8], in text: ArraySlice<UInt8>) -> Int? {
        var position = text.startIndex
        while let dash = text[position...].firstIndex(of: UInt8(ascii: "-")) {
            if text[dash...].starts(with: pattern) { return dash }
            position = dash + 1
        }
        return nil
    }

    private static func endless(_ number: Int) -> KeyStoreError {
        KeyStoreError(.damaged, "block \(number) of the PEM text has no end")
    }

    /// Headers are lines with a colon, which Base64 does not have; a line may go on in the next after a blank.
    private static func split(
        _ body: ArraySlice<UInt8>
    ) -> (headers: [(name: String, value: String)], content: ArraySlice<UInt8>) {
        guard let lastColon = body.lastIndex(of: UInt8(ascii: ":")) else { return ([], body) }
        let end = body[lastColon...].firstIndex { $0 == 10 || $0 == 13 } ?? body.endIndex
        let lines = body[..<end].split { $0 == 10 || $0 == 13 }
        let headers = lines.compactMap { line -> (name: String, value: String)? in
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return nil }
            return (text(line[..<colon]), text(line[line.index(after: colon)...]))
        }
        return (headers, body[end...])
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String {
        String(decoding: bytes.filter { (0x21...0x7E).contains($0) }, as: UTF8.self)
    }

    /// Leaves out blanks, and `\n` and `\r` of two characters, as lines are joined in environment variables and in YAML.
    private static func joined(_ content: ArraySlice<UInt8>) -> [UInt8] {
        var joined: [UInt8] = []
        joined.reserveCapacity(content.count)
        var rest = content
        while let byte = rest.popFirst() {
            switch byte {
            case 0x20, 0x09, 0x0A, 0x0B, 0x0C, 0x0D: continue
            case UInt8(ascii: "\\") where rest.first == UInt8(ascii: "n") || rest.first == UInt8(ascii: "r"):
                rest.removeFirst()
            default: joined.append(byte)
            }
        }
        return joined
    }
}

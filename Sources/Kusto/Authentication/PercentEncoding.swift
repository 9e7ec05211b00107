/// Bytes of URLs and forms that must not be written as they are (RFC 3986, 2.1).
enum PercentEncoding {
    private static let digits = Array("0123456789ABCDEF".utf8)

    /// A value of a form or of a query.
    static func form(_ text: String) -> String { encode(text, keeping: "-._~") }

    /// A path in which slashes stay.
    static func path(_ text: String) -> String { encode(text, keeping: "-._~/") }

    private static func encode(_ text: String, keeping kept: String) -> String {
        let kept = Set(kept.utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: bytes.append(byte)
            case _ where kept.contains(byte): bytes.append(byte)
            default: bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// A charset that `StringConverter` can be told to read, `converter.encoding`.
///
/// Kafka Connect takes any charset of Java's. These are the ones that every Java has, and the one that Windows programs
/// of western Europe write.
package enum Charset: String, Sendable, Hashable, CaseIterable {
    case utf8 = "UTF-8"
    case ascii = "US-ASCII"
    case latin1 = "ISO-8859-1"
    /// In the byte order that the mark at the beginning says, or big endian without one; the mark is no text.
    case utf16 = "UTF-16"
    /// A mark at the beginning is text.
    case utf16BigEndian = "UTF-16BE"
    /// A mark at the beginning is text.
    case utf16LittleEndian = "UTF-16LE"
    case windows1252 = "windows-1252"

    /// Finds a charset by its name or one of the aliases that Java has for it; case does not matter.
    package init?(javaName: String) {
        let name = javaName.lowercased()
        guard let found = Self.allCases.first(where: { $0.names.contains(name) }) else { return nil }
        self = found
    }

    /// Java's name of the charset.
    package var name: String { rawValue }

    /// The names in lower case, from `java.nio.charset.Charset.aliases()` of Java 17.
    private var names: [String] {
        switch self {
        case .utf8: ["utf-8", "utf8", "unicode-1-1-utf-8"]
        case .ascii:
            [
                "us-ascii", "ascii", "ascii7", "us", "646", "default", "iso646-us", "iso_646.irv:1983",
                "iso_646.irv:1991", "iso-ir-6", "ansi_x3.4-1968", "ansi_x3.4-1986", "cp367", "ibm367", "csascii",
            ]
        case .latin1:
            [
                "iso-8859-1", "iso_8859-1", "iso_8859_1", "iso8859_1", "iso8859-1", "8859_1", "iso_8859-1:1987",
                "iso-ir-100", "latin1", "l1", "819", "cp819", "ibm819", "ibm-819", "csisolatin1",
            ]
        case .utf16: ["utf-16", "utf_16", "utf16", "unicode", "unicodebig"]
        case .utf16BigEndian: ["utf-16be", "utf_16be", "x-utf-16be", "iso-10646-ucs-2", "unicodebigunmarked"]
        case .utf16LittleEndian: ["utf-16le", "utf_16le", "x-utf-16le", "unicodelittleunmarked"]
        case .windows1252: ["windows-1252", "cp1252", "cp5348", "ibm-1252", "ibm1252"]
        }
    }
}

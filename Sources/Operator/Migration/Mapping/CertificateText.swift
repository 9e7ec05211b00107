/// The certificates of a text in PEM, and nothing else of it.
///
/// A text that should hold certificates may hold anything beside them, such as the password of a key, so a certificate
/// is what stands between its two marks and is in Base64.
struct CertificateText: Hashable {
    private static let begin = "-----BEGIN CERTIFICATE-----"
    private static let end = "-----END CERTIFICATE-----"

    /// The certificates with their marks, each from a line of its own on.
    let text: String
    /// Whether the text held something else as well.
    let isPart: Bool

    /// Finds the certificates; `nil` when there is none.
    init?(in text: String) {
        var rest = text[...]
        var certificates: [Substring] = []
        var others = ""
        while let begin = rest.firstRange(of: Self.begin),
            let end = rest[begin.upperBound...].firstRange(of: Self.end)
        {
            let body = rest[begin.upperBound..<end.lowerBound]
            guard !body.isEmpty, body.allSatisfy(Self.isBase64) else {
                others += rest[..<begin.upperBound]
                rest = rest[begin.upperBound...]
                continue
            }
            others += rest[..<begin.lowerBound]
            certificates.append(rest[begin.lowerBound..<end.upperBound])
            rest = rest[end.upperBound...]
        }
        guard !certificates.isEmpty else { return nil }
        self.text = certificates.joined(separator: "\n") + "\n"
        isPart = !(others + rest).allSatisfy(\.isWhitespace)
    }

    private static func isBase64(_ character: Character) -> Bool {
        character.isWhitespace || character.isASCII && (character.isLetter || character.isNumber)
            || "+/=".contains(character)
    }
}

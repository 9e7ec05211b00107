internal import Cryptography
internal import JSON

extension EmulatedApplication {
    /// Reads `{"secrets": […], "expiredSecrets": […], "certificates": ["PEM", …]}`; what is left out is empty.
    /// - Throws: ``EmulatorError`` with `semantic`.
    init(_ json: JSONValue) throws(EmulatorError) {
        guard let members = json.objectValue else {
            throw EmulatorError(.semantic, "an application is an object of JSON")
        }
        let known: Set = ["secrets", "expiredSecrets", "certificates"]
        if let other = members.keys.first(where: { !known.contains($0) }) {
            throw EmulatorError(.semantic, "an application has no member '\(other)'")
        }
        self.init(
            secrets: Set(try Self.texts("secrets", members)),
            expiredSecrets: Set(try Self.texts("expiredSecrets", members))
        )
        for pem in try Self.texts("certificates", members) { certificates += try Self.certificates(pem: pem) }
    }

    /// Reads the certificates of a text in PEM; only the first one's key is the application's.
    /// - Throws: ``EmulatorError`` with `semantic`.
    static func certificates(pem: String) throws(EmulatorError) -> [Certificate] {
        do throws(KeyStoreError) {
            return Array(try KeyStore(reading: Array(pem.utf8), password: nil).authorities.prefix(1))
        } catch {
            throw EmulatorError(.semantic, "the certificate cannot be read: \(error.message)")
        }
    }

    private static func texts(_ name: String, _ members: JSONObject) throws(EmulatorError) -> [String] {
        guard let value = members[name] else { return [] }
        let texts = (value.arrayValue ?? []).compactMap(\.stringValue)
        guard let all = value.arrayValue, texts.count == all.count else {
            throw EmulatorError(.semantic, "'\(name)' of an application is an array of texts")
        }
        return texts
    }
}

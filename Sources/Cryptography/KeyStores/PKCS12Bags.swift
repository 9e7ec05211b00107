internal import COpenSSL

/// What the bags of a PKCS #12 store have.
struct PKCS12Bags {
    private struct CertificateBag {
        let certificate: Certificate
        let keyIdentifier: [UInt8]?
        let isTrusted: Bool
    }

    private struct KeyBag {
        let alias: String?
        let keyIdentifier: [UInt8]?
        let form: StoredKey.Form
    }

    /// An attribute with which Java marks a certificate that it trusts.
    private static let trustedKeyUsage = "2.16.840.1.113894.746875.1.1"
    private static let friendlyName = "1.2.840.113549.1.9.20"
    private static let localKeyID = "1.2.840.113549.1.9.21"

    private var certificates: [CertificateBag] = []
    private var keys: [KeyBag] = []
    private var count = 0

    /// Takes the bags of one content, and frees them.
    ///
    /// Those with anything else than certificates and keys are left out.
    /// - Throws: ``KeyStoreError`` with `damaged` or `tooLarge`.
    mutating func take(_ bags: OpaquePointer) throws(KeyStoreError) {
        defer { unsafe copenssl_free_bags(bags) }
        for index in 0..<(unsafe copenssl_count_bags(bags)) {
            count += 1
            guard count <= KeyStore.maximumEntries else {
                throw KeyStoreError(.tooLarge, "the PKCS12 store has more than \(KeyStore.maximumEntries) entries")
            }
            guard let bag = unsafe copenssl_bag(bags, index) else { continue }
            try unsafe take(bag: bag)
        }
    }

    /// The certificates that are trusted, and the keys in the order in which Java tries them.
    var contents: StoreContents {
        var contents = StoreContents()
        let all = certificates.map(\.certificate)
        var unnamed = 0
        for key in keys {
            // Java numbers what has no name.
            if key.alias == nil { unnamed += 1 }
            let own = key.keyIdentifier.flatMap { identifier in
                certificates.first { $0.keyIdentifier == identifier }?.certificate
            }
            let alias = key.alias ?? "\(unnamed)"
            contents.keys.append(StoredKey(alias: alias, form: key.form, likely: own, certificates: all))
            if let own { contents.authorities.append(own) }
        }
        contents.authorities += certificates.filter(\.isTrusted).map(\.certificate)
        // Only Java marks certificates.
        if contents.authorities.isEmpty, keys.isEmpty { contents.authorities = all }
        contents.orderKeysAsJava()
        return contents
    }

    private mutating func take(bag: OpaquePointer) throws(KeyStoreError) {
        switch unsafe PKCS12_SAFEBAG_get_nid(bag) {
        case NID_keyBag:
            guard let information = unsafe PKCS12_SAFEBAG_get0_p8inf(bag) else { throw Self.damaged }
            let der = unsafe Self.encoded { unsafe i2d_PKCS8_PRIV_KEY_INFO(information, &$0) }
            unsafe addKey(bag, .plain(der))
        case NID_pkcs8ShroudedKeyBag:
            guard let encrypted = unsafe PKCS12_SAFEBAG_get0_pkcs8(bag) else { throw Self.damaged }
            let der = unsafe Self.encoded { unsafe i2d_X509_SIG(encrypted, &$0) }
            unsafe addKey(bag, .encrypted(der))
        case NID_certBag:
            guard unsafe PKCS12_SAFEBAG_get_bag_nid(bag) == NID_x509Certificate else { return }
            guard let pointer = unsafe PKCS12_SAFEBAG_get1_cert(bag),
                let certificate = unsafe Certificate(X509Handle(adopting: pointer))
            else { throw Self.damaged }
            let trusted = unsafe Self.attribute(Self.trustedKeyUsage, of: bag)
            certificates.append(
                CertificateBag(
                    certificate: certificate,
                    keyIdentifier: unsafe Self.bytes(Self.localKeyID, V_ASN1_OCTET_STRING, of: bag),
                    isTrusted: unsafe trusted != nil
                )
            )
        default: return
        }
    }

    private mutating func addKey(_ bag: OpaquePointer, _ form: StoredKey.Form) {
        let name = unsafe Self.bytes(Self.friendlyName, V_ASN1_BMPSTRING, of: bag).map { bytes in
            let units = stride(from: 0, to: bytes.count - bytes.count % 2, by: 2).map { index in
                UInt16(bytes[index]) << 8 | UInt16(bytes[index + 1])
            }
            // Java compares names without regard to case.
            return String(decoding: units, as: UTF16.self).lowercased()
        }
        let identifier = unsafe Self.bytes(Self.localKeyID, V_ASN1_OCTET_STRING, of: bag)
        keys.append(KeyBag(alias: name, keyIdentifier: identifier, form: form))
    }

    private static var damaged: KeyStoreError { KeyStoreError(.damaged, "an entry of the PKCS12 store is damaged") }

    private static func encoded(_ encode: (inout UnsafeMutablePointer<UInt8>?) -> Int32) -> [UInt8] {
        var bytes: UnsafeMutablePointer<UInt8>?
        let count = unsafe encode(&bytes)
        guard let bytes = unsafe bytes, count > 0 else { return [] }
        defer { unsafe CRYPTO_clear_free(bytes, Int(count), "", 0) }
        return unsafe Array(UnsafeBufferPointer(start: bytes, count: Int(count)))
    }

    private static func bytes(_ identifier: String, _ type: Int32, of bag: OpaquePointer) -> [UInt8]? {
        guard let value = unsafe attribute(identifier, of: bag), let string = unsafe copenssl_string(value, type)
        else { return nil }
        return unsafe DERString.bytes(string)
    }

    /// The first value of an attribute.
    private static func attribute(_ identifier: String, of bag: OpaquePointer) -> UnsafeMutablePointer<ASN1_TYPE>? {
        guard let attributes = unsafe PKCS12_SAFEBAG_get0_attrs(bag) else { return nil }
        for index in 0..<(unsafe X509at_get_attr_count(attributes)) {
            guard let attribute = unsafe X509at_get_attr(attributes, index),
                unsafe ObjectIdentity.dotted(X509_ATTRIBUTE_get0_object(attribute)) == identifier
            else { continue }
            return unsafe X509_ATTRIBUTE_get0_type(attribute, 0)
        }
        return nil
    }
}

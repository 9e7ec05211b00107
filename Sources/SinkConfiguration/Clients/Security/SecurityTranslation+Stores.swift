internal import Secrets

/// Key and trust stores, and what TLS may use.
extension SecurityTranslation {
    /// The formats of stores that are read.
    private static let types = ["JKS", "PKCS12", "PEM"]

    /// Translates the stores and the limits of TLS.
    mutating func encrypt() {
        takeTrust()
        takeIdentity()
        takeCipherSuites()
        checkProtocols()
    }

    // MARK: Stores

    private mutating func takeTrust() {
        let (text, file) = (sources["ssl.truststore.certificates"], sources["ssl.truststore.location"])
        let password = sources["ssl.truststore.password"]
        guard let source = text ?? file else {
            if let password {
                refuse(password, "SSL trust store is not specified, but trust store password is specified")
            }
            return
        }
        if let text, let file { return refuseBoth(file, text) }
        let type = sources["ssl.truststore.type"]
        guard checkType(type, isText: text != nil), checkText(text), checkPassword(password, type, text) else { return }
        guard takesPlaceOf(["ssl.ca.location", "ssl.ca.pem"], source) else { return }
        security.trust = KeyStoreSource(
            text.map { .pem(Secret(FoldedPEM.unfolded($0.value))) } ?? .file(source.value),
            type: type?.value.uppercased(),
            password: password.map { Secret($0.value) },
            property: source.writtenName
        )
    }

    private mutating func takeIdentity() {
        let (key, chain) = (sources["ssl.keystore.key"], sources["ssl.keystore.certificate.chain"])
        let (file, password) = (sources["ssl.keystore.location"], sources["ssl.keystore.password"])
        let keyPassword = sources["ssl.key.password"]
        guard let source = key ?? chain ?? file else {
            if let password { refuse(password, "SSL key store is not specified, but key store password is specified") }
            // The password of a key in a PEM file that librdkafka reads itself.
            if let keyPassword { put("ssl.key.password", .secret(Secret(keyPassword.value)), keyPassword) }
            return
        }
        if let file, let text = key ?? chain { return refuseBoth(file, text) }
        if key == nil, let chain {
            return refuse(
                chain,
                "SSL certificate chain is specified, but private key is not specified: set ssl.keystore.key"
            )
        }
        if chain == nil, let key {
            return refuse(
                key,
                "SSL private key is specified, but certificate chain is not specified: set ssl.keystore.certificate.chain"
            )
        }
        let type = sources["ssl.keystore.type"]
        guard checkType(type, isText: key != nil), checkText(key), checkText(chain), checkPassword(password, type, key)
        else { return }
        if file != nil, password == nil, type?.isOpaque != true, type?.value.uppercased() != "PEM" {
            let name = source.writtenName.replacing("location", with: "password")
            return add(name, "SSL key store is specified, but key store password is not specified: set \(name)")
        }
        let own = ["ssl.certificate.location", "ssl.certificate.pem", "ssl.key.location", "ssl.key.pem"]
        guard takesPlaceOf(own, source) else { return }
        var content = KeyStoreSource.Content.file(source.value)
        if let key, let chain {
            content = .pem(Secret("\(FoldedPEM.unfolded(key.value))\n\(FoldedPEM.unfolded(chain.value))"))
        }
        security.identity = KeyStoreSource(
            content,
            type: type?.value.uppercased(),
            password: password.map { Secret($0.value) },
            keyPassword: keyPassword.map { Secret($0.value) },
            property: source.writtenName
        )
    }

    private mutating func refuseBoth(_ file: Source, _ text: Source) {
        add(text.writtenName, "\(file.writtenName) and \(text.writtenName) exclude each other; keep one of them")
    }

    private mutating func checkType(_ type: Source?, isText: Bool) -> Bool {
        guard let type, !type.isOpaque else { return true }
        let name = type.value.uppercased()
        guard Self.types.contains(name) else {
            refuse(
                type,
                """
                stores of this type are not read; use PKCS12, JKS or PEM, and convert the store by keytool -importkeystore \
                -srckeystore OLD -srcstoretype \(Self.word(name)) -destkeystore NEW -deststoretype PKCS12
                """
            )
            return false
        }
        guard !isText || name == "PEM" else {
            refuse(type, "certificates and keys that stand in the configuration are PEM; set it to PEM")
            return false
        }
        return true
    }

    /// A type's name for a message, as far as it is one.
    private static func word(_ name: String) -> String {
        name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") } && name.count < 20 ? name : "TYPE"
    }

    private mutating func checkText(_ source: Source?) -> Bool {
        guard let source, !source.isOpaque, !source.value.contains("-----BEGIN ") else { return true }
        // What stands there in its place may be a key.
        add(
            source.writtenName,
            """
            \(source.writtenName) must be PEM, which begins with -----BEGIN; a file is named by the property that ends in \
            location
            """
        )
        return false
    }

    private mutating func checkPassword(_ password: Source?, _ type: Source?, _ text: Source?) -> Bool {
        guard let password, text != nil || type?.value.uppercased() == "PEM" else { return true }
        refuse(password, "SSL store password cannot be specified for PEM format; the key's own is ssl.key.password")
        return false
    }

    /// Whether a store goes before librdkafka's own properties of the same purpose, of which it takes the place.
    private mutating func takesPlaceOf(_ names: [String], _ source: Source) -> Bool {
        let own = names.compactMap { sources[$0] }
        if let other = own.first(where: { $0.layer == source.layer }) {
            refuseBoth(other, source)
            return false
        }
        guard !own.contains(where: { $0.layer > source.layer }) else { return false }
        for name in names { remove(name) }
        return true
    }

    // MARK: Limits

    private mutating func takeCipherSuites() {
        guard let source = sources["ssl.cipher.suites"] else { return }
        if source.isOpaque { return put("ssl.cipher.suites", .secret(Secret(source.value)), source) }
        let translation = CipherSuites.translate(PropertyValue.list(source.value))
        if !translation.unknown.isEmpty {
            let names = translation.unknown.filter { Self.isSuiteName($0) }.joined(separator: ", ")
            guard !translation.list.isEmpty || translation.namesTLS13 else {
                return refuse(source, "OpenSSL has no such cipher suite: \(names)")
            }
            warn("\(source.writtenName): OpenSSL has no cipher suite \(names), which is left out")
        }
        guard !translation.list.isEmpty else {
            return warn(
                """
                \(source.writtenName) is ignored: it names suites of TLS 1.3 only, which librdkafka uses as they are, and \
                TLS 1.2 stays possible
                """
            )
        }
        put("ssl.cipher.suites", .plain(translation.list), source)
    }

    private static func isSuiteName(_ text: String) -> Bool {
        text.count < 80 && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
    }

    /// Checks which versions of TLS are asked for: OpenSSL agrees on 1.2 or 1.3, and librdkafka has no property for less.
    private mutating func checkProtocols() {
        guard let source = sources["ssl.enabled.protocols"], !source.isOpaque else { return }
        let names = PropertyValue.list(source.value)
        let known = ["SSLV2HELLO", "SSLV3", "TLSV1", "TLSV1.1", "TLSV1.2", "TLSV1.3"]
        guard names.allSatisfy({ known.contains($0.uppercased()) }) else {
            return refuse(source, "Each must be one of: TLSv1.2, TLSv1.3")
        }
        let versions = Set(names.map { $0.uppercased() })
        let (has2, has3) = (versions.contains("TLSV1.2"), versions.contains("TLSV1.3"))
        guard has2 || has3 else { return refuse(source, "TLS 1.2 or 1.3 must be among them; older ones are not safe") }
        if !has2 || !has3 {
            let other = has2 ? "1.3" : "1.2"
            warn(
                "\(source.writtenName): librdkafka cannot turn TLS \(other) off; a broker that offers no other gets it"
            )
        }
    }
}

import Secrets

@testable import Cryptography

extension FuzzTarget {
    /// A store of JKS, whose integrity check is also put right, because nothing random ever has the right one.
    static let jks = FuzzTarget(name: "jks") { bytes in
        let unchecked = KeyStoreReading(bytes, password: nil, keyPassword: "changekey")
        unchecked.check()
        guard bytes.starts(with: JKSStore.magic), bytes.count >= SHA1.count else { return }
        let body = Array(bytes.dropLast(SHA1.count))
        let phrase = Secret("changeit").utf16BigEndian + Array("Mighty Aphrodite".utf8)
        let signed = body + SHA1.digest(phrase + body)
        let checked = KeyStoreReading(signed, password: "changeit", keyPassword: "changekey")
        checked.check()
        if case .success(let store) = checked.outcome {
            guard case .success(let same) = unchecked.outcome else { fatalError("without a check it is not read") }
            require(store.authorities == same.authorities, "the check changes the certificates")
            require(store.keyAliases == same.keyAliases, "the check changes the keys")
        }
        let wrong = KeyStoreReading(signed, password: "changeit2", keyPassword: nil)
        guard case .failure(let error) = wrong.outcome else { fatalError("another password is right too") }
        if case .success = checked.outcome { require(error.code == .wrongPassword, "\(error)") }
    }

    /// A store of PEM.
    static let pem = FuzzTarget(name: "pem") { bytes in
        guard PEMStore.isPEM(bytes) else { return }
        KeyStoreReading(bytes, password: nil, keyPassword: "changekey").check()
        KeyStoreReading(bytes, password: nil, keyPassword: nil).check()
    }

    /// A store of PKCS #12.
    static let pkcs12 = FuzzTarget(name: "pkcs12") { bytes in
        KeyStoreReading(bytes, password: "changeit", keyPassword: nil).check()
        KeyStoreReading(bytes, password: nil, keyPassword: nil).check()
    }
}

/// What comes of reading a store, and what must be so of it.
private struct KeyStoreReading {
    let outcome: Result<KeyStore, KeyStoreError>
    private let secrets: [String]

    init(_ bytes: [UInt8], password: String?, keyPassword: String?) {
        secrets = [password, keyPassword].compactMap { $0 }
        do throws(KeyStoreError) {
            outcome = .success(
                try KeyStore(
                    reading: bytes,
                    password: password.map(Secret.init),
                    keyPassword: keyPassword.map(Secret.init)
                )
            )
        } catch {
            outcome = .failure(error)
        }
    }

    func check() {
        let store: KeyStore
        switch outcome {
        case .success(let read): store = read
        case .failure(let error): return check(error)
        }
        require(store.authorities.count <= 2 * KeyStore.maximumEntries, "too many certificates")
        for certificate in store.authorities { check(certificate) }
        do throws(KeyStoreError) {
            guard let identity = try store.identity else { return require(store.keyAliases.isEmpty, "no identity") }
            require(!identity.chain.isEmpty && !store.keyAliases.isEmpty, "an identity without certificates")
            for certificate in identity.chain { check(certificate) }
            let text = identity.key.reveal() + identity.chain.map(\.pem).joined()
            let again = KeyStoreReading(Array(text.utf8), password: nil, keyPassword: nil)
            require((try? again.outcome.get().identity) == identity, "written again, an identity is another")
        } catch {
            check(error)
        }
    }

    private func check(_ error: KeyStoreError) {
        require(!error.message.isEmpty && error.message.last != ".", error.message)
        require(isOneLine(error.message), "a message has more than one line")
        for secret in secrets { require(!error.message.contains(secret), "a password is shown") }
    }

    private func check(_ certificate: Certificate) {
        require(isOneLine(certificate.subject + certificate.issuer), "a name has more than one line")
        let again = KeyStoreReading(Array(certificate.pem.utf8), password: nil, keyPassword: nil)
        guard case .success(let store) = again.outcome, let same = store.authorities.first else {
            fatalError("written again, a certificate is none")
        }
        require(store.authorities == [certificate], "written again, a certificate is another")
        require(same.notBefore == certificate.notBefore && same.notAfter == certificate.notAfter, "another time")
    }

    private func isOneLine(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F..<0xA0).contains($0.value) && $0 != "\u{2028}" }
    }
}

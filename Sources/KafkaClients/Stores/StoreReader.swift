internal import Cryptography
package import Secrets
package import SinkConfiguration

/// Reads the key and trust stores that a client's properties name.
package struct StoreReader: Sendable {
    /// What was read.
    package struct Reading: Sendable {
        /// What the stores hold.
        package var material = StoreMaterial()
        /// What a person should know about them, one sentence each.
        package var warnings: [String] = []
        /// When the client's own certificate is not valid any more, or one of those between it and its authority, in
        /// seconds since 1970; `nil` without a certificate, or with one that only librdkafka can read.
        package var expiry: Int?
    }

    /// Returns a file's bytes; the second argument is the property that names it.
    package typealias Files = @Sendable (_ path: String, _ property: String) throws(ClientProblems) -> [UInt8]

    private let times: CertificateTimes
    private let files: Files

    /// Creates a reader.
    /// - Parameters:
    ///   - now: Seconds since 1970.
    ///   - files: Reads a file; without it those of this machine are read.
    package init(
        unixSeconds now: Double,
        files: @escaping Files = { (path, property) throws(ClientProblems) in try StoreFile.read(path, of: property) }
    ) {
        times = CertificateTimes(now: now)
        self.files = files
    }

    /// Reads all stores of a client.
    /// - Throws: ``ClientProblems`` with everything that is wrong with any of them.
    package func read(_ properties: ClientProperties) throws(ClientProblems) -> Reading {
        var reading = Reading()
        var problems: [String] = []
        var untimely: Set<String> = []
        func attempt(_ step: () throws(ClientProblems) -> Void) {
            do throws(ClientProblems) {
                try step()
            } catch {
                problems += error.messages
                untimely.formUnion(error.untimely)
            }
        }
        let security = properties.security
        attempt { () throws(ClientProblems) in
            if let source = security.trust { reading.material.authorities = try authorities(of: source, &reading) }
        }
        attempt { () throws(ClientProblems) in
            if let source = security.identity { try takeIdentity(of: source, &reading) }
        }
        attempt { () throws(ClientProblems) in
            if let source = security.oauth?.trust {
                reading.material.tokenAuthorities = try authorities(of: source, &reading)
            }
        }
        attempt { () throws(ClientProblems) in try takeFiles(of: properties, &reading) }
        guard problems.isEmpty else { throw ClientProblems(Self.distinct(problems), untimely: untimely) }
        return reading
    }

    /// Reads the authorities that a store of another client names, as PEM.
    /// - Throws: ``ClientProblems`` with one sentence.
    package func authorities(of source: KeyStoreSource) throws(ClientProblems) -> Secret {
        var reading = Reading()
        return try authorities(of: source, &reading)
    }

    /// Reads the key that a store of another client holds, and its certificates, as PEM.
    /// - Throws: ``ClientProblems`` with one sentence.
    package func identity(
        of source: KeyStoreSource
    ) throws(ClientProblems) -> (certificates: Secret, key: Secret)? {
        var reading = Reading()
        try takeIdentity(of: source, &reading)
        guard let certificates = reading.material.certificates, let key = reading.material.key else { return nil }
        return (certificates, key)
    }

    private static func distinct(_ texts: [String]) -> [String] {
        var known: Set<String> = []
        return texts.filter { known.insert($0).inserted }
    }

    // MARK: Stores of Java's

    private func authorities(
        of source: KeyStoreSource,
        _ reading: inout Reading
    ) throws(ClientProblems) -> Secret {
        let authorities = try open(source).authorities
        guard !authorities.isEmpty else {
            throw problem(
                source,
                "there is no certificate in it that may be trusted; import the authority of those that are to be trusted"
            )
        }
        if let warning = times.warning(about: authorities) { reading.warnings.append(told(source, warning)) }
        return Secret(authorities.map(\.pem).joined())
    }

    private func takeIdentity(of source: KeyStoreSource, _ reading: inout Reading) throws(ClientProblems) {
        let store = try open(source)
        let identity: CertifiedKey?
        do throws(KeyStoreError) {
            identity = try store.identity
        } catch {
            throw problem(source, error.message)
        }
        guard let identity, let leaf = identity.chain.first else {
            throw problem(source, "there is no private key in it; import the client's key with its certificate")
        }
        reading.expiry = identity.chain.map(\.notAfter).min()
        if let refusal = times.refusal(of: leaf) {
            let message = told(source, refusal)
            throw ClientProblems([message], untimely: [message])
        }
        if let warning = times.warning(about: leaf) { reading.warnings.append(told(source, warning)) }
        reading.material.certificates = Secret(identity.chain.map(\.pem).joined())
        reading.material.key = identity.key
        // librdkafka before 2.8 shows the first certificate alone, unless OpenSSL finds the others where it looks for
        // authorities. There they make nobody trusted, since they did not sign themselves.
        if let authorities = reading.material.authorities {
            let known = authorities.reveal()
            let others = identity.chain.dropFirst().filter { $0.subject != $0.issuer }.map(\.pem)
            let missing = others.filter { !known.contains($0) }
            reading.material.authorities = Secret(known + missing.joined())
        }
    }

    private func open(_ source: KeyStoreSource) throws(ClientProblems) -> KeyStore {
        let bytes: [UInt8]
        switch source.content {
        case .file(let path): bytes = try files(path, source.property)
        case .pem(let text): bytes = Array(text.reveal().utf8)
        }
        do throws(KeyStoreError) {
            return try KeyStore(reading: bytes, password: source.password, keyPassword: source.keyPassword)
        } catch {
            throw problem(source, error.message)
        }
    }

    private func problem(_ source: KeyStoreSource, _ reason: String) -> ClientProblems {
        ClientProblems([told(source, reason)])
    }

    private func told(_ source: KeyStoreSource, _ text: String) -> String {
        switch source.content {
        case .file(let path): "\(source.property): \(path): \(text)"
        case .pem: "\(source.property): \(text)"
        }
    }

    // MARK: Files that librdkafka reads itself

    /// Looks at files that librdkafka reads itself: what is wrong with them it says less clearly, and they may change.
    private func takeFiles(of properties: ClientProperties, _ reading: inout Reading) throws(ClientProblems) {
        // What the properties of another protocol name is not read.
        guard properties["security.protocol"]?.lowercased().hasSuffix("ssl") == true else { return }
        var problems: [String] = []
        var contents: [String: [UInt8]] = [:]
        for name in ["ssl.ca.location", "ssl.certificate.location", "ssl.key.location", "ssl.crl.location"] {
            guard let path = properties[name], !path.isEmpty else { continue }
            // The machine's own authorities, or a directory of many.
            if name == "ssl.ca.location", path == "probe" || path.hasSuffix("/") { continue }
            let written = properties.origins[name]?.name ?? name
            do throws(ClientProblems) {
                let bytes = try files(path, written)
                contents[name] = bytes
                reading.material.files[name] = SHA256.digest(bytes)
            } catch {
                if name == "ssl.ca.location", StoreFile.isDirectory(path) { continue }
                problems += error.messages
            }
        }
        guard problems.isEmpty else { throw ClientProblems(problems) }
        guard let certificate = contents["ssl.certificate.location"], let key = contents["ssl.key.location"] else {
            return
        }
        let source = KeyStoreSource(
            .pem(Secret("")),
            property: properties.origins["ssl.certificate.location"]?.name ?? "ssl.certificate.location"
        )
        let password = properties.values["ssl.key.password"].map { Secret($0.reveal()) }
        let chain: [Certificate]
        do throws(KeyStoreError) {
            let store = try KeyStore(reading: key + [0x0A] + certificate, password: nil, keyPassword: password)
            chain = try store.identity?.chain ?? []
        } catch {
            // What OpenSSL may read in another way is left to it.
            guard [.noCertificate, .wrongPassword, .passwordMissing].contains(error.code) else { return }
            throw problem(source, error.message)
        }
        guard let leaf = chain.first else { return }
        reading.expiry = chain.map(\.notAfter).min()
        // Brokers that want a certificate refuse this one themselves, and others do not look at it.
        if let warning = times.refusal(of: leaf) ?? times.warning(about: leaf) {
            reading.warnings.append(told(source, warning))
        }
    }
}

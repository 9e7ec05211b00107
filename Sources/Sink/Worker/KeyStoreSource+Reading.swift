internal import Cryptography
internal import HTTP
internal import Secrets
internal import SinkConfiguration

/// Key and trust stores of HTTP clients.
extension KeyStoreSource {
    /// Reads the certificates that are trusted, as PEM.
    /// - Throws: ``SinkFailure`` with `clientConfiguration`, whose message names property and file.
    func authorities() throws(SinkFailure) -> [UInt8] {
        let authorities = try open().authorities
        guard !authorities.isEmpty else {
            throw failure("there is no certificate in it that may be trusted; import the server's authority")
        }
        return Array(authorities.map(\.pem).joined().utf8)
    }

    /// Reads the key with its certificates.
    /// - Throws: ``SinkFailure`` with `clientConfiguration`, whose message names property and file.
    func identity() throws(SinkFailure) -> TLSSettings.ClientCertificate {
        let store = try open()
        let identity: CertifiedKey?
        do throws(KeyStoreError) {
            identity = try store.identity
        } catch {
            throw failure(error.message)
        }
        guard let identity else {
            throw failure("there is no private key in it; import the client's key with its certificate")
        }
        return TLSSettings.ClientCertificate(
            certificate: Array(identity.chain.map(\.pem).joined().utf8),
            key: identity.key
        )
    }

    private func open() throws(SinkFailure) -> KeyStore {
        let bytes: [UInt8]
        switch content {
        case .pem(let text): bytes = Array(text.reveal().utf8)
        case .file(let path):
            do throws(BoundedFile.Failure) {
                bytes = try BoundedFile.read(path, limit: KeyStore.maximumBytes)
            } catch {
                throw failure(
                    error == .tooLarge
                        ? "it has more than \(KeyStore.maximumBytes >> 20) MiB; name the key or trust store"
                        : "it cannot be read; mount it, or correct its path or its rights"
                )
            }
        }
        do throws(KeyStoreError) {
            return try KeyStore(reading: bytes, password: password, keyPassword: keyPassword)
        } catch {
            throw failure(error.message)
        }
    }

    private func failure(_ reason: String) -> SinkFailure {
        switch content {
        case .file(let path): SinkFailure(.clientConfiguration, "\(property): \(path): \(reason)")
        case .pem: SinkFailure(.clientConfiguration, "\(property): \(reason)")
        }
    }
}

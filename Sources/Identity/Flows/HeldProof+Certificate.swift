internal import Cryptography
internal import Secrets

extension HeldProof<CertifiedKey> {
    /// Holds a certificate and its key, whose file may be replaced.
    convenience init(_ certificate: ClientCertificate, remedy: String) {
        let password = certificate.password.map(HeldProof<Secret>.init)
        self.init(nil, mayChange: true) { () throws(IdentityError) in
            let place = "the certificate's file \(certificate.path)"
            let bytes: [UInt8]
            do throws(BoundedFile.Failure) {
                bytes = try BoundedFile.read(certificate.path, limit: KeyStore.maximumBytes)
            } catch {
                let reason = error.reason(limit: KeyStore.maximumBytes)
                throw IdentityError(.invalidConfiguration, "\(place) \(reason); \(remedy)")
            }
            let secret = try password?.read()
            do throws(KeyStoreError) {
                if let key = try KeyStore(reading: bytes, password: secret, keyPassword: secret).identity { return key }
            } catch {
                throw IdentityError(.invalidConfiguration, "\(place): \(error.message); \(remedy)")
            }
            throw IdentityError(.invalidConfiguration, "\(place) has no private key; \(remedy)")
        }
    }
}

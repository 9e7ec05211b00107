internal import Secrets

extension HeldProof<Secret> {
    /// Holds a secret that may be replaced on disk.
    convenience init(_ source: RotatedSecret) {
        self.init(source.initial, mayChange: source.mayChange) { () throws(IdentityError) in
            let secret: Secret
            do throws(SecretReferenceError) {
                secret = try source.read()
            } catch {
                throw IdentityError(.invalidConfiguration, error.message)
            }
            guard !secret.isEmpty else {
                throw IdentityError(.invalidConfiguration, "what it is read from is empty now")
            }
            return secret
        }
    }
}

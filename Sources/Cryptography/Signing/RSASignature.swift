internal import COpenSSL

/// Signatures with keys of RSA.
enum RSASignature {
    /// Signs some bytes, or returns `nil` when OpenSSL does not.
    static func sign(_ bytes: [UInt8], _ algorithm: JWTAlgorithm, _ key: borrowing PrivateKey) -> [UInt8]? {
        unsafe key.withPointer { key in
            guard let context = unsafe EVP_MD_CTX_new() else { return nil }
            defer { unsafe EVP_MD_CTX_free(context) }
            var keyContext: OpaquePointer?
            guard unsafe EVP_DigestSignInit(context, &keyContext, EVP_sha256(), nil, key) == 1,
                unsafe setPadding(of: keyContext, algorithm)
            else { return nil }
            var count = 0
            guard unsafe EVP_DigestSign(context, nil, &count, bytes, bytes.count) == 1 else { return nil }
            var signature = [UInt8](repeating: 0, count: count)
            guard unsafe EVP_DigestSign(context, &signature, &count, bytes, bytes.count) == 1 else { return nil }
            return Array(signature.prefix(count))
        }
    }

    /// Whether a signature over some bytes is of the key of a certificate.
    static func isValid(
        _ signature: [UInt8],
        over bytes: [UInt8],
        _ algorithm: JWTAlgorithm,
        _ certificate: borrowing X509Handle
    ) -> Bool {
        unsafe certificate.withPublicKey { key in
            guard let key = unsafe key, unsafe EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA,
                let context = unsafe EVP_MD_CTX_new()
            else { return false }
            defer { unsafe EVP_MD_CTX_free(context) }
            var keyContext: OpaquePointer?
            guard unsafe EVP_DigestVerifyInit(context, &keyContext, EVP_sha256(), nil, key) == 1,
                unsafe setPadding(of: keyContext, algorithm)
            else { return false }
            return unsafe EVP_DigestVerify(context, signature, signature.count, bytes, bytes.count) == 1
        }
    }

    private static func setPadding(of context: OpaquePointer?, _ algorithm: JWTAlgorithm) -> Bool {
        switch algorithm {
        case .rs256: unsafe EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) > 0
        case .ps256:
            unsafe EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) > 0
                && EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) > 0
        }
    }
}

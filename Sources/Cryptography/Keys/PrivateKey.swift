internal import COpenSSL
internal import Secrets

/// Owns one private key of OpenSSL.
@safe
struct PrivateKey: ~Copyable {
    private let pointer: OpaquePointer

    /// Reads a key in PKCS #8, not encrypted, or returns `nil` when the bytes are none.
    init?(pkcs8 der: [UInt8]) {
        let read = unsafe der.withUnsafeBufferPointer { bytes -> OpaquePointer? in
            var position = bytes.baseAddress
            guard let information = unsafe d2i_PKCS8_PRIV_KEY_INFO(nil, &position, bytes.count) else { return nil }
            defer { unsafe PKCS8_PRIV_KEY_INFO_free(information) }
            return unsafe EVP_PKCS82PKEY(information)
        }
        guard let read = unsafe read else { return nil }
        unsafe pointer = read
    }

    /// Reads a key from the block of PEM that ``pem`` gives.
    init?(pem: Secret) {
        var text = Array(pem.reveal().utf8)[...]
        guard let block = try? PEMBlock(first: &text, number: 1) else { return nil }
        self.init(pkcs8: block.bytes)
    }

    /// Reads a key in the format that its kind had before PKCS #8, or returns `nil` when the bytes are none.
    /// - Parameters:
    ///   - der: The key's bytes, not encrypted.
    ///   - kind: What the PEM block's label says before `PRIVATE KEY`.
    init?(traditional der: [UInt8], kind: TraditionalKind) {
        let read = unsafe der.withUnsafeBufferPointer { bytes -> OpaquePointer? in
            var position = bytes.baseAddress
            return unsafe d2i_PrivateKey(kind.type, nil, &position, bytes.count)
        }
        guard let read = unsafe read else { return nil }
        unsafe pointer = read
    }

    /// Makes a new key of RSA, or returns `nil` when OpenSSL does not.
    init?(newRSA bits: Int) {
        guard let context = unsafe EVP_PKEY_CTX_new_from_name(nil, "RSA", nil) else { return nil }
        defer { unsafe EVP_PKEY_CTX_free(context) }
        var made: OpaquePointer?
        guard unsafe EVP_PKEY_keygen_init(context) > 0,
            unsafe EVP_PKEY_CTX_set_rsa_keygen_bits(context, Int32(clamping: bits)) > 0,
            unsafe EVP_PKEY_generate(context, &made) > 0, let made = unsafe made
        else { return nil }
        unsafe pointer = made
    }

    deinit { unsafe EVP_PKEY_free(pointer) }

    /// The kinds of key that had a format of their own.
    enum TraditionalKind: String {
        case rsa = "RSA"
        case ec = "EC"
        case dsa = "DSA"

        /// OpenSSL's number.
        var type: Int32 {
            switch self {
            case .rsa: EVP_PKEY_RSA
            case .ec: EVP_PKEY_EC
            case .dsa: EVP_PKEY_DSA
            }
        }
    }

    /// The key as a block of PEM in PKCS #8, not encrypted.
    var pem: String? {
        guard let information = unsafe EVP_PKEY2PKCS8(pointer) else { return nil }
        defer { unsafe PKCS8_PRIV_KEY_INFO_free(information) }
        let count = unsafe i2d_PKCS8_PRIV_KEY_INFO(information, nil)
        guard count > 0 else { return nil }
        let der = unsafe [UInt8](unsafeUninitializedCapacity: Int(count)) { bytes, initialized in
            var position = bytes.baseAddress
            initialized = unsafe Int(max(i2d_PKCS8_PRIV_KEY_INFO(information, &position), 0))
        }
        return PEMText.block("PRIVATE KEY", der)
    }

    /// The key's length in bits when it is one of RSA, otherwise `nil`.
    var rsaBits: Int? {
        unsafe EVP_PKEY_get_base_id(pointer) == EVP_PKEY_RSA ? Int(EVP_PKEY_get_bits(pointer)) : nil
    }

    /// Whether a certificate is for this key.
    func matches(_ certificate: Certificate) -> Bool {
        OpenSSLErrors.dropping {
            guard let handle = X509Handle(certificate.der) else { return false }
            return unsafe handle.isFor(pointer)
        }
    }

    /// Calls `body` with OpenSSL's object.
    func withPointer<Result>(_ body: (OpaquePointer) -> Result) -> Result { unsafe body(pointer) }
}

internal import COpenSSL

/// Owns one certificate of OpenSSL.
@safe
struct X509Handle: ~Copyable {
    private let pointer: OpaquePointer

    /// Takes over a certificate.
    init(adopting pointer: OpaquePointer) { unsafe self.pointer = pointer }

    /// Reads a certificate's DER, or returns `nil` when it is none; what is behind it is not looked at.
    init?(_ der: [UInt8]) {
        let read = unsafe der.withUnsafeBufferPointer { bytes in
            var position = bytes.baseAddress
            return unsafe d2i_X509(nil, &position, bytes.count)
        }
        guard let read = unsafe read else { return nil }
        unsafe pointer = read
    }

    /// Makes a certificate that its own key signs, or returns `nil` when OpenSSL does not.
    init?(selfSigned commonName: String, notBefore: Int, notAfter: Int, _ key: borrowing PrivateKey) {
        let made = unsafe key.withPointer { key -> OpaquePointer? in
            guard let certificate = unsafe X509_new() else { return nil }
            let name = unsafe X509_get_subject_name(certificate)
            let serial = UInt64.random(in: 1...UInt64(Int64.max))
            guard unsafe X509_set_version(certificate, 2) == 1,
                unsafe ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial) == 1,
                unsafe ASN1_TIME_set(X509_getm_notBefore(certificate), notBefore) != nil,
                unsafe ASN1_TIME_set(X509_getm_notAfter(certificate), notAfter) != nil,
                unsafe X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, commonName, -1, -1, 0) == 1,
                unsafe X509_set_issuer_name(certificate, name) == 1,
                unsafe X509_set_pubkey(certificate, key) == 1, unsafe X509_sign(certificate, key, EVP_sha256()) > 0
            else {
                unsafe X509_free(certificate)
                return nil
            }
            return unsafe certificate
        }
        guard let made = unsafe made else { return nil }
        unsafe pointer = made
    }

    deinit { unsafe X509_free(pointer) }

    /// The certificate's own bytes.
    var der: [UInt8]? {
        let count = unsafe i2d_X509(pointer, nil)
        guard count > 0 else { return nil }
        return unsafe [UInt8](unsafeUninitializedCapacity: Int(count)) { bytes, initialized in
            var position = bytes.baseAddress
            initialized = unsafe Int(max(i2d_X509(pointer, &position), 0))
        }
    }

    /// Whom the certificate is for, as RFC 2253 writes names.
    var subject: String { unsafe Self.text(of: X509_get_subject_name(pointer)) }
    /// Who signed the certificate.
    var issuer: String { unsafe Self.text(of: X509_get_issuer_name(pointer)) }
    /// When the certificate begins to be valid, in seconds since 1970; `nil` when that is no time.
    var notBefore: Int? { unsafe Self.seconds(of: X509_get0_notBefore(pointer)) }
    /// When the certificate ends to be valid.
    var notAfter: Int? { unsafe Self.seconds(of: X509_get0_notAfter(pointer)) }

    /// Whether this certificate's key may have signed another certificate, by names, identifiers and permissions.
    func isIssuer(of other: borrowing X509Handle) -> Bool {
        unsafe X509_check_issued(pointer, other.pointer) == X509_V_OK
    }

    /// Whether the certificate is for a key.
    func isFor(_ key: OpaquePointer) -> Bool { unsafe X509_check_private_key(pointer, key) == 1 }

    /// Calls `body` with the certificate's public key, or `nil` when OpenSSL does not know its kind.
    func withPublicKey<Result>(_ body: (OpaquePointer?) -> Result) -> Result {
        unsafe body(X509_get0_pubkey(pointer))
    }

    /// The modulus and the exponent of a public key of RSA, each with the most significant byte first; `nil` for other keys.
    var rsaParts: (modulus: [UInt8], exponent: [UInt8])? {
        unsafe withPublicKey { key in
            guard let key = unsafe key, unsafe EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA,
                let modulus = unsafe Self.number("n", of: key), let exponent = unsafe Self.number("e", of: key)
            else { return nil }
            return (modulus, exponent)
        }
    }

    private static func number(_ name: String, of key: OpaquePointer) -> [UInt8]? {
        var number: OpaquePointer?
        guard unsafe EVP_PKEY_get_bn_param(key, name, &number) == 1, let number = unsafe number else { return nil }
        defer { unsafe BN_free(number) }
        return unsafe [UInt8](unsafeUninitializedCapacity: Int(BN_num_bits(number) + 7) / 8) { bytes, count in
            count = unsafe Int(max(BN_bn2bin(number, bytes.baseAddress), 0))
        }
    }

    private static func text(of name: OpaquePointer?) -> String {
        guard let name = unsafe name, let memory = unsafe BIO_new(BIO_s_mem()) else { return "" }
        defer { unsafe BIO_free(memory) }
        // Characters other than ASCII are shown, but not what would break a line.
        guard unsafe copenssl_print_name(memory, name) >= 0 else { return "" }
        var bytes: UnsafeMutablePointer<CChar>?
        let count = unsafe copenssl_memory(memory, &bytes)
        guard let bytes = unsafe bytes, count > 0 else { return "" }
        return unsafe String(decoding: UnsafeRawBufferPointer(start: bytes, count: count), as: UTF8.self)
    }

    private static func seconds(of time: UnsafePointer<ASN1_TIME>?) -> Int? {
        guard let time = unsafe time, let epoch = unsafe ASN1_TIME_set(nil, 0) else { return nil }
        defer { unsafe ASN1_TIME_free(epoch) }
        var (days, seconds): (Int32, Int32) = (0, 0)
        guard unsafe ASN1_TIME_diff(&days, &seconds, epoch, time) == 1 else { return nil }
        return Int(days) * 86_400 + Int(seconds)
    }
}

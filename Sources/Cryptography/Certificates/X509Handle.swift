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

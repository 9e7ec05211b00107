internal import CRdKafka

/// Why OpenSSL does not accept a broker's certificate, which librdkafka's own error does not say.
struct CertificateFault: Sendable, Equatable {
    /// What that means for the client.
    let cause: SignInFault.Cause
    /// The reason in words.
    let words: String

    private init(_ cause: SignInFault.Cause, _ words: String) {
        self.cause = cause
        self.words = words
    }

    /// The fault when OpenSSL did not say which.
    static let unknown = CertificateFault(.certificateRefused, "it does not say why")

    /// - Parameter code: An error of the verification (`X509_V_ERR_…` in OpenSSL's `x509_vfy.h`).
    init(_ code: Int32) {
        self =
            switch code {
            case 9: .init(.certificateOutOfDate, "the certificate is not valid yet")
            case 10: .init(.certificateOutOfDate, "the certificate has expired")
            case 18: .init(.untrustedCertificate, "the certificate is signed by itself, and not among those trusted")
            case 19:
                .init(.untrustedCertificate, "the authority at the end of the chain is not among those trusted")
            case 2, 20, 21:
                .init(.untrustedCertificate, "the authority that signed the certificate is not among those trusted")
            case 23: .init(.certificateRefused, "the certificate was revoked")
            case 62: .init(.wrongHost, "the certificate is for another host name")
            case 64: .init(.wrongHost, "the certificate is for another address")
            default: .init(.certificateRefused, "the certificate is not accepted (X509 error \(code))")
            }
    }
}

/// Notes why a certificate is refused, and leaves the verdict as OpenSSL gave it.
func certificateCallback(
    _: OpaquePointer?,
    _ broker: UnsafePointer<CChar>?,
    _: Int32,
    _ fault: UnsafeMutablePointer<Int32>?,
    _: Int32,
    _: UnsafePointer<CChar>?,
    _: Int,
    _: UnsafeMutablePointer<CChar>?,
    _: Int,
    _ opaque: UnsafeMutableRawPointer?
) -> Int32 {
    guard let fault = unsafe fault?.pointee else { return 0 }
    guard fault != 0 else { return 1 }
    let broker = unsafe broker.map { unsafe String(cString: $0) } ?? ""
    unsafe ClientContext.of(opaque)?.signIn.noteCertificate(CertificateFault(fault), of: broker)
    return 0
}

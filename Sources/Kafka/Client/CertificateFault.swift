internal import CRdKafka

/// Why OpenSSL does not accept a broker's certificate, which librdkafka's own error does not say.
enum CertificateFault {
    /// The words for an error of the verification (`X509_V_ERR_…` in OpenSSL's `x509_vfy.h`).
    static func words(_ code: Int32) -> String {
        switch code {
        case 9: "the certificate is not valid yet"
        case 10: "the certificate has expired"
        case 18: "the certificate is signed by itself, and not among those trusted"
        case 19: "the authority at the end of the chain is not among those trusted"
        case 2, 20, 21: "the authority that signed the certificate is not among those trusted"
        case 23: "the certificate was revoked"
        case 62: "the certificate is for another host name"
        default: "the certificate is not accepted (X509 error \(code))"
        }
    }
}

/// Notes why a certificate is refused, and leaves the verdict as OpenSSL gave it.
func certificateCallback(
    _: OpaquePointer?,
    _: UnsafePointer<CChar>?,
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
    unsafe ClientContext.of(opaque)?.noteCertificate(CertificateFault.words(fault))
    return 0
}

internal import COpenSSL

/// Copies strings of ASN.1.
enum DERString {
    /// The bytes of a string of any kind.
    static func bytes(_ string: UnsafePointer<ASN1_STRING>?) -> [UInt8] {
        guard let string = unsafe string, let bytes = unsafe ASN1_STRING_get0_data(string) else { return [] }
        return unsafe Array(UnsafeBufferPointer(start: bytes, count: Int(ASN1_STRING_length(string))))
    }
}

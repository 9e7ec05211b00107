internal import COpenSSL

/// The digest that old formats are made of; it protects nothing.
enum SHA1 {
    /// The number of bytes of a digest.
    static let count = Int(SHA_DIGEST_LENGTH)

    /// The digest of some bytes: 20 bytes.
    static func digest(_ bytes: [UInt8]) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: count) { digest, count in
            _ = unsafe bytes.withUnsafeBufferPointer { bytes in
                unsafe COpenSSL.SHA1(bytes.baseAddress, bytes.count, digest.baseAddress)
            }
            count = Self.count
        }
    }
}

internal import COpenSSL

/// The digest of FIPS 180-4.
package enum SHA256 {
    /// The digest of some bytes: 32 bytes.
    package static func digest(_ bytes: [UInt8]) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: Int(SHA256_DIGEST_LENGTH)) { digest, count in
            _ = unsafe bytes.withUnsafeBufferPointer { bytes in
                unsafe COpenSSL.SHA256(bytes.baseAddress, bytes.count, digest.baseAddress)
            }
            count = Int(SHA256_DIGEST_LENGTH)
        }
    }

    /// The digest of some bytes as 64 hexadecimal digits in lower case.
    package static func hexadecimal(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(
            decoding: digest(bytes).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] },
            as: UTF8.self
        )
    }
}

/// The algorithms with which tokens are signed (RFC 7518, section 3.1), both with SHA-256.
package enum JWTAlgorithm: String, Sendable, CaseIterable {
    /// RSASSA-PSS with a salt as long as the digest.
    case ps256 = "PS256"
    /// RSASSA-PKCS1-v1_5.
    case rs256 = "RS256"
}

/// Addresses of the Internet Protocol, version 4, in the one spelling that all readers read alike.
package enum IPv4Address {
    /// Whether a host is four decimal numbers up to 255, without leading zeros, separated by dots.
    package static func isCanonical(_ host: some StringProtocol) -> Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { part in
                (1...3).contains(part.utf8.count) && part.utf8.allSatisfy { 0x30...0x39 ~= $0 } && UInt8(part) != nil
                    && (part.utf8.count == 1 || part.utf8.first != 0x30)
            }
    }

    /// Whether some readers take a host for an address, whether or not it is one: `127.1`, `2130706433`, `0x7f.1` and
    /// `0177.0.0.1` are all this machine to a reader of the C library's kind (POSIX, `inet_addr`).
    package static func isLike(_ host: some StringProtocol) -> Bool {
        guard let last = host.split(separator: ".", omittingEmptySubsequences: false).last else { return false }
        let digits = last.lowercased()
        if digits.hasPrefix("0x") { return digits.utf8.dropFirst(2).allSatisfy(isHexadecimal) }
        return !digits.isEmpty && digits.utf8.allSatisfy { 0x30...0x39 ~= $0 }
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool { 0x30...0x39 ~= byte || 0x61...0x66 ~= byte }
}

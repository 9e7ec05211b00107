/// A range of addresses (RFC 4632), such as `10.0.0.0/8`; an address alone is a range of one.
struct IPNetwork: Sendable, Hashable {
    private let address: IPAddress
    /// How many of the leading bits of ``IPAddress/bytes`` count.
    private let bits: Int

    /// Addresses that lead no further than this machine's own network (RFC 3927; RFC 4291, 2.5.6).
    static let linkLocal = [IPNetwork("169.254.0.0/16"), IPNetwork("fe80::/10")].compactMap { $0 }
    /// Addresses of this machine (RFC 1122, 3.2.1.3; RFC 4291, 2.5.3).
    static let loopback = [IPNetwork("127.0.0.0/8"), IPNetwork("::1")].compactMap { $0 }

    /// Reads an address, with or without the number of bits that count behind a slash.
    init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = parts.first.flatMap({ IPAddress($0) }) else { return nil }
        var bits = 128
        if parts.count == 2 {
            guard parts[1].utf8.allSatisfy({ 0x30...0x39 ~= $0 }), let count = UInt8(parts[1]),
                count <= (address.isVersion4 ? 32 : 128)
            else { return nil }
            bits = Int(count) + (address.isVersion4 ? 96 : 0)
        }
        self.address = address
        self.bits = bits
    }

    /// Whether an address is in the range.
    func contains(_ other: IPAddress) -> Bool {
        let whole = bits / 8
        guard address.bytes[..<whole] == other.bytes[..<whole] else { return false }
        guard bits % 8 > 0 else { return true }
        return (address.bytes[whole] ^ other.bytes[whole]) >> (8 - UInt8(bits % 8)) == 0
    }
}

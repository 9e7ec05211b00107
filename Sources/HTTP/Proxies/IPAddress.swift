internal import Glibc

/// An address of the Internet Protocol, of version 4 or 6.
struct IPAddress: Sendable, Hashable {
    /// The bytes of version 6; an address of version 4 is mapped into it (RFC 4291, 2.5.5.2).
    let bytes: [UInt8]

    /// Reads an address as it is usually written; one of version 6 without brackets.
    init?(_ text: some StringProtocol) {
        var bytes = [UInt8](repeating: 0, count: 16)
        let text = String(text)
        guard !text.utf8.contains(0) else { return nil }
        let isOlder = unsafe bytes.withUnsafeMutableBytes { memory in
            unsafe memory.baseAddress.map { unsafe inet_pton(AF_INET, text, $0 + 12) == 1 } ?? false
        }
        if isOlder {
            bytes[10] = 0xFF
            bytes[11] = 0xFF
        } else {
            let isNewer = unsafe bytes.withUnsafeMutableBytes { memory in
                unsafe memory.baseAddress.map { unsafe inet_pton(AF_INET6, text, $0) == 1 } ?? false
            }
            guard isNewer else { return nil }
        }
        self.bytes = bytes
    }

    /// Whether this is an address of version 4.
    var isVersion4: Bool { bytes[..<10].allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF }
}

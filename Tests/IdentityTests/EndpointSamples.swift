/// URLs of which no rule may think that they are Azure's.
enum EndpointSamples {
    /// What looks like a cluster's, an account's or Entra's host and is somebody else's, or is read in several ways.
    static func lookAlikes(of host: String) -> [String] {
        let parts = host.split(separator: ".", maxSplits: 1)
        let suffix = parts.count > 1 ? String(parts[1]) : host
        let looks = [
            // Somebody else's domain with the name in it.
            "\(host).evil.example", "evil.example/\(host)", "evil.example?\(host)", "evil.example#\(host)",
            "evil.example/.\(suffix)", "evil.example%2f.\(suffix)", "evil.example;.\(suffix)", "evil\(suffix)",
            // Who stands before an at-sign is a user, and what a backslash means depends on the reader.
            "\(host)@evil.example", "u:p@\(host)", "evil.example:443@\(host)", "\(host)%40evil.example",
            "\(host):443@evil.example", "evil.example\\.\(suffix)", "evil.example\\@\(host)", "\(host)\\@evil.example",
            // Dots at the end and in a row, and those of other scripts.
            "\(host).", "\(host)..", ".\(host)", "a..\(suffix)", "a。\(suffix)", "a．\(suffix)", "a%2e\(suffix)",
            // Letters of other scripts, and how the network writes them.
            "\(host.replacing("o", with: "о"))", "\(host.replacing("i", with: "ı"))",
            "xn--\(host.dropFirst(2)).evil.example",
            "a.xn--\(suffix.replacing(".", with: "-"))", "\(host)\u{200B}", "\(host)\u{AD}",
            // Characters that some readers leave out.
            "\(host)\n.evil.example", "evil.example\t.\(suffix)", "\(host)\r", "evil.example \(host)",
            "\(host)\0.evil.example",
            // Ports that are none.
            "\(host):0", "\(host):99999", "\(host):443:80", "\(host):+443", "\(host):４４３", "\(host):44 3",
        ]
        return looks.map { "https://" + $0 } + [
            "ftp://\(host)", "file://\(host)/etc/passwd", "//\(host)", "https:\(host)", "https:/\(host)",
            "https:///\(host)", "javascript://\(host)", "gopher://\(host)",
        ]
    }

    /// Addresses of this machine, of private networks and of Azure's own endpoints, in all spellings, that are no trusted host's.
    static let addresses =
        [
            "10.0.0.1", "192.168.1.1", "169.254.169.254", "168.63.129.16", "0.0.0.0", "0", "255.255.255.255",
            "2130706433",
            "2852039166", "017700000001", "0x7f000001", "0x7F.1", "127.1", "127.0.1", "0177.0.0.1", "127.0.0.010",
            "127.0.0.256",
            "0xA9FEA9FE", "127.0.0.1.", "127.0.0.1.evil.example", "127.evil.example", "localhost.evil.example",
            "localhost.",
            "[::]", "[::ffff:127.0.0.1]", "[::ffff:a9fe:a9fe]", "[fd00::1]", "[fe80::1%25eth0]", "[::1].evil.example",
            "[::1",
            "[evil.example]", "[]",
        ].flatMap { ["https://\($0)", "http://\($0)"] }

    /// Ways to write nothing at all.
    static let nothings = [
        "", "https://", "https:// ", "://", "https://-", "https://.", "https://..", "https://:443", "https://?",
    ]
}

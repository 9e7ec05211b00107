/// The form of a string: once as a regular expression for the API server, and once in Swift for the operator.
package struct SchemaPattern: Sendable {
    /// The regular expression, which the whole string must match.
    package let expression: String
    /// What is expected, to follow "must be".
    package let expectation: String
    /// The form in Swift.
    package let matches: @Sendable (String) -> Bool

    /// Creates a form.
    package init(_ expression: String, _ expectation: String, matches: @escaping @Sendable (String) -> Bool) {
        self.expression = expression
        self.expectation = expectation
        self.matches = matches
    }
}

extension SchemaPattern {
    /// A name of a Kubernetes object of most kinds.
    package static let objectName = SchemaPattern(
        #"^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$"#,
        "the name of a Kubernetes object: lower-case letters, digits, hyphens and dots"
    ) { text in
        let bytes = text[...].utf8
        return bytes.allSatisfy { isLower($0) || isDigit($0) || $0 == hyphen || $0 == dot }
            && edges(of: bytes) { isLower($0) || isDigit($0) }
    }

    /// A key in the data of a Secret.
    package static let secretKey = SchemaPattern(
        #"^([-_a-zA-Z0-9]|\.[-_a-zA-Z0-9])[-._a-zA-Z0-9]*$"#,
        "a key of a Secret: letters, digits, hyphens, dots and underscores"
    ) { text in !text.isEmpty && text.utf8.allSatisfy(isNameByte) && text != "." && !text.hasPrefix("..") }

    /// The address of a broker.
    package static let hostAndPort = SchemaPattern(
        #"^([A-Za-z0-9]([-_.A-Za-z0-9]*[A-Za-z0-9])?|\[[0-9a-fA-F:.]+\]):[0-9]{1,5}$"#,
        "a host and a port, such as broker-1:9092"
    ) { text in
        guard let colon = text.lastIndex(of: ":") else { return false }
        let port = text[text.index(after: colon)...].utf8
        guard (1...5).contains(port.count), port.allSatisfy(isDigit) else { return false }
        return isHost(text[..<colon])
    }

    /// A host's name or address.
    package static let host = SchemaPattern(
        #"^([A-Za-z0-9]([-_.A-Za-z0-9]*[A-Za-z0-9])?|\[[0-9a-fA-F:.]+\])$"#,
        "a host's name or address, without scheme and port"
    ) { isHost($0[...]) }

    /// What is reached without a proxy; the worker looks closer.
    package static let proxyException = SchemaPattern(
        #"^[-_.:*/0-9A-Za-z\[\]]+$"#,
        "a host, .host for those below it, an address or a range of addresses such as 10.0.0.0/8, perhaps with a port"
    ) { text in
        !text.isEmpty && text.utf8.allSatisfy { isNameByte($0) || ":*/[]".utf8.contains($0) }
    }

    /// An address of HTTP, without credentials in it: these belong into a Secret.
    package static let url = SchemaPattern(
        #"^https?://[^\s/@?#]+([/?#]\S*)?$"#,
        "a URL that begins with https:// or http:// and holds no user or password"
    ) { text in
        guard let scheme = ["https://", "http://"].first(where: text.hasPrefix) else { return false }
        let rest = text.unicodeScalars.dropFirst(scheme.count)
        let authority = rest.prefix { !"/?#".unicodeScalars.contains($0) }
        return !authority.isEmpty && !authority.contains("@") && !rest.contains(where: isSpace)
    }

    /// A topic, a regular expression for topics, or `*`.
    package static let topic = SchemaPattern(
        #"^([-._a-zA-Z0-9]+|\*|\^\S+)$"#,
        "a topic's name, a regular expression that begins with ^, or *"
    ) { text in
        if text == "*" { return true }
        if text.hasPrefix("^") { return text.utf8.count > 1 && !text.unicodeScalars.contains(where: isSpace) }
        return !text.isEmpty && text.utf8.allSatisfy(isNameByte)
    }

    /// A topic's name.
    package static let topicName = SchemaPattern(
        #"^[-._a-zA-Z0-9]+$"#,
        "a topic's name: letters, digits, hyphens, dots and underscores"
    ) { text in !text.isEmpty && text.utf8.allSatisfy(isNameByte) }

    /// A name of a database, a table or a mapping in Azure Data Explorer.
    package static let kustoName = SchemaPattern(
        #"^[-._ a-zA-Z0-9]+$"#,
        "a name in Azure Data Explorer: letters, digits, spaces, hyphens, dots and underscores"
    ) { text in !text.isEmpty && text.utf8.allSatisfy { isNameByte($0) || $0 == UInt8(ascii: " ") } }

    /// The name of a property of the sink or of one of its clients.
    package static let propertyName = SchemaPattern(
        #"^[-._a-zA-Z0-9]+$"#,
        "a property's name: letters, digits, hyphens, dots and underscores"
    ) { text in !text.isEmpty && text.utf8.allSatisfy(isNameByte) }

    /// The name of an environment variable.
    package static let environmentName = SchemaPattern(
        #"^[_a-zA-Z][_a-zA-Z0-9]*$"#,
        "the name of an environment variable: letters, digits and underscores, not beginning with a digit"
    ) { text in
        let bytes = text.utf8
        return bytes.allSatisfy { isLetter($0) || isDigit($0) || $0 == underscore }
            && bytes.first.map { !isDigit($0) } ?? false
    }

    /// Text of one line, which properties files can hold.
    package static let line = SchemaPattern(#"^[^\x00-\x1f\x7f]*$"#, "text of one line without control characters") {
        $0.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7f }
    }

    /// A time.
    package static let duration = SchemaPattern(
        #"^([0-9]{1,6}h)?([0-9]{1,7}m)?([0-9]{1,9}s)?([0-9]{1,12}ms)?$"#,
        "a time in hours, minutes, seconds and milliseconds, in this order, such as 1h30m, 5m, 30s or 500ms"
    ) { Duration(resourceText: $0) != nil || $0.isEmpty }

    /// A quantity of CPU, memory or storage.
    package static let quantity = SchemaPattern(
        #"^[0-9]+(\.[0-9]+)?(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?$"#,
        "a quantity such as 500m, 2, 256Mi or 1Gi"
    ) { text in
        let number = text.utf8.prefix { isDigit($0) || $0 == dot }
        let parts = number.split(separator: dot, omittingEmptySubsequences: false)
        let units = ["", "m", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"]
        return parts.count <= 2 && parts.allSatisfy { !$0.isEmpty }
            && units.contains(String(decoding: text.utf8.dropFirst(number.count), as: UTF8.self))
    }

    /// The key of a label or an annotation.
    package static let labelKey = SchemaPattern(
        #"^([a-z0-9]([-.a-z0-9]*[a-z0-9])?/)?[A-Za-z0-9]([-._A-Za-z0-9]{0,61}[A-Za-z0-9])?$"#,
        "a label's key: a domain and a slash if need be, and at most 63 letters, digits, hyphens, dots and underscores"
    ) { isPrefixedName($0, longest: 63) }

    /// The value of a label.
    package static let labelValue = SchemaPattern(
        #"^([A-Za-z0-9]([-._A-Za-z0-9]{0,61}[A-Za-z0-9])?)?$"#,
        "a label's value: at most 63 letters, digits, hyphens, dots and underscores"
    ) { $0.isEmpty || isLabelWord($0[...]) }

    private static let hyphen = UInt8(ascii: "-")
    private static let dot = UInt8(ascii: ".")
    private static let underscore = UInt8(ascii: "_")

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
    private static func isLower(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }
    private static func isLetter(_ byte: UInt8) -> Bool { isLower(byte | 0x20) }
    private static func isAlphanumeric(_ byte: UInt8) -> Bool { isLetter(byte) || isDigit(byte) }
    private static func isNameByte(_ byte: UInt8) -> Bool {
        isAlphanumeric(byte) || byte == hyphen || byte == dot || byte == underscore
    }
    /// What `\s` is in the API server's regular expressions.
    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool { "\t\n\u{c}\r ".unicodeScalars.contains(scalar) }

    private static func edges(of bytes: Substring.UTF8View, _ isAllowed: (UInt8) -> Bool) -> Bool {
        guard let first = bytes.first, let last = bytes.last else { return false }
        return isAllowed(first) && isAllowed(last)
    }

    private static func isLabelWord(_ text: Substring) -> Bool {
        text.utf8.count <= 63 && text.utf8.allSatisfy(isNameByte) && edges(of: text.utf8, isAlphanumeric)
    }

    private static func isPrefixedName(_ text: String, longest: Int = .max) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let name = parts.last?.utf8, name.count <= longest else { return false }
        guard name.allSatisfy(isNameByte), edges(of: name, isAlphanumeric) else { return false }
        guard parts.count == 2 else { return true }
        let domain = parts[0].utf8
        return domain.allSatisfy { isLower($0) || isDigit($0) || $0 == hyphen || $0 == dot }
            && edges(of: domain) { isLower($0) || isDigit($0) }
    }

    private static func isHost(_ text: Substring) -> Bool {
        if text.hasPrefix("["), text.hasSuffix("]") {
            let inside = text.utf8.dropFirst().dropLast()
            let allowed = "0123456789abcdefABCDEF:.".utf8
            return !inside.isEmpty && inside.allSatisfy { allowed.contains($0) }
        }
        return text.utf8.allSatisfy(isNameByte) && edges(of: text.utf8, isAlphanumeric)
    }
}

extension SchemaPattern {
    /// A principal of Kerberos; librdkafka hands it to a shell, so nothing that means something there is allowed.
    static let principal = SchemaPattern(
        #"^[-._a-zA-Z0-9]+(/[-._a-zA-Z0-9]+)?(@[-._a-zA-Z0-9]+)?$"#,
        "a principal of Kerberos such as sink/host@REALM"
    ) { text in
        let byRealm = text.split(separator: "@", omittingEmptySubsequences: false)
        guard byRealm.count <= 2, let identity = byRealm.first else { return false }
        let names = identity.split(separator: "/", omittingEmptySubsequences: false)
        return names.count <= 2 && (names + byRealm.dropFirst()).allSatisfy { propertyName.matches(String($0)) }
    }
}

extension SchemaPattern {
    /// The name of an image.
    static let image = SchemaPattern(
        #"^[-._a-zA-Z0-9:/@]+$"#,
        "an image's name, such as registry/kusto-sink-worker:0.1.0"
    ) {
        text in
        !text.isEmpty
            && text.utf8.allSatisfy { propertyName.matches(String(UnicodeScalar($0))) || ":/@".utf8.contains($0) }
    }

    /// An IP address.
    static let address = SchemaPattern(#"^[0-9a-fA-F:.]+$"#, "an IP address") { text in
        !text.isEmpty && text.utf8.allSatisfy { "0123456789abcdefABCDEF:.".utf8.contains($0) }
    }
}

extension SchemaPattern {
    /// The type of a condition.
    static let conditionType = SchemaPattern(
        #"^([a-z0-9]([-.a-z0-9]*[a-z0-9])?/)?[A-Za-z0-9]([-._A-Za-z0-9]*[A-Za-z0-9])?$"#,
        "the type of a condition, such as Ready"
    ) { isPrefixedName($0) }

    /// The reason of a condition.
    static let conditionReason = SchemaPattern(
        #"^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$"#,
        "one word in the form of ReasonInCamelCase"
    ) { text in
        let scalars = text.unicodeScalars
        func isIn(_ scalar: Unicode.Scalar?, _ more: String) -> Bool {
            guard let scalar, scalar.isASCII else { return false }
            return scalar.properties.isAlphabetic || more.unicodeScalars.contains(scalar)
        }
        return isIn(scalars.first, "") && scalars.allSatisfy { isIn($0, "0123456789_,:") }
            && isIn(scalars.last, "0123456789_")
    }
}

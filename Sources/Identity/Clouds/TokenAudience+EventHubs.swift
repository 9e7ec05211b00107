extension TokenAudience {
    /// A namespace of Azure Event Hubs, whose Kafka endpoint takes tokens of Entra for the namespace itself.
    ///
    /// Where to log in follows from the cloud that the name belongs to.
    /// - Parameter broker: An address of `bootstrap.servers`, such as `orders.servicebus.windows.net:9093`.
    /// - Returns: `nil` when that is no namespace of Event Hubs.
    package static func eventHubs(broker: String) -> TokenAudience? {
        var address = broker[...]
        if let scheme = address.firstRange(of: "://") { address = address[scheme.upperBound...] }
        let parts = address.lowercased().split(separator: ":", omittingEmptySubsequences: false)
        guard let host = parts.first, parts.count <= 2, parts.count == 1 || UInt16(parts[1]) != nil else { return nil }
        for (suffix, login) in clouds where host.hasSuffix(suffix) {
            let name = host.dropLast(suffix.count)
            guard !name.isEmpty, name.utf8.allSatisfy(isNameByte) else { return nil }
            return .resource("https://\(host)", loginEndpoint: login)
        }
        return nil
    }

    /// What follows the namespace's name in each cloud, and where one logs in there (Azure, "Compare Azure Government and
    /// global Azure" and "Azure China developer guide").
    private static let clouds = [
        (".servicebus.windows.net", "https://login.microsoftonline.com"),
        (".servicebus.usgovcloudapi.net", "https://login.microsoftonline.us"),
        (".servicebus.chinacloudapi.cn", "https://login.partner.microsoftonline.cn"),
    ]

    private static func isNameByte(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "-")
    }
}

internal import FoundationEssentials
internal import HTTP
internal import Secrets
internal import SinkConfiguration

/// The settings of a converter by their names, with errors that name the whole property.
struct RegistryOptions: Sendable {
    /// What the properties begin with, such as `value.converter.`.
    let prefix: String
    private let values: [String: ClientProperties.Value]

    init(_ values: [String: ClientProperties.Value], prefix: String) {
        self.values = values
        self.prefix = prefix
    }

    /// A value that is not empty.
    func text(_ name: String) -> String? {
        guard let text = values[name]?.reveal(), !text.isEmpty else { return nil }
        return text
    }

    /// A value that is not to be printed.
    func secret(_ name: String) -> Secret? { text(name).map(Secret.init) }

    /// A value that is not to be printed, and how to read it again.
    func requiredRotatedSecret(_ name: String) throws(SinkFailure) -> RotatedSecret {
        let secret = try requiredSecret(name)
        if case .rotated(let rotated)? = values[name] { return rotated }
        return RotatedSecret(secret)
    }

    /// A value that has to be there.
    func required(_ name: String) throws(SinkFailure) -> String {
        guard let text = text(name) else { throw refusal(name, "must be set") }
        return text
    }

    /// A value that has to be there and is not to be printed.
    func requiredSecret(_ name: String) throws(SinkFailure) -> Secret { Secret(try required(name)) }

    /// A whole number from 0 on.
    func number(_ name: String) throws(SinkFailure) -> Int? {
        guard let text = text(name) else { return nil }
        guard let number = Int(text), (0...Int(Int32.max)).contains(number) else {
            throw refusal(name, "must be a whole number from 0 to \(Int32.max)")
        }
        return number
    }

    /// A number of milliseconds.
    func milliseconds(_ name: String) throws(SinkFailure) -> Duration? {
        try number(name).map { .milliseconds($0) }
    }

    /// The values whose names begin with `start`, by the rest of their names.
    func below(_ start: String) -> [String: Secret] {
        var found: [String: Secret] = [:]
        for (name, value) in values where name.hasPrefix(start) {
            found[String(name.dropFirst(start.count))] = Secret(value.reveal())
        }
        return found
    }

    /// The proxy on the way to the registry (`proxy.host`, `proxy.port`).
    func proxy() throws(SinkFailure) -> HTTPClientConfiguration.Proxy? {
        guard let host = text("proxy.host"), let port = try number("proxy.port") else { return nil }
        return HTTPClientConfiguration.Proxy(
            // What is checked is the host's form, in which an IPv6 address has brackets.
            host: host,
            port: port,
            setting: "\(prefix)proxy.host and \(prefix)proxy.port"
        )
    }

    /// A key or trust store, or the PEM texts that take its place; `nil` when none is named.
    /// - Parameters:
    ///   - start: What the names of its properties begin with.
    ///   - texts: The ends of the names of PEM texts, all of which take the store's place.
    ///   - keyPassword: The property with the password of the key, if it may have one of its own.
    func store(_ start: String, texts: [String], keyPassword: String? = nil) throws(SinkFailure) -> KeyStoreSource? {
        let given = texts.filter { text(start + $0) != nil }
        if let first = given.first, let missing = texts.first(where: { !given.contains($0) }) {
            throw refusal(start + missing, "must be set, since \(start)\(first) is")
        }
        let content: KeyStoreSource.Content
        let name = given.first ?? "location"
        if !given.isEmpty {
            content = .pem(Secret(texts.compactMap { text(start + $0) }.joined(separator: "\n")))
        } else if let path = text(start + name) {
            content = .file(path)
        } else {
            return nil
        }
        return KeyStoreSource(
            content,
            type: text(start + "type"),
            password: secret(start + "password"),
            keyPassword: keyPassword.flatMap { secret($0) },
            property: prefix + start + name
        )
    }

    /// An error that names a property.
    func refusal(_ name: String, _ reason: String) -> SinkFailure {
        SinkFailure(.clientConfiguration, "\(prefix)\(name) \(reason)")
    }
}

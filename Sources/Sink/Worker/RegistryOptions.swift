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
        return HTTPClientConfiguration.Proxy(host: host, port: port)
    }

    /// A file of PEM texts.
    /// - Parameters:
    ///   - path: The file.
    ///   - name: The property that names it.
    ///   - type: The property that says what it is.
    func pem(_ path: String, _ name: String, _ type: String) throws(SinkFailure) -> [UInt8] {
        let bytes: [UInt8]
        do throws(BoundedFile.Failure) {
            bytes = try BoundedFile.read(path, limit: 1 << 20)
        } catch {
            throw refusal(name, "\(path) cannot be read: \(error)")
        }
        guard String(decoding: bytes, as: UTF8.self).contains("-----BEGIN ") else {
            throw refusal(name, "\(path) is no PEM file; convert the store to PEM and set \(prefix)\(type)=PEM")
        }
        return bytes
    }

    /// An error that names a property.
    func refusal(_ name: String, _ reason: String) -> SinkFailure {
        SinkFailure(.clientConfiguration, "\(prefix)\(name) \(reason)")
    }
}

package import Secrets
internal import Text

/// A user and a password that the configuration only refers to, so that they may change while a client runs.
package struct RotatedKafkaPassword: Sendable, Hashable {
    /// How the configuration has them, with their references.
    private enum Written: Hashable {
        /// In `sasl.username` and `sasl.password`.
        case apart(user: String, password: String)
        /// In a `sasl.jaas.config`.
        case entry(String)
    }

    private let written: Written
    /// The property, with its prefix, that holds or names the password.
    package let property: String

    /// Takes a `sasl.jaas.config` as it is written, or returns `nil` when it refers to nothing.
    init?(entry: String, property: String) {
        guard SecretReference.isPresent(in: entry) else { return nil }
        written = .entry(entry)
        self.property = property
    }

    /// Takes a user and a password as they are written, or returns `nil` when neither refers to anything.
    init?(user: String, password: String, property: String) {
        guard SecretReference.isPresent(in: user) || SecretReference.isPresent(in: password) else { return nil }
        written = .apart(user: user, password: password)
        self.property = property
    }

    /// Reads both again.
    /// - Parameters:
    ///   - environment: The variables that `${env:}` names.
    ///   - scope: What references may name.
    /// - Throws: ``ConfigurationError`` when a reference leads nowhere, or to something that is no credential.
    package func read(
        environment: [String: String],
        within scope: ReferenceScope
    ) throws(ConfigurationError) -> (user: Secret, password: Secret) {
        func resolve(_ text: String) throws(ConfigurationError) -> String {
            do throws(SecretReferenceError) {
                return try SecretReference.resolve(text, environment: environment, within: scope).trimmed
            } catch {
                throw failure(error.message)
            }
        }
        switch written {
        case .apart(let user, let password): return (Secret(try resolve(user)), Secret(try resolve(password)))
        case .entry(let text):
            let resolved = try resolve(text)
            let entry: JAASEntry
            do throws(JAASEntry.Fault) {
                entry = try JAASEntry(parsing: resolved)
            } catch {
                throw failure(error.message)
            }
            guard let user = entry.options["username"], let password = entry.options["password"] else {
                throw failure("has no username and password any more")
            }
            return (user, password)
        }
    }

    private func failure(_ reason: String) -> ConfigurationError {
        ConfigurationError(code: .invalid, problems: [.init(subject: property, message: "\(property): \(reason)")])
    }
}

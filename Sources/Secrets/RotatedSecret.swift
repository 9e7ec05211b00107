internal import Text

/// A secret and how to read it again: files that hold secrets are replaced while the process runs.
package struct RotatedSecret: Sendable, Hashable {
    private struct Source: Sendable, Hashable {
        /// The text with its references; what stands around these may be secret too.
        let written: Secret
        /// Those variables that the text names.
        let environment: [String: Secret]
        let scope: ReferenceScope
    }

    /// The value as it was when this was made.
    package let initial: Secret
    private let source: Source?

    /// Creates a secret that stays as it is.
    package init(_ secret: Secret) {
        initial = secret
        source = nil
    }

    /// Reads a text for the first time; white space around the value is no part of it.
    /// - Parameters:
    ///   - written: The text, with references as ``SecretReference`` has them, or without.
    ///   - environment: The variables that `${env:}` may name.
    ///   - scope: What references may name at all.
    /// - Throws: ``SecretReferenceError`` for a reference that cannot be followed.
    package init(
        reading written: String,
        environment: [String: String],
        within scope: ReferenceScope = .anywhere
    ) throws(SecretReferenceError) {
        var isInFile = false
        var variables: [String: Secret] = [:]
        _ = SecretReference.replace(in: written) { provider, place in
            if provider == "env" { variables[place] = environment[place].map(Secret.init) } else { isInFile = true }
            return ""
        }
        initial = Secret(
            try SecretReference.resolve(written, environment: environment, within: scope).trimmed
        )
        // A variable of a process that runs does not change from outside.
        source = isInFile ? Source(written: Secret(written), environment: variables, scope: scope) : nil
    }

    /// Whether another value may be read later.
    package var mayChange: Bool { source != nil }

    /// The same secret for comparisons in which its value does not count, since whoever has it reads it again.
    package var withoutValue: RotatedSecret {
        source == nil ? self : RotatedSecret(initial: Secret(""), source: source)
    }

    private init(initial: Secret, source: Source?) {
        self.initial = initial
        self.source = source
    }

    /// Reads the value as it is now.
    /// - Throws: ``SecretReferenceError`` for a reference that can no longer be followed.
    package func read() throws(SecretReferenceError) -> Secret {
        guard let source else { return initial }
        return Secret(
            try SecretReference.resolve(
                source.written.reveal(),
                environment: source.environment.mapValues { $0.reveal() },
                within: source.scope
            ).trimmed
        )
    }
}

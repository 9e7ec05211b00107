/// Something that is wrong with a KustoSink's spec.
package struct SpecProblem: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of problem it is: the reason of the condition `ConfigValid`.
    package enum Reason: String, Sendable, CaseIterable {
        /// A field is missing, has the wrong type or breaks a rule.
        case invalidSpec = "InvalidSpec"
        /// The worker refuses the properties that the spec leads to.
        case invalidConfiguration = "InvalidConfiguration"
        /// The worker does not do it yet.
        case notSupportedYet = "NotSupportedYet"
        /// `spec.config` names something that a typed field owns, or reaches for what the sink does not mount.
        case notAllowed = "NotAllowed"
        /// The spec is in order but names an object of the cluster that is not there or not ready, and may come.
        case dependencyMissing = "DependencyMissing"
    }

    /// What kind of problem it is.
    package let reason: Reason
    /// The field's path, such as `spec.flush.sizeBytes` or `spec.topics[1].format`.
    package let path: String
    /// What was expected and what to do; never the value of a secret.
    package let message: String

    /// Creates a problem.
    package init(_ reason: Reason, _ path: String, _ message: String) {
        self.reason = reason
        self.path = path
        self.message = message
    }

    package var description: String { "\(path): \(message)" }
}

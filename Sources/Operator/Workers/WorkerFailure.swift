/// What keeps one or more workers of a sink from working.
package struct WorkerFailure: Sendable, Hashable {
    /// What happened; the order is that of usefulness, the most useful first.
    package enum Kind: Int, Sendable, Hashable, CaseIterable, Comparable {
        /// The worker refused its configuration, a topic, a table or a mapping (exit code 64).
        case configuration
        /// Kubernetes cannot make the container from what the pod names, such as a key of a Secret.
        case containerConfiguration
        /// The worker stopped at a batch or record that it may not pass over (exit code 75).
        case failedBatch
        /// A service stays unreachable or refuses the worker (exit code 69).
        case unavailable
        /// The container used more memory than its limit.
        case outOfMemory
        /// The worker met a mistake of its own (exit code 70).
        case software
        /// The worker ended for another reason.
        case crashed
        /// The image cannot be had.
        case image
        /// Kubernetes cannot start the container.
        case start
        /// No node takes the pod.
        case unschedulable
        /// A node put the pod out, or the pod's deadline passed.
        case evicted
        /// The worker runs and says itself what keeps it from being ready.
        case notReady

        package static func < (left: Kind, right: Kind) -> Bool { left.rawValue < right.rawValue }
    }

    /// The most names of pods in a sentence.
    private static let namedPods = 3

    /// What happened.
    package let kind: Kind
    /// Kubernetes' word for it, such as `CrashLoopBackOff` or `OOMKilled`; empty when it has none.
    package let reason: String
    /// What the worker's process ended with, or `nil` when it did not end.
    package let exitCode: Int?
    /// What the worker or Kubernetes says about it, its lines kept; may be empty.
    package let message: String
    /// When it happened last, as in Kubernetes' timestamps; empty when that is not known.
    package let time: String
    /// The pods that it happened to, sorted.
    package let pods: [String]
    /// Whether it happened to pods of an earlier configuration only, which are about to go.
    package let isOutdated: Bool

    /// Creates a failure.
    package init(
        _ kind: Kind,
        reason: String = "",
        exitCode: Int? = nil,
        message: String = "",
        time: String = "",
        pods: [String],
        isOutdated: Bool = false
    ) {
        self.kind = kind
        self.reason = reason
        self.exitCode = exitCode
        self.message = message
        self.time = time
        self.pods = pods
        self.isOutdated = isOutdated
    }

    /// Whether trying again does not help before a person changes something.
    ///
    /// Everything else is tried again by Kubernetes or by the worker itself and may pass by itself.
    package var needsPerson: Bool {
        guard !isOutdated else { return false }
        return switch kind {
        case .configuration, .containerConfiguration: true
        case .image: reason == "InvalidImageName" || reason == "ErrImageNeverPull"
        case .failedBatch, .unavailable, .outOfMemory, .software, .crashed, .start, .unschedulable, .evicted,
            .notReady:
            false
        }
    }

    /// What happened to whom, for people; the worker's lines are kept.
    package var sentence: String {
        let what = "\(subject) \(predicate)"
        return message.isEmpty ? what : "\(what): \(message)"
    }

    /// Returns the failure of several that differ in nothing but the pods and the time.
    func merged(with other: WorkerFailure) -> WorkerFailure {
        WorkerFailure(
            kind,
            reason: reason,
            exitCode: exitCode,
            message: message,
            time: max(time, other.time),
            pods: Set(pods + other.pods).sorted(),
            isOutdated: isOutdated
        )
    }

    /// Whether the other one is the same but for the pods and the time.
    func isSame(as other: WorkerFailure) -> Bool {
        (kind, reason, exitCode, message, isOutdated)
            == (other.kind, other.reason, other.exitCode, other.message, other.isOutdated)
    }

    private var subject: String {
        guard pods.count > 1 else { return "worker \(pods.first ?? "")" }
        let names = pods.prefix(Self.namedPods).joined(separator: ", ")
        let rest = pods.count > Self.namedPods ? " and \(pods.count - Self.namedPods) more" : ""
        return "\(pods.count) workers (\(names)\(rest))"
    }

    private var predicate: String {
        let verb = pods.count > 1 ? "are" : "is"
        let ended = "ended with exit code \(exitCode ?? 0)"
        return switch kind {
        case .configuration: "\(ended), which a restart does not fix"
        case .failedBatch: "stopped at a failed batch and \(verb) started again (exit code \(exitCode ?? 0))"
        case .unavailable: "\(ended) because a service is unreachable or refuses it, and \(verb) started again"
        case .software: "\(ended), a mistake of its own, and \(verb) started again"
        case .crashed: reason.isEmpty || reason == "Error" ? ended : "\(ended) (\(reason))"
        case .outOfMemory:
            "used more memory than the limit of spec.template.resources and \(verb) started again (OOMKilled)"
        case .containerConfiguration, .image, .start: "cannot start (\(reason))"
        case .unschedulable: "cannot be placed on a node"
        case .evicted: reason.isEmpty ? "\(verb) put out by the node" : "\(verb) put out by the node (\(reason))"
        case .notReady: "\(verb) not ready"
        }
    }
}

/// Something that happened to a sink, for `kubectl describe` and whoever collects events.
package struct SinkEvent: Sendable, Hashable {
    /// Whether a person should look.
    package enum Severity: String, Sendable {
        case normal = "Normal"
        case warning = "Warning"
    }

    /// What happened, in one word for programs: part of the interface.
    package enum Reason: String, Sendable, CaseIterable {
        /// The spec is not in order.
        case configRejected = "ConfigRejected"
        /// The spec is in order again.
        case configAccepted = "ConfigAccepted"
        /// A Secret that the spec names is not there, or lacks a key.
        case secretMissing = "SecretMissing"
        /// Every Secret that the spec names is there again.
        case secretsFound = "SecretsFound"
        /// The content of a Secret that the spec names has changed.
        case secretRotated = "SecretRotated"
        /// Workers are being replaced or started for the first time.
        case rolloutStarted = "RolloutStarted"
        /// Every worker runs the newest configuration.
        case rolloutFinished = "RolloutFinished"
        /// The Deployment has made no progress for its progress deadline.
        case rolloutFailed = "RolloutFailed"
        /// Another number of workers is wanted.
        case scaled = "Scaled"
        /// Lag cannot be read.
        case lagUnknown = "LagUnknown"
        /// Lag can be read again.
        case lagKnown = "LagKnown"
        /// A worker ended or could not start, or its reason is another one now.
        case workerFailed = "WorkerFailed"
        /// The workers that failed are ready again.
        case workersRecovered = "WorkersRecovered"
        /// Somebody asked for a pause.
        case paused = "Paused"
        /// Somebody ended the pause.
        case resumed = "Resumed"
        /// An object of somebody else has the name of one of ours.
        case nameConflict = "NameConflict"
        /// The operator may not do what it must, or the API server refuses an object.
        case reconcileFailed = "ReconcileFailed"
        /// The sink is deleted, and its consumer group stays although the spec says otherwise.
        case groupNotDeleted = "GroupNotDeleted"

        /// What the operator was doing, as a verb.
        package var action: String {
            switch self {
            case .configRejected, .configAccepted: "Validate"
            case .secretMissing, .secretsFound, .secretRotated: "ResolveSecrets"
            case .rolloutStarted, .rolloutFinished, .rolloutFailed: "RollOut"
            case .scaled, .lagUnknown, .lagKnown: "Scale"
            case .workerFailed, .workersRecovered: "WatchWorkers"
            case .paused: "Pause"
            case .resumed: "Resume"
            case .nameConflict, .reconcileFailed: "Apply"
            case .groupNotDeleted: "DeleteGroup"
            }
        }

        /// Whether a person should look.
        package var severity: Severity {
            switch self {
            case .configRejected, .secretMissing, .rolloutFailed, .lagUnknown, .workerFailed, .nameConflict,
                .reconcileFailed, .groupNotDeleted:
                .warning
            case .configAccepted, .secretsFound, .secretRotated, .rolloutStarted, .rolloutFinished, .scaled,
                .lagKnown, .workersRecovered, .paused, .resumed:
                .normal
            }
        }
    }

    /// The most bytes of a note.
    package static let maximumNoteBytes = 1024

    /// What happened.
    package let reason: Reason
    /// What happened, for people.
    package let note: String

    /// Creates an event; a note that is too long is cut.
    package init(_ reason: Reason, _ note: String) {
        self.reason = reason
        self.note = Self.cut(note)
    }

    private static func cut(_ note: String) -> String {
        guard note.utf8.count > maximumNoteBytes else { return note }
        let ellipsis = "…"
        var kept = String.UnicodeScalarView()
        var room = maximumNoteBytes - ellipsis.utf8.count
        for scalar in note.unicodeScalars {
            room -= UTF8.width(scalar)
            guard room >= 0 else { break }
            kept.append(scalar)
        }
        return String(kept) + ellipsis
    }
}

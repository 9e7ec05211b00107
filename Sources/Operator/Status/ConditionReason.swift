/// Why a condition is as it is: part of the interface, so words stay and never vary with an object.
package enum ConditionReason: String, Sendable, CaseIterable {
    // MARK: ConfigValid

    /// The spec is in order.
    case configAccepted = "ConfigAccepted"
    /// A field is missing, has the wrong type or breaks a rule.
    case invalidSpec = "InvalidSpec"
    /// The worker refuses the properties that the spec leads to.
    case invalidConfiguration = "InvalidConfiguration"
    /// The spec asks for what the worker does not do yet.
    case notSupportedYet = "NotSupportedYet"
    /// `spec.config` names what a typed field owns, or reaches for what the sink does not mount.
    case notAllowed = "NotAllowed"
    /// The spec names an object of the cluster that is not there or not ready.
    case dependencyMissing = "DependencyMissing"

    // MARK: SecretsResolved and ChildrenOwned

    /// Every Secret that the spec names is there.
    case secretsFound = "SecretsFound"
    /// A Secret that the spec names is not there, or lacks a key.
    case secretMissing = "SecretMissing"
    /// Every object with the name of one of ours is ours.
    case noConflict = "NoConflict"
    /// An object of somebody else has the name of one of ours; it is left alone.
    case nameConflict = "NameConflict"

    // MARK: WorkersAvailable

    /// As many workers are ready as are wanted.
    case workersReady = "WorkersReady"
    /// No worker is wanted: nothing is to be read, or the sink has no replicas.
    case noWorkersWanted = "NoWorkersWanted"
    /// Workers run that are not ready.
    case workersNotReady = "WorkersNotReady"
    /// Workers are being replaced by such of a new configuration, or started for the first time.
    case rollingOut = "RollingOut"
    /// Workers are being added or taken away, or Kubernetes has not seen the Deployment's newest spec yet.
    case adjusting = "Adjusting"
    /// Workers that are no longer wanted finish what they have begun.
    case workersTerminating = "WorkersTerminating"
    /// A worker ended, or could not start.
    case workerFailed = "WorkerFailed"
    /// The Deployment has made no progress for its progress deadline.
    case rolloutFailed = "RolloutFailed"

    // MARK: Paused

    /// Nobody asked for a pause.
    case notPaused = "NotPaused"
    /// `spec.paused` is true.
    case pausedBySpec = "PausedBySpec"
    /// The annotation `kustosink.dev/reconcile: paused` keeps the operator's hands off.
    case reconciliationPaused = "ReconciliationPaused"
    /// The workers drain because of a pause.
    case pausing = "Pausing"

    // MARK: ScalingActive

    /// Lag is known and decides.
    case lagKnown = "LagKnown"
    /// Lag cannot be read; the number of workers stays.
    case lagUnknown = "LagUnknown"
    /// Lag has not been read yet.
    case lagNotYetRead = "LagNotYetRead"

    // MARK: Ready, Reconciling and Stalled, which also repeat the reasons above

    /// The operator has seen the resource and done nothing about it yet.
    case notYetReconciled = "NotYetReconciled"
    /// The resource is being deleted.
    case deleting = "Deleting"
    /// A request to the API server failed and is tried again.
    case reconcileFailed = "ReconcileFailed"
    /// The operator may not do what it must; a role has to be changed.
    case accessDenied = "AccessDenied"
    /// The API server refuses an object for what it says.
    case requestRefused = "RequestRefused"

    /// The reason of a condition that is about this kind of problem.
    package init(_ reason: SpecProblem.Reason) {
        self =
            switch reason {
            case .invalidSpec: .invalidSpec
            case .invalidConfiguration: .invalidConfiguration
            case .notSupportedYet: .notSupportedYet
            case .notAllowed: .notAllowed
            case .dependencyMissing: .dependencyMissing
            }
    }
}

package import Kubernetes

/// What the operator's command line says.
package struct OperatorSettings: Sendable {
    /// A kubeconfig's path; `nil` looks where every client does.
    package var kubeconfig: String?
    /// The namespaces whose sinks are looked after; empty for all of them.
    package var namespaces: [String] = []
    /// How the Secrets are looked at that sinks name; by default with as few watches as are reasonable.
    package var secretAccess = SecretAccess.widening
    /// What workers are like.
    package var workers: WorkerSettings
    /// Whether only the holder of a Lease writes; default true.
    package var electsLeader = true
    /// The name of the Lease in the operator's namespace; operators with the same one take turns.
    package var leaseName = "kusto-sink-operator"
    /// How long the Lease is good for, and how often it is renewed.
    package var leaseTiming = LeaseTiming()
    /// How many sinks are looked at at a time; default 4.
    package var concurrency = 4
    /// The program's version.
    package var version: String

    /// Creates settings with defaults for all but what has none.
    package init(workers: WorkerSettings, version: String) {
        self.workers = workers
        self.version = version
    }
}

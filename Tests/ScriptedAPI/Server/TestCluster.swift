internal import Foundation

/// The real cluster on which tests may do as they like; `Tests/Cluster/within.py` tells of it.
package enum TestCluster {
    /// Whether `KUBECONFIG` names it: `TEST_KUBECONFIG` has the same path.
    ///
    /// `KUBECONFIG` alone is no leave: many people keep it set to a cluster that works for others.
    package static func isNamed(by environment: [String: String] = ProcessInfo.processInfo.environment) -> Bool {
        guard let path = environment["TEST_KUBECONFIG"], !path.isEmpty else { return false }
        return environment["KUBECONFIG"] == path
    }
}

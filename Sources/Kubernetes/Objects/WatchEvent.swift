/// One line of a watch.
package enum WatchEvent: Sendable, Hashable {
    case added(KubernetesObject)
    case modified(KubernetesObject)
    /// The object in its last state, with the version of its deletion.
    case deleted(KubernetesObject)
    /// Says how far the watch has come, and nothing else.
    case bookmark(resourceVersion: String)
    /// The server ends the watch for a reason.
    case failed(APIError)
}

/// One page of a list.
package struct ObjectPage: Sendable, Hashable {
    /// The objects; those of built-in kinds have no apiVersion and kind.
    package let objects: [KubernetesObject]
    /// The version of the whole list, at which a watch begins.
    package let resourceVersion: String
    /// The token of the next page, or `nil` after the last.
    package let continuation: String?

    /// Creates a page.
    package init(objects: [KubernetesObject], resourceVersion: String, continuation: String? = nil) {
        self.objects = objects
        self.resourceVersion = resourceVersion
        self.continuation = continuation
    }
}

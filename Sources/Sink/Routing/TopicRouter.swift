/// Finds the table of a topic: its own mapping, else the one of `*`.
package struct TopicRouter: Sendable {
    private let routes: [String: TableRoute]
    private let fallback: TableRoute?

    /// Creates a router.
    /// - Parameters:
    ///   - routes: The routes by topic.
    ///   - fallback: The route of topics that have none, as mapping `*` says.
    package init(routes: [String: TableRoute], fallback: TableRoute?) {
        self.routes = routes
        self.fallback = fallback
    }

    /// Returns where a topic's records go, or `nil` when nothing is mapped.
    package func route(for topic: String) -> TableRoute? { routes[topic] ?? fallback }
}

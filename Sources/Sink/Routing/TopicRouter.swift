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

    /// Whether records go to more than one table.
    var hasSeveralTables: Bool {
        Set(tables.map(\.qualifiedTable)).count > 1
    }

    /// All routes; several topics may lead to one table.
    var tables: [TableRoute] { Array(routes.values) + [fallback].compactMap { $0 } }
}

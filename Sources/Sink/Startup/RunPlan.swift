internal import JSON
package import SinkConfiguration

/// What a sink does when it runs: who reads as which group, and where records go.
///
/// It holds no credential.
package struct RunPlan: Sendable, Hashable {
    private let group: String
    private let tasks: Int
    private let topics: String
    private let routes: [TopicMapping]

    /// - Parameter settings: What the user wants.
    package init(_ settings: SinkSettings) {
        group = settings.consumer["group.id"] ?? ""
        tasks = settings.tasksMax
        topics = settings.topics.subscription.joined(separator: ",")
        let selection = settings.topics
        // With a list, a mapping for another topic has no effect.
        routes = settings.mappings.filter { mapping in
            if case .list(let names) = selection { mapping.isWildcard || names.contains(mapping.topic) } else { true }
        }
    }

    /// The plan as lines, each with its end.
    var text: String {
        let count = tasks == 1 ? "1 task reads" : "\(tasks) tasks read"
        let head = "run: \(count) \(topics) as group \(group)\n"
        return head
            + routes.map { route in
                let mapping = route.mapping.map { ", mapping \($0)" } ?? ""
                let way = route.isStreaming ? ", streaming" : ""
                return "run: \(route.topic) to \(route.database).\(route.table) as \(route.format)\(mapping)\(way)\n"
            }.joined()
    }

    /// The same for machines.
    var json: JSONValue {
        [
            "group": .string(group), "tasks": .integer(Int64(tasks)), "topics": .string(topics),
            "routes": .array(
                routes.map { route in
                    [
                        "topic": .string(route.topic), "database": .string(route.database),
                        "table": .string(route.table), "format": .string("\(route.format)"),
                        "mapping": route.mapping.map { .string($0) } ?? .null, "streaming": .bool(route.isStreaming),
                    ]
                }
            ),
        ]
    }
}

internal import Kafka
internal import Secrets
internal import SinkConfiguration

/// What the worker's own rules say about rendered properties, told by the fields of the spec.
struct PropertyCheck {
    /// What keeps a worker from starting.
    private(set) var problems: [SpecProblem] = []
    /// What a person should know.
    private(set) var warnings: [String] = []
    /// What a worker may need of memory, in bytes; 0 when the properties are not in order.
    private(set) var memoryNeed = 0

    /// Checks properties as a worker does at its start, but for the values of references, which are not here.
    init(_ properties: SinkProperties) {
        let set = PropertySet(properties.values, references: .keep)
        do throws(ConfigurationError) {
            let settings = try SinkSettings(set)
            warnings = settings.warnings
            memoryNeed = settings.memoryNeed
            problems = Self.refusals(settings.consumer, in: properties)
        } catch {
            problems = error.problems.map { problem in
                let path = Self.path(of: problem.subject, problem.element, in: properties)
                return SpecProblem(.invalidConfiguration, path, problem.message)
            }
        }
    }

    /// What Kafka's library refuses, which it says without a broker; what a reference stands for is not known here.
    private static func refusals(_ consumer: ClientProperties, in properties: SinkProperties) -> [SpecProblem] {
        var known: [String: String] = [:]
        for name in consumer.values.keys {
            if let value = consumer[name], !SecretReference.isPresent(in: value) { known[name] = value }
        }
        return KafkaClientConfiguration(known).refusals().map { name, reason in
            let written = consumer.origins[name]?.name ?? name
            let message = "the worker's Kafka library, which has it as \(name), says: \(reason)"
            return SpecProblem(.invalidConfiguration, path(of: written, nil, in: properties), message)
        }
    }

    private static func path(of property: String, _ element: ValueElement?, in properties: SinkProperties) -> String {
        guard let element, property == "kusto.tables.topics.mapping" else {
            return properties.origins[property] ?? PropertyOwnership.owner(of: property)?.path ?? "spec"
        }
        let field = element.key.map { "." + (topicFields[$0] ?? $0) } ?? ""
        return "spec.topics[\(element.index)]\(field)"
    }

    /// The fields that stand for the keys of the worker's table of topics, where the names differ.
    private static let topicFields = ["db": "database"]
}

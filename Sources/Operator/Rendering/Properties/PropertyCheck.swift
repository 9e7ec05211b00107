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
            problems = settings.unsupported.map { feature in
                let path = Self.path(of: feature.property, feature.element, in: properties)
                return SpecProblem(.notSupportedYet, path, feature.reason)
            }
        } catch {
            problems = error.problems.map { problem in
                let path = Self.path(of: problem.subject, problem.element, in: properties)
                return SpecProblem(.invalidConfiguration, path, problem.message)
            }
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

internal import Converters

/// What a sample shows, one after the other.
package enum SampleEvent: Sendable, Hashable {
    /// A topic's records follow, if it has any.
    case topic(SampledTopic)
    /// A record.
    case record(SampledRecord, of: SampledTopic)
    /// Why there are fewer records than were asked for, or none; a sentence.
    case note(String)
    /// How the columns of a topic's table find their values.
    case coverage(ColumnCoverage, of: SampledTopic)
    /// The end.
    case summary(SampleSummary)
}

/// A topic, and where its records go.
package struct SampledTopic: Sendable, Hashable {
    /// The topic's name.
    package let name: String
    /// The database.
    package let database: String
    /// The table.
    package let table: String
    /// The format, as the configuration names it.
    package let format: String
    /// The mapping, if one is used.
    package let mapping: String?

    init(_ name: String, _ route: TableRoute) {
        self.name = name
        database = route.database
        table = route.table
        format = route.format.rawValue
        mapping = route.mapping
    }
}

internal import JSON

/// Rows that were ingested together: a range of a segment file.
struct Extent: Sendable {
    /// The file that holds the rows; opened only while it is read, because there may be thousands.
    let path: String
    /// Where the rows are in it.
    let range: Range<Int>
    /// How many rows there are.
    let rows: Int
    /// The tags they were ingested with.
    let tags: [String]
    /// When they were ingested, in ticks.
    let ingested: Int64
    /// When the extent counts as created, in ticks.
    let created: Int64
    /// The source they came from.
    let sourceID: String

    /// The tags as JSON text.
    var tagsJSON: String { JSONValue.array(tags.map { .string($0) }).text }
}

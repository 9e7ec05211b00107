/// What a dead letter's headers say: where the record was, and what was wrong with it.
struct DeadLetter: Sendable, Hashable {
    /// Topic, partition and offset of the record.
    let place: String
    /// Why it could not be a row.
    let reason: String

    init(_ headers: [String: String]) {
        func value(_ name: String) -> String { headers["__connect.errors." + name] ?? "?" }
        place = "\(value("topic"))-\(value("partition"))@\(value("offset"))"
        reason = value("exception.message")
    }
}

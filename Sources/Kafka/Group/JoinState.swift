/// How far a member is with joining its group, which librdkafka says only in its log (`debug=cgrp`).
///
/// It matters for commits: one that is sent between the request to join and its answer carries the generation that the
/// answer ends. The broker refuses it, and librdkafka then gives up all partitions as lost. The line is written on the
/// thread that sends both requests, before the request to join.
enum JoinState {
    /// The facility of the line `Group "g" changed join state steady -> init (state up)`.
    static let facility = "CGRPJOINSTATE"

    private static let joining: Set<Substring> = ["init", "wait-join", "wait-metadata", "wait-sync"]

    /// Whether the member waits to be told its generation; `nil` for a line that does not say.
    static func isJoining(_ line: String) -> Bool? {
        let words = line.split(separator: " ")
        guard let arrow = words.firstIndex(of: "->"), arrow + 1 < words.endIndex else { return nil }
        return joining.contains(words[arrow + 1])
    }
}

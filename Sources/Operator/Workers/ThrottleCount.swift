/// How often ADX has throttled a worker, by the worker's own count.
enum ThrottleCount {
    /// The counter of repeated attempts; its label `cause` is the step and what the answer was, as in `upload_throttled`.
    private static let name = "kusto_sink_ingest_retries_total"

    /// Reads the count from a page of metrics; a worker that was never throttled may not have the line.
    static func read(_ page: String) -> Int {
        var count = 0
        for line in page.split(separator: "\n") where line.hasPrefix(name + "{") {
            guard let end = line.lastIndex(of: "}"),
                line[..<end].split(separator: "cause=\"").dropFirst().contains(where: {
                    $0.prefix { $0 != "\"" }.hasSuffix("_throttled")
                })
            else { continue }
            count += Double(line[line.index(after: end)...].drop { $0 == " " }).flatMap { Int(exactly: $0) } ?? 0
        }
        return count
    }
}

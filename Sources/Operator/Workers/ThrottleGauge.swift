/// Whether ADX throttles a worker, by the worker's own gauge.
enum ThrottleGauge {
    /// The gauge, which is 1 from an answer that asks for less until there was none for 30 s.
    private static let name = "kusto_sink_adx_throttled"

    /// Reads a page of metrics; `nil` when the worker has no such gauge.
    static func read(_ page: String) -> Bool? {
        var answer: Bool?
        for line in page.split(separator: "\n") where line.hasPrefix(name) {
            let rest = line.dropFirst(name.count)
            // A label's value may hold a brace, the sample does not.
            let sample = rest.first == "{" ? rest.lastIndex(of: "}").map { rest[rest.index(after: $0)...] } : rest
            guard let sample, sample.first == " ", let word = sample.split(separator: " ").first,
                let value = Double(word)
            else { continue }
            answer = answer == true || value > 0
        }
        return answer
    }
}

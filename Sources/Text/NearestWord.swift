/// The word that somebody may have meant, for "did you mean".
package enum NearestWord {
    /// The longest word that is compared, in bytes: nobody mistypes more, and the cost grows with the square.
    private static let longest = 128

    /// Returns the word of `known` that differs from `word` by the fewest edits, or `nil` when each needs more than
    /// `limit`.
    ///
    /// An edit inserts, removes or replaces a byte of UTF-8, or swaps two neighbours.
    package static func find(_ word: String, among known: some Sequence<String>, within limit: Int) -> String? {
        let bytes = Array(word.utf8.prefix(longest + 1))
        guard bytes.count <= longest else { return nil }
        var best: (word: String, edits: Int)?
        for candidate in known {
            let edits = edits(from: bytes, to: Array(candidate.utf8), limit: best.map { $0.edits - 1 } ?? limit)
            if let edits { best = (candidate, edits) }
        }
        return best?.word
    }

    /// Returns the least number of edits, or `nil` when there are more than `limit`.
    private static func edits(from left: [UInt8], to right: [UInt8], limit: Int) -> Int? {
        // Each byte by which one word is longer is an edit.
        guard abs(left.count - right.count) <= limit else { return nil }
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for i in left.indices {
            var row = [i + 1]
            row.reserveCapacity(right.count + 1)
            for j in right.indices {
                var edits = min(last[j] + (left[i] == right[j] ? 0 : 1), last[j + 1] + 1, row[j] + 1)
                if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
                    edits = min(edits, beforeLast[j - 1] + 1)
                }
                row.append(edits)
            }
            (beforeLast, last) = (last, row)
        }
        return last[right.count] <= limit ? last[right.count] : nil
    }
}

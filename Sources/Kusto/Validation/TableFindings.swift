/// What ADX says about a table that records are to go to, point by point.
package struct TableFindings: Sendable {
    /// What was found about one point.
    package enum Verdict: Sendable {
        /// It is as it should be.
        case good
        /// It is not; the error says what to do.
        case bad(KustoError)
        /// It could not be found out; the text says why.
        case unknown(String)

        /// Why it is not as it should be, or `nil`.
        package var problem: KustoError? { if case .bad(let error) = self { error } else { nil } }
    }

    /// Whether the table exists.
    package internal(set) var table: Verdict
    /// Whether the mapping exists; `nil` when none is used.
    package internal(set) var mapping: Verdict?
    /// Whether the table may be streamed into; `nil` when nothing is streamed.
    package internal(set) var streaming: Verdict?
    /// Whether the identity may ingest into the table.
    package internal(set) var right: Verdict

    /// Everything that is not as it should be.
    package var problems: [KustoError] { [table, mapping, streaming, right].compactMap { $0?.problem } }
}

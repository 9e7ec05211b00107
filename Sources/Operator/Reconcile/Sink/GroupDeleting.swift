/// Deletes consumer groups.
package protocol GroupDeleting: Sendable {
    /// Deletes a group; one that does not exist is deleted already.
    /// - Parameters:
    ///   - connection: How the brokers are reached, and which group is meant.
    ///   - deadline: How long it may take.
    /// - Throws: ``LagError`` with a sentence that says why it was not deleted.
    func deleteGroup(_ connection: LagConnection, deadline: Duration) async throws(LagError)
}

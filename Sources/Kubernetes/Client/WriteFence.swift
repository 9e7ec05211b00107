/// Says at every moment whether this process may write, and how long a write may be on its way.
///
/// It is asked when a request is about to go out, each time that it does: between the decision to write and the last
/// attempt lie waits that the server asks for and the renewal of a credential, in which a lease may be lost.
package struct WriteFence: Sendable {
    /// How long a write that is sent now may take; `nil` when none may be sent.
    package let limit: @Sendable () -> Duration?

    /// Creates a fence.
    /// - Parameter limit: How long a write that is sent now may take; `nil` when none may be sent.
    package init(_ limit: @escaping @Sendable () -> Duration?) { self.limit = limit }

    /// Returns how long a write may take.
    /// - Parameter action: What is to be done, for people, such as `delete Deployment shop/orders`.
    /// - Throws: ``APIError`` with `other` when nothing may be written.
    package func pass(_ action: String) throws(APIError) -> Duration {
        guard let limit = limit(), limit > .zero else {
            throw APIError(.other, "cannot \(action): this process does not lead, or not for certain any more")
        }
        return limit
    }
}

/// How long a fetched value is good.
package struct Validity: Sendable {
    /// How long it is used without asking again.
    package let fresh: Duration
    /// How long it may be used when asking again fails; `nil` for ever.
    package let usable: Duration?

    /// Creates a validity.
    package init(fresh: Duration, usable: Duration?) {
        self.fresh = fresh
        self.usable = usable
    }
}

/// How long a fetched value is good.
struct Validity: Sendable {
    /// How long it is used without asking again.
    let fresh: Duration
    /// How long it may be used when asking again fails; `nil` for ever.
    let usable: Duration?
}

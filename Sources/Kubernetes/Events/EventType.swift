/// Whether a person should look at an event.
package enum EventType: String, Sendable, Hashable {
    /// All is as it should be.
    case normal = "Normal"
    /// A person should look.
    case warning = "Warning"
}

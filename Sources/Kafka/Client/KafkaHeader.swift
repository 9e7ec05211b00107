/// One header of a record.
package struct KafkaHeader: Sendable, Hashable {
    /// Its name; several headers may share one.
    package let name: String
    /// Its bytes, or `nil` for a header without a value.
    package let value: [UInt8]?

    /// Creates a header.
    package init(name: String, value: [UInt8]?) {
        self.name = name
        self.value = value
    }
}

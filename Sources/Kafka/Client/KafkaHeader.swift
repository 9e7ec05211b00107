/// One header of a record.
package struct KafkaHeader: Sendable, Hashable {
    /// The bytes of its name, which should be UTF-8; several headers may share one.
    package let nameBytes: [UInt8]
    /// Its bytes, or `nil` for a header without a value.
    package let value: [UInt8]?

    /// Its name; what is not UTF-8 is replaced.
    package var name: String { String(decoding: nameBytes, as: UTF8.self) }

    /// Creates a header.
    package init(name: String, value: [UInt8]?) { self.init(nameBytes: Array(name.utf8), value: value) }

    /// Creates a header whose name may be any bytes.
    package init(nameBytes: [UInt8], value: [UInt8]?) {
        self.nameBytes = nameBytes
        self.value = value
    }
}

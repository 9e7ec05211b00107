internal import JSON

/// What the values of a type stand for, when an annotation says so.
package enum AvroLogicalType: Sendable, Hashable {
    /// A decimal number: two's complement, big endian, with `scale` digits after the point.
    case decimal(scale: Int)
    /// Days since 1970-01-01.
    case date
    /// Time of the day in thousandths of a second.
    case timeMillis
    /// Time of the day in millionths of a second.
    case timeMicros
    /// Time since 1970-01-01 in UTC; `digits` after the second's point: 3, 6 or 9.
    case timestamp(digits: Int)
    /// Date and time in a zone that is not said, as if it were UTC.
    case localTimestamp(digits: Int)
    /// A UUID: its text in a string, its bytes in a fixed.
    case uuid
    /// Months, days and milliseconds: three little-endian 32-bit numbers.
    case duration

    /// Reads a type's annotation.
    /// - Returns: `nil` when there is none, or it is unknown or does not suit the type: the specification says that it
    ///   is then ignored.
    init?(_ attributes: JSONObject, of shape: AvroType.Shape) {
        switch (attributes["logicalType"]?.stringValue, shape) {
        case ("decimal", .bytes): self.init(precision: attributes, size: nil)
        case ("decimal", .fixed(let size)): self.init(precision: attributes, size: size)
        case ("date", .int): self = .date
        case ("time-millis", .int): self = .timeMillis
        case ("time-micros", .long): self = .timeMicros
        case ("timestamp-millis", .long): self = .timestamp(digits: 3)
        case ("timestamp-micros", .long): self = .timestamp(digits: 6)
        case ("timestamp-nanos", .long): self = .timestamp(digits: 9)
        case ("local-timestamp-millis", .long): self = .localTimestamp(digits: 3)
        case ("local-timestamp-micros", .long): self = .localTimestamp(digits: 6)
        case ("local-timestamp-nanos", .long): self = .localTimestamp(digits: 9)
        case ("uuid", .string), ("uuid", .fixed(16)): self = .uuid
        case ("duration", .fixed(12)): self = .duration
        case (_, .bytes), (_, .fixed): self.init(connect: attributes)
        default: return nil
        }
    }

    private init?(precision attributes: JSONObject, size: Int?) {
        guard case .integer(let precision)? = attributes["precision"], precision > 0 else { return nil }
        var scale: Int64 = 0
        if let value = attributes["scale"] {
            guard case .integer(let number) = value else { return nil }
            scale = number
        }
        guard 0...precision ~= scale else { return nil }
        // A fixed of n bytes holds all numbers of floor((8n - 1) · log10 2) digits, and no more.
        if let size, Double(precision) > (Double(8 * size - 1) * 0.301_029_995_663_981_2).rounded(.down) { return nil }
        self = .decimal(scale: Int(scale))
    }

    /// Kafka Connect's converter also names a decimal by itself.
    private init?(connect attributes: JSONObject) {
        guard attributes["connect.name"]?.stringValue == "org.apache.kafka.connect.data.Decimal",
            let text = attributes["connect.parameters"]?["scale"]?.stringValue, let scale = Int32(text)
        else { return nil }
        self = .decimal(scale: Int(scale))
    }
}

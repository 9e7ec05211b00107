/// Why bytes are not a datum of a schema.
package struct AvroFault: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong.
    package enum Reason: String, Error, Sendable, Hashable {
        case truncated = "the data ends in the middle of a value"
        case longNumber = "a whole number takes more than 64 bits"
        case largeInt = "an int takes more than 32 bits"
        case boolean = "a Boolean is neither 0 nor 1"
        case negativeLength = "a length is negative"
        case length = "a length reaches behind the end of the data"
        case invalidText = "a text is not UTF-8"
        case symbol = "an enum's number is not that of a symbol"
        case branch = "a union's number is not that of a branch"
        case itemCount = "a block has more items than the rest of the data can hold"
        case blockSize = "a block is not as long as it says"
        case emptyItems = "more than 65536 values take no bytes at all"
        case depth = "values are nested more than 1024 deep"
        case trailing = "there are bytes behind the end of the value"
        case decimal = "a decimal is too long to be written as a number"
        case separator = "a text holds the separator or a line break, which this format cannot hold"
        case noRecord = "the schema is not that of a record, so there are no fields"
    }

    /// What is wrong.
    package let reason: Reason
    /// The field, such as `customer.orders[3].price`; a map's values are `{}`, and the whole datum is empty.
    package let path: String
    /// How many bytes of the datum lie before the place.
    package let offset: Int

    /// One sentence, without any of the data.
    package var description: String {
        let field = path.isEmpty ? "" : " of field \(path)"
        return "the Avro data does not fit its schema at byte \(offset)\(field): \(reason.rawValue)"
    }
}

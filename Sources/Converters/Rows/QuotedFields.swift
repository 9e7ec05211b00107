internal import Glibc

/// Finds a quoted field that is never closed (RFC 4180, section 2, rules 5 to 7).
///
/// Azure Data Explorer would take the records that follow for the rest of the field. Everything else about a line of
/// fields is up to the user: how many there are, and a quote in the middle of a field, which is text.
enum QuotedFields {
    /// Returns the place of the opening quote of the field that is open at the end, or `nil` when none is.
    static func openQuote(in record: UnsafeRawBufferPointer, separator: UInt8) -> Int? {
        var next = unsafe quote(in: record, from: 0)
        while let place = next {
            var end = place + 1
            if unsafe place == 0 || beginsField(behind: record[place - 1], separator) {
                // Two quotes are one that belongs to the field's text.
                repeat {
                    guard let other = unsafe quote(in: record, from: end) else { return place }
                    end = other + 1
                    if unsafe end == record.count || record[end] != UInt8(ascii: "\"") { break }
                    end += 1
                } while true
            }
            next = unsafe quote(in: record, from: end)
        }
        return nil
    }

    private static func beginsField(behind byte: UInt8, _ separator: UInt8) -> Bool {
        byte == separator || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
    }

    private static func quote(in record: UnsafeRawBufferPointer, from start: Int) -> Int? {
        guard start < record.count, let base = record.baseAddress,
            let found = unsafe memchr(base + start, Int32(UInt8(ascii: "\"")), record.count - start)
        else { return nil }
        return unsafe UnsafeRawPointer(found) - base
    }
}

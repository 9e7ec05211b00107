import Converters
import JSON

extension FuzzTarget {
    /// A value, which each converter that needs no schema makes a row of, in a JSON format, in fields and in lines.
    static let jsonRow = FuzzTarget(name: "json-row") { bytes in
        compareJSON(bytes)
        compareFields(bytes)
        compareLines(bytes)
        for charset in Charset.allCases { compareCharset(charset, bytes) }
    }
}

/// In a JSON format it does not matter which converter it is: rows are objects.
private func compareJSON(_ value: [UInt8]) {
    let json = WrittenRow.of(value, .json, .json)
    for kind in [ConverterKind.string, .bytes] {
        require(WrittenRow.of(value, kind, .json) == json, "\(kind) and json differ: \(json)")
    }
    guard case .row = json.outcome else { return }
    require(json.row.firstIndex(of: 10) == json.row.count - 1, "a row is not one line")
    require(!json.row.contains(13), "a row has a carriage return")
    let parsed = try? JSONValue(parsing: json.row)
    let isRow = parsed?.objectValue != nil || parsed?.arrayValue?.allSatisfy { $0.objectValue != nil } == true
    require(isRow, "a row is neither an object nor an array of objects")
    require(WrittenRow.of(json.row, .json, .json) == json, "a row becomes another row")
}

/// In fields a quote must be closed; text is kept as it is.
private func compareFields(_ value: [UInt8]) {
    let place = openQuote(in: value)
    let bytes = WrittenRow.of(value, .bytes, .csv)
    let string = WrittenRow.of(value, .string, .csv)
    require(bytes.isRejected == (place != nil) && string.isRejected == (place != nil), "open at \(place ?? -1)")
    if place == nil {
        require(bytes.row == line(value), "bytes were changed")
        require(string.row == line(repaired(value)), "text was changed")
    }
    let json = WrittenRow.of(value, .json, .csv)
    let text = WrittenRow.of(value, .json, .txt)
    if case .row = text.outcome {
        let isOpen = openQuote(in: text.row) != nil
        require(json.isRejected == isOpen && (isOpen || json == text), "JSON is not the same in fields")
    } else {
        require(json == text, "JSON is not the same in fields")
    }
}

/// In lines there are no quotes; JSON is a value on one line, or the text that it stands for.
private func compareLines(_ value: [UInt8]) {
    require(WrittenRow.of(value, .bytes, .txt).row == line(value), "bytes were changed")
    let written = WrittenRow.of(value, .json, .txt)
    let json: JSONValue
    do { json = try JSONValue(parsing: value) } catch {
        let isBlank = value.allSatisfy { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
        require(written.outcome == .skipped || !isBlank, "blanks became \(written.outcome)")
        require(written.isRejected || isBlank || error.code == .tooDeep, "\(error), but \(written.outcome)")
        return
    }
    if json.isNull { return require(written.outcome == .skipped, "null became \(written.outcome)") }
    if let text = json.stringValue { return require(written.row == line(Array(text.utf8)), "a text was changed") }
    require(written.row.firstIndex(of: 10) == written.row.count - 1, "JSON is not on one line")
    require((try? JSONValue(parsing: written.row)) == json, "JSON was changed")
}

/// Text of a charset becomes the row that the same text in UTF-8 becomes.
private func compareCharset(_ charset: Charset, _ value: [UInt8]) {
    let text = WrittenRow.of(value, .string, .txt, charset)
    switch charset {
    case .utf8: require(text.row == line(repaired(value)), "not repaired")
    case .ascii, .latin1:
        let limit: UInt8 = charset == .ascii ? 0x7F : 0xFF
        let scalars = value.map { $0 <= limit ? Unicode.Scalar($0) : "\u{FFFD}" }
        require(text.row == line(Array(String(String.UnicodeScalarView(scalars)).utf8)), "\(charset) is not decoded")
    default: require(repaired(text.row) == text.row, "\(charset) is not decoded to UTF-8")
    }
    let json = WrittenRow.of(value, .string, .json, charset)
    let same = WrittenRow.of(text.row, .string, .json)
    if charset == .utf8 { return }
    // The mark at the beginning is not text in UTF-16, and what is blank may be skipped sooner.
    require(json.row == same.row && json.isRejected == same.isRejected, "\(charset): \(json) is not \(same)")
}

/// The place of a quote that is never closed, found byte by byte.
private func openQuote(in record: [UInt8]) -> Int? {
    var open: Int?
    var (index, begins) = (0, true)
    while index < record.count {
        let byte = record[index]
        index += 1
        if open != nil {
            guard byte == UInt8(ascii: "\"") else { continue }
            if index < record.count, record[index] == UInt8(ascii: "\"") { index += 1 } else { open = nil }
            begins = false
        } else if byte == UInt8(ascii: "\""), begins {
            open = index - 1
        } else {
            begins = byte == UInt8(ascii: ",") || byte == 10 || byte == 13
        }
    }
    return open
}

private func repaired(_ text: [UInt8]) -> [UInt8] { Array(String(decoding: text, as: UTF8.self).utf8) }

private func line(_ text: [UInt8]) -> [UInt8] { text.isEmpty || text.last == 10 ? text : text + [10] }

/// The compact form of rows in segment files: a length, then a tag and a payload per cell.
///
/// The length comes first, so that rows can be skipped; a row may have fewer cells than its table has columns by now,
/// and reads as null there.
enum RowCoding {
    private enum Tag {
        static let null: UInt8 = 0
        static let no: UInt8 = 1
        static let yes: UInt8 = 2
        static let integer: UInt8 = 3
        static let real: UInt8 = 4
        static let decimal: UInt8 = 5
        static let datetime: UInt8 = 6
        static let timespan: UInt8 = 7
        static let guid: UInt8 = 8
        static let string: UInt8 = 9
        static let dynamic: UInt8 = 10
    }

    /// Appends a row to a buffer.
    static func append(_ row: [CellValue], to buffer: inout [UInt8]) {
        let start = buffer.count
        buffer.append(contentsOf: [0, 0, 0, 0])
        for cell in row { append(cell, to: &buffer) }
        let length = buffer.count - start - 4
        for byte in 0..<4 { buffer[start + byte] = UInt8(truncatingIfNeeded: length >> (8 * byte)) }
    }

    /// The length of the row whose four length bytes start at `position`; `nil` when they are not all there.
    static func length(in bytes: [UInt8], at position: Int) -> Int? {
        guard position + 4 <= bytes.count else { return nil }
        return (0..<4).reduce(0) { $0 | Int(bytes[position + $1]) << (8 * $1) }
    }

    /// Reads the cells between two positions; missing ones up to `count` are null.
    static func row(in bytes: [UInt8], _ range: Range<Int>, count: Int) -> [CellValue] {
        var cells: [CellValue] = []
        cells.reserveCapacity(count)
        var position = range.lowerBound
        while position < range.upperBound, cells.count < count { cells.append(cell(in: bytes, at: &position)) }
        while cells.count < count { cells.append(.null) }
        return cells
    }

    /// Reads some cells of the row between two positions and passes over the others; null where the row has fewer.
    /// - Parameters:
    ///   - places: For each column its place in the result, or `nil` when it is not wanted.
    ///   - count: How many are wanted.
    static func cells(in bytes: [UInt8], _ range: Range<Int>, places: [Int?], count: Int) -> [CellValue] {
        var cells = [CellValue](repeating: .null, count: count)
        var position = range.lowerBound
        for place in places where position < range.upperBound {
            if let place {
                cells[place] = cell(in: bytes, at: &position)
            } else {
                skip(in: bytes, at: &position)
            }
        }
        return cells
    }

    private static func skip(in bytes: [UInt8], at position: inout Int) {
        let tag = bytes[position]
        position += 1
        switch tag {
        case Tag.integer, Tag.real, Tag.datetime, Tag.timespan: position += 8
        case Tag.decimal, Tag.guid, Tag.string, Tag.dynamic:
            let length = length(bytes, &position)
            position += length
        default: break
        }
    }

    private static func append(_ cell: CellValue, to buffer: inout [UInt8]) {
        switch cell {
        case .null: buffer.append(Tag.null)
        case .bool(let value): buffer.append(value ? Tag.yes : Tag.no)
        case .integer(let value): append(Tag.integer, UInt64(bitPattern: value), to: &buffer)
        case .real(let value): append(Tag.real, value.bitPattern, to: &buffer)
        case .datetime(let value): append(Tag.datetime, UInt64(bitPattern: value), to: &buffer)
        case .timespan(let value): append(Tag.timespan, UInt64(bitPattern: value), to: &buffer)
        case .decimal(let text): append(Tag.decimal, text, to: &buffer)
        case .guid(let text): append(Tag.guid, text, to: &buffer)
        case .string(let text): append(Tag.string, text, to: &buffer)
        case .dynamic(let text): append(Tag.dynamic, text, to: &buffer)
        }
    }

    private static func append(_ tag: UInt8, _ value: UInt64, to buffer: inout [UInt8]) {
        buffer.append(tag)
        for shift in stride(from: 0, to: 64, by: 8) { buffer.append(UInt8(truncatingIfNeeded: value >> UInt64(shift))) }
    }

    private static func append(_ tag: UInt8, _ text: String, to buffer: inout [UInt8]) {
        buffer.append(tag)
        let utf8 = text.utf8
        var length = utf8.count
        while length >= 0x80 {
            buffer.append(UInt8(length & 0x7F) | 0x80)
            length >>= 7
        }
        buffer.append(UInt8(length))
        buffer.append(contentsOf: utf8)
    }

    private static func cell(in bytes: [UInt8], at position: inout Int) -> CellValue {
        let tag = bytes[position]
        position += 1
        switch tag {
        case Tag.no: return .bool(false)
        case Tag.yes: return .bool(true)
        case Tag.integer: return .integer(Int64(bitPattern: fixed(bytes, &position)))
        case Tag.real: return .real(Double(bitPattern: fixed(bytes, &position)))
        case Tag.datetime: return .datetime(Int64(bitPattern: fixed(bytes, &position)))
        case Tag.timespan: return .timespan(Int64(bitPattern: fixed(bytes, &position)))
        case Tag.decimal: return .decimal(text(bytes, &position))
        case Tag.guid: return .guid(text(bytes, &position))
        case Tag.string: return .string(text(bytes, &position))
        case Tag.dynamic: return .dynamic(text(bytes, &position))
        default: return .null
        }
    }

    private static func fixed(_ bytes: [UInt8], _ position: inout Int) -> UInt64 {
        defer { position += 8 }
        return (0..<8).reduce(0) { $0 | UInt64(bytes[position + $1]) << UInt64(8 * $1) }
    }

    private static func text(_ bytes: [UInt8], _ position: inout Int) -> String {
        let length = length(bytes, &position)
        defer { position += length }
        return String(decoding: bytes[position..<(position + length)], as: UTF8.self)
    }

    private static func length(_ bytes: [UInt8], _ position: inout Int) -> Int {
        var length = 0
        var shift = 0
        while true {
            let byte = bytes[position]
            position += 1
            length |= Int(byte & 0x7F) << shift
            shift += 7
            if byte < 0x80 { return length }
        }
    }
}

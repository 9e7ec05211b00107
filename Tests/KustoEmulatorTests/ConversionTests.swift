import JSON
import Testing

@testable import KustoEmulator

@Suite("Values become what their column holds")
struct ConversionTests {
    @Test(
        "A field of delimited text converts, or is null",
        arguments: [
            ("true", ColumnType.bool, CellValue.bool(true)),
            ("FALSE", .bool, .bool(false)),
            ("1", .bool, .bool(true)),
            ("yes", .bool, .null),
            ("42", .int, .integer(42)),
            ("2147483648", .int, .null),
            (" -7 ", .long, .integer(-7)),
            ("9223372036854775808", .long, .null),
            ("1.5", .long, .null),
            ("1e3", .real, .real(1000)),
            ("Infinity", .real, .real(.infinity)),
            ("0x10", .real, .null),
            ("12345678901234567890.123456789", .decimal, .decimal("12345678901234567890.123456789")),
            ("abc", .decimal, .null),
            ("2024-02-30", .datetime, .null),
            ("nonsense", .datetime, .null),
            ("1.02:03:04", .timespan, .timespan(937_840_000_000)),
            ("5", .timespan, .timespan(5 * 864_000_000_000)),
            ("100ms", .timespan, .timespan(1_000_000)),
            ("25:00", .timespan, .null),
            ("{2C183CA4-0BD7-47E9-881B-681DF696A374}", .guid, .guid("2c183ca4-0bd7-47e9-881b-681df696a374")),
            ("2c183ca40bd747e9881b681df696a374", .guid, .guid("2c183ca4-0bd7-47e9-881b-681df696a374")),
            ("2c183ca4", .guid, .null),
            ("", .long, .null),
            ("", .string, .string("")),
            (" kept ", .string, .string(" kept ")),
            ("", .dynamic, .null),
            ("{\"a\": [1, 2]}", .dynamic, .dynamic("{\"a\":[1,2]}")),
            ("not json", .dynamic, .dynamic("\"not json\"")),
        ]
    )
    func text(field: String, type: ColumnType, expected: CellValue) {
        #expect(CellValue(text: field, as: type) == expected)
    }

    @Test(
        "A JSON value converts, or is null",
        arguments: [
            (.integer(3), .string, .string("3")),
            (true, .string, .string("true")),
            (.null, .string, .string("")),
            (["a": 1], .string, .string("{\"a\":1}")),
            ("17", .long, .integer(17)),
            (.double(2), .long, .integer(2)),
            (.double(2.5), .long, .null),
            (["a": 1], .long, .null),
            (.integer(3), .real, .real(3)),
            (true, .bool, .bool(true)),
            (.integer(2), .bool, .null),
            (.integer(10_000_000), .timespan, .timespan(10_000_000)),
            (.integer(1), .datetime, .null),
            (.null, .dynamic, .null),
            ("x", .dynamic, .dynamic("\"x\"")),
        ] as [(JSONValue, ColumnType, CellValue)]
    )
    func json(value: JSONValue, type: ColumnType, expected: CellValue) {
        #expect(CellValue(json: value, as: type) == expected)
    }

    @Test(
        "A date reads and is written with seven digits",
        arguments: [
            ("2024-02-29T23:59:59.1234567Z", "2024-02-29T23:59:59.1234567Z"),
            ("2024-01-31", "2024-01-31T00:00:00.0000000Z"),
            ("2024-01-31 10:00", "2024-01-31T10:00:00.0000000Z"),
            ("2024-01-31T10:00:00+02:00", "2024-01-31T08:00:00.0000000Z"),
            ("2024-01-01T00:30:00.5-0130", "2024-01-01T02:00:00.5000000Z"),
            ("Sun, 22 Nov 2026 20:21:29 GMT", "2026-11-22T20:21:29.0000000Z"),
            ("0001-01-01", "0001-01-01T00:00:00.0000000Z"),
            ("9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59.9999999Z"),
        ]
    )
    func date(text: String, written: String) throws {
        let ticks = try #require(DateTimeText.parse(text))
        #expect(DateTimeText.format(ticks) == written)
    }

    @Test(
        "Texts that are no dates are refused",
        arguments: ["2023-02-29", "2024-13-01", "2024-01-01T25:00", "20240101", "2024-01-01x"]
    )
    func noDate(text: String) {
        #expect(DateTimeText.parse(text) == nil)
    }

    @Test("Storage dates carry the right weekday")
    func weekday() throws {
        let ticks = try #require(DateTimeText.parse("2026-11-24T01:02:03Z"))
        #expect(DateTimeText.formatHTTP(ticks) == "Tue, 24 Nov 2026 01:02:03 GMT")
    }

    @Test(
        "A row reads back as it was stored, with nulls for columns added later",
        arguments: [
            [CellValue.null, .bool(true), .bool(false), .integer(.min), .real(-0.5)],
            [.decimal("1.10"), .datetime(0), .timespan(-1), .guid("g"), .string("é\u{0}\n"), .dynamic("[]")],
            [.string(String(repeating: "x", count: 40_000))],
            [],
        ]
    )
    func coding(row: [CellValue]) throws {
        var bytes: [UInt8] = []
        RowCoding.append(row, to: &bytes)
        let length = try #require(RowCoding.length(in: bytes, at: 0))
        #expect(length == bytes.count - 4)
        #expect(RowCoding.row(in: bytes, 4..<bytes.count, count: row.count + 1) == row + [.null])
    }
}

internal import JSON

/// What was uploaded and queued for one table in discard mode, found out afterwards.
package struct DiscardedCount: Sendable, Equatable {
    /// Messages for the table.
    package var messages = 0
    /// Blobs that were counted.
    package var blobs = 0
    /// Records in them: documents of JSON formats, records of delimited ones.
    package var rows = 0
    /// Bytes of data after unpacking.
    package var rawBytes = 0
    /// Bytes as uploaded.
    package var storedBytes = 0
    /// Messages whose `RawDataSize` was not the size of the data.
    package var wrongRawDataSizes = 0
    /// Messages whose blob is missing or cannot be read.
    package var failures = 0

    /// The count as the control API writes it.
    var json: JSONValue {
        [
            "messages": .integer(Int64(messages)), "blobs": .integer(Int64(blobs)), "rows": .integer(Int64(rows)),
            "rawBytes": .integer(Int64(rawBytes)), "storedBytes": .integer(Int64(storedBytes)),
            "wrongRawDataSizes": .integer(Int64(wrongRawDataSizes)), "failures": .integer(Int64(failures)),
        ]
    }
}

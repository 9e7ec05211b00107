internal import Avro

/// What a blob needs beside the messages' bytes: nothing, or a container's header and the frames of its blocks.
///
/// One per batch, made by ``RecordConverter/beginFile()`` after the batch's first row was written.
package struct BlobFile: Sendable {
    /// How messages share the blob.
    package let layout: BlobLayout
    /// The bytes before the first row.
    package let header: [UInt8]
    /// The bytes after the rows of each block; empty when there are no blocks.
    package let blockEnd: [UInt8]
    /// Tells containers of different schemas apart; numbers come from the converter that made them.
    let schema: Int

    init(layout: BlobLayout) {
        self.layout = layout
        header = []
        blockEnd = []
        schema = 0
    }

    /// A container of Avro datums whose schema has a number.
    init(container: AvroContainer, schema: Int) {
        layout = .container
        header = container.header
        blockEnd = container.syncMarker
        self.schema = schema
    }

    /// Returns the bytes before a block of `rows` messages that take `bytes`; empty when there are no blocks.
    package func blockHead(rows: Int, bytes: Int) -> [UInt8] {
        layout == .container ? AvroContainer.blockHead(rows: rows, bytes: bytes) : []
    }
}

internal import Avro
internal import Compression
internal import JSON

/// An Avro container file, collected piece by piece and read at its end.
struct AvroSource {
    private let document: AvroDocument
    private let maximumBytes: Int
    private var file: [UInt8] = []

    /// Creates a source.
    /// - Parameters:
    ///   - hasLogicalTypes: Whether logical types mean something.
    ///   - maximumBytes: The most bytes of the file, and of one of its blocks when unpacked.
    init(hasLogicalTypes: Bool, maximumBytes: Int = 1 << 30) {
        document = AvroDocument(hasLogicalTypes: hasLogicalTypes)
        self.maximumBytes = maximumBytes
    }

    /// Takes more bytes.
    /// - Throws: ``IngestionFailure`` when the file becomes too large.
    mutating func push(_ bytes: [UInt8]) throws(IngestionFailure) {
        guard file.count + bytes.count <= maximumBytes else {
            throw IngestionFailure(.streamTooLarge, "an Avro file is larger than \(maximumBytes) bytes")
        }
        file.append(contentsOf: bytes)
    }

    /// Hands on the documents of the records.
    /// - Throws: ``IngestionFailure`` with `invalidBlob` when the bytes are no Avro container file, or what `emit` throws.
    consuming func finish(_ emit: (JSONValue) throws -> Void) throws {
        let limit = maximumBytes
        let read: AvroFile
        do {
            read = try AvroFile(reading: file) { try? RawInflate.inflate($0, limit: limit) }
        } catch {
            throw IngestionFailure(.invalidBlob, error.message)
        }
        for record in read.records { try emit(document.json(record)) }
    }
}

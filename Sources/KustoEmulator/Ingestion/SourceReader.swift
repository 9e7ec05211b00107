internal import Compression

/// Unpacks a source piece by piece, counting what comes out.
struct SourceReader {
    /// How a source is packed.
    enum Packing: Sendable, Equatable {
        case none, gzip, zip

        /// Finds it out from a blob's name, the only place that says it.
        init(blobName: String) {
            let name = blobName.lowercased()
            self = name.hasSuffix(".gz") ? .gzip : name.hasSuffix(".zip") ? .zip : .none
        }
    }

    private let inflater: GunzipStream?
    private let limit: Int
    /// Bytes after unpacking so far.
    private(set) var rawBytes = 0

    /// Creates a reader.
    /// - Throws: ``IngestionFailure`` for a zip archive, which the emulator does not open.
    init(packing: Packing, limit: Int) throws(IngestionFailure) {
        guard packing != .zip else {
            throw IngestionFailure(.invalidArchive, "the emulator does not open zip archives; use gzip")
        }
        inflater = packing == .gzip ? GunzipStream() : nil
        self.limit = limit
    }

    /// Unpacks more bytes.
    /// - Throws: ``IngestionFailure``, or what `emit` throws.
    mutating func push(_ bytes: [UInt8], _ emit: ([UInt8]) throws -> Void) throws {
        guard let inflater else {
            rawBytes += bytes.count
            try check()
            return try emit(bytes)
        }
        do {
            try unsafe inflater.push(bytes) { piece in
                rawBytes += piece.count
                try check()
                try emit(unsafe Array(piece))
            }
        } catch let error as CompressionError {
            throw IngestionFailure(.invalidArchive, error.message)
        }
    }

    /// Says that no more bytes come.
    /// - Throws: ``IngestionFailure`` when packed data ends too early.
    func finish() throws(IngestionFailure) {
        do {
            try inflater?.finish()
        } catch {
            throw IngestionFailure(.invalidArchive, error.message)
        }
    }

    private func check() throws(IngestionFailure) {
        guard rawBytes <= limit else {
            throw IngestionFailure(.fileTooLarge, "the source has more than \(limit) bytes of data")
        }
    }
}

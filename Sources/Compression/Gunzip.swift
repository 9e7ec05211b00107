/// Unpacks gzip data that is in memory.
package enum Gunzip {
    /// Returns the unpacked bytes of all members.
    /// - Parameters:
    ///   - bytes: One or more gzip members.
    ///   - limit: The most bytes to unpack.
    /// - Throws: ``CompressionError``.
    package static func inflate(_ bytes: [UInt8], limit: Int) throws(CompressionError) -> [UInt8] {
        let stream = GunzipStream()
        var result: [UInt8] = []
        do {
            unsafe try stream.push(bytes) { piece in
                guard result.count + piece.count <= limit else {
                    throw CompressionError(code: .tooLarge, message: "the data unpacks to more than \(limit) bytes")
                }
                unsafe result.append(contentsOf: piece)
            }
            try stream.finish()
        } catch let error as CompressionError {
            throw error
        } catch {
            throw CompressionError(code: .corrupt, message: "\(error)")
        }
        return result
    }
}

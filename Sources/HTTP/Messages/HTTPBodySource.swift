/// Bytes that can be read again from any position: a batch in memory, a file.
///
/// They are read on the client's thread, which must not wait for long.
package protocol HTTPBodySource: Sendable {
    /// How many bytes there are.
    var count: Int { get }

    /// Copies bytes from `offset` on.
    /// - Returns: How many bytes were copied, at least one when there are any and room for them.
    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws -> Int
}

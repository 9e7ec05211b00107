internal import CIsal

/// The Huffman code of chunks that resemble each other, learned from one of them now and then.
///
/// A code made for each chunk costs as much as finding its repetitions when chunks are small. Rows of one table
/// resemble each other so much that a code of an earlier chunk serves nearly as well: measured on JSON telemetry of 1
/// KiB records, chunks of 64 KiB become 0.3 % larger, chunks of 12 KiB 1 % larger with a quarter less CPU; and a
/// compressor needs no level buffer of 276 KiB, which leaves the processor's cache to others. The code is part of every
/// chunk (RFC 1951, section 3.2.7) and has a word for every symbol, so any chunk can be written with it.
///
/// Not thread-safe: it belongs to one lane.
@safe
package final class LearnedCode {
    /// How many raw bytes go by before a code is learned again.
    static let intervalBytes = 8 << 20

    private var tables = UnsafeMutablePointer<isal_hufftables>.allocate(capacity: 1)
    private var lessonBytes = 0
    private var bytesSinceLesson = 0

    /// Creates a code that learns from the first chunk.
    package init() {}

    deinit { unsafe tables.deallocate() }

    /// The code to write this chunk with, which may be learned from it; `nil` while there is none.
    func tables(for chunk: UnsafeRawBufferPointer) -> UnsafeMutablePointer<isal_hufftables>? {
        bytesSinceLesson += chunk.count
        // A code that is made from a much larger chunk fits better.
        if bytesSinceLesson > Self.intervalBytes || chunk.count > 4 * lessonBytes { unsafe learn(from: chunk) }
        return lessonBytes > 0 ? unsafe tables : nil
    }

    private func learn(from chunk: UnsafeRawBufferPointer) {
        let histogram = UnsafeMutablePointer<isal_huff_histogram>.allocate(capacity: 1)
        defer { unsafe histogram.deallocate() }
        unsafe histogram.initialize(to: isal_huff_histogram())
        let bytes = unsafe chunk.baseAddress?.assumingMemoryBound(to: UInt8.self)
        unsafe isal_update_histogram(UnsafeMutablePointer(mutating: bytes), Int32(chunk.count), histogram)
        // The old code stays whole when no new one can be made.
        let learned = UnsafeMutablePointer<isal_hufftables>.allocate(capacity: 1)
        guard unsafe isal_create_hufftables(learned, histogram) == 0 else { return unsafe learned.deallocate() }
        unsafe tables.deallocate()
        unsafe tables = unsafe learned
        lessonBytes = chunk.count
        bytesSinceLesson = 0
    }
}

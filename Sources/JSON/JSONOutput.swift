internal import Glibc

/// Writes JSON text into memory that is lent, one piece after the other; nothing is allocated.
///
/// What no longer fits is counted, not written, and neither is anything after it: the caller looks once, at the end, and
/// begins again with more memory. Commas, colons and brackets are the caller's, as ``byte(_:)``.
///
/// What is `public` here is so because Swift does not inline a `package` function into another module.
@safe
public struct JSONOutput {
    @usableFromInline let start: UnsafeMutableRawPointer?
    @usableFromInline let capacity: Int
    /// How many bytes were written, or would have been had there been room.
    @usableFromInline package internal(set) var count = 0

    /// Creates an output that fills the memory from its beginning; the memory must outlive it.
    package init(_ memory: UnsafeMutableRawBufferPointer) {
        unsafe start = memory.baseAddress
        capacity = memory.count
    }

    /// Whether the memory was too small: its content then means nothing, and ``count`` bytes are needed.
    ///
    /// With fields of ``field(from:separator:always:)`` the count may be more than what is needed, never less.
    package var hasOverflowed: Bool { count > capacity }

    /// Takes back what was written since there were `count` bytes.
    package mutating func remove(from count: Int) { self.count = count }

    /// Writes one byte as it is.
    @inlinable
    @inline(__always)
    public mutating func byte(_ value: UInt8) {
        if count < capacity, let start = unsafe start {
            unsafe start.storeBytes(of: value, toByteOffset: count, as: UInt8.self)
        }
        count &+= 1
    }

    /// Writes bytes as they are.
    @inlinable
    public mutating func bytes(_ bytes: UnsafeRawBufferPointer) {
        if let place = unsafe reserve(bytes.count), let source = bytes.baseAddress {
            unsafe place.copyMemory(from: source, byteCount: bytes.count)
        }
    }

    /// Writes a text as it is, such as a keyword.
    package mutating func text(_ text: StaticString) {
        unsafe bytes(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Writes bytes as they are, of which mostly there are few.
    ///
    /// - Parameters:
    ///   - source: The first of them; up to 16 bytes behind the last may be read, whatever they are.
    ///   - length: How many there are.
    @inlinable
    @inline(__always)
    public mutating func padded(_ source: UnsafeRawPointer, _ length: Int) {
        guard length &+ 16 <= capacity &- count, let start = unsafe start else {
            return unsafe bytes(UnsafeRawBufferPointer(start: source, count: length))
        }
        let place = unsafe start + count
        var done = 0
        // Sixteen at a time need no call, and what is written too much is overwritten next.
        repeat {
            let words = unsafe (source + done).loadUnaligned(as: SIMD2<UInt64>.self)
            unsafe (place + done).storeBytes(of: words, as: SIMD2<UInt64>.self)
            done &+= 16
        } while done < length
        count &+= length
    }

    /// Takes the next `length` bytes.
    /// - Returns: Where they are, or `nil` when they don't fit or there are none.
    @inlinable
    mutating func reserve(_ length: Int) -> UnsafeMutableRawPointer? {
        let place = count
        count += length
        guard count <= capacity, length > 0 else { return nil }
        return unsafe start.map { unsafe $0 + place }
    }

    /// Whether `length` more bytes fit.
    func hasRoom(for length: Int) -> Bool { capacity &- count >= length }
}

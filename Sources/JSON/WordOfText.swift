/// Up to eight bytes of a text, as many as are left, without reading one behind its end.
struct WordOfText {
    /// The bytes, the first in the lowest place, and 0 where there are fewer than eight.
    let bytes: UInt64

    /// Reads the bytes from `position` on, which is before the end.
    @inline(__always)
    init(_ base: UnsafeRawPointer, _ length: Int, at position: Int) {
        let left = length &- position
        if left >= 8 {
            bytes = UInt64(littleEndian: unsafe base.loadUnaligned(fromByteOffset: position, as: UInt64.self))
        } else if length >= 8 {
            // The last eight bytes, without those before the position.
            let last = unsafe base.loadUnaligned(fromByteOffset: length &- 8, as: UInt64.self)
            bytes = UInt64(littleEndian: last) &>> UInt64(64 &- left &* 8)
        } else if left >= 4 {
            // Two halves, which may overlap.
            let low = unsafe base.loadUnaligned(fromByteOffset: position, as: UInt32.self)
            let high = unsafe base.loadUnaligned(fromByteOffset: length &- 4, as: UInt32.self)
            bytes = UInt64(UInt32(littleEndian: low)) | UInt64(UInt32(littleEndian: high)) &<< UInt64((left &- 4) &* 8)
        } else {
            let low = unsafe UInt64(base.load(fromByteOffset: position, as: UInt8.self))
            let middle = unsafe UInt64(base.load(fromByteOffset: position &+ left &>> 1, as: UInt8.self))
            let high = unsafe UInt64(base.load(fromByteOffset: length &- 1, as: UInt8.self))
            bytes = low | middle &<< UInt64((left &>> 1) &* 8) | high &<< UInt64((left &- 1) &* 8)
        }
    }
}

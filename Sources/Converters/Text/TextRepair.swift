/// Replaces bytes that are not valid in a text's charset with U+FFFD, as Java's decoders do.
///
/// In UTF-8 there is one for each maximal subpart of a character (Unicode Standard, chapter 3.9, "U+FFFD Substitution
/// of Maximal Subparts"), in ASCII one for each byte above 0x7F.
struct TextRepair {
    private static let replacement: [UInt8] = [0xEF, 0xBF, 0xBD]

    /// Whether the text is ASCII rather than UTF-8.
    let isASCII: Bool

    /// Returns the length of the repaired text, or nil if nothing needs repair.
    func count(of bytes: UnsafeRawBufferPointer) -> Int? {
        var (index, faults, lost) = (0, 0, 0)
        let end = bytes.count
        while index < end {
            // Text is mostly ASCII: eight bytes at a time.
            if index + 8 <= end,
                unsafe bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
            {
                index += 8
                continue
            }
            let (length, isValid) = unsafe next(in: bytes, at: index)
            if !isValid { (faults, lost) = (faults + 1, lost + length) }
            index += length
        }
        return faults == 0 ? nil : end - lost + 3 * faults
    }

    /// Writes the repaired text to the start of `output`, which has room for it.
    func write(_ bytes: UnsafeRawBufferPointer, to output: UnsafeMutableRawBufferPointer) {
        var (index, position) = (0, 0)
        while index < bytes.count {
            let (length, isValid) = unsafe next(in: bytes, at: index)
            for offset in 0..<(isValid ? length : 3) {
                unsafe output[position + offset] = isValid ? bytes[index + offset] : Self.replacement[offset]
            }
            position += isValid ? length : 3
            index += length
        }
    }

    /// Returns how many bytes the next character, or the maximal subpart of one, takes.
    private func next(in bytes: UnsafeRawBufferPointer, at index: Int) -> (length: Int, isValid: Bool) {
        let first = unsafe bytes[index]
        let trailing: Int
        // The second byte's range keeps out overlong forms, surrogates and what is above U+10FFFF.
        var range: ClosedRange<UInt8> = 0x80...0xBF
        switch first {
        case 0x00...0x7F: return (1, true)
        case _ where isASCII: return (1, false)
        case 0xC2...0xDF: trailing = 1
        case 0xE0: (trailing, range) = (2, 0xA0...0xBF)
        case 0xED: (trailing, range) = (2, 0x80...0x9F)
        case 0xE1...0xEF: trailing = 2
        case 0xF0: (trailing, range) = (3, 0x90...0xBF)
        case 0xF4: (trailing, range) = (3, 0x80...0x8F)
        case 0xF1...0xF3: trailing = 3
        default: return (1, false)
        }
        for offset in 0..<trailing {
            let place = index + 1 + offset
            guard place < bytes.count, range.contains(unsafe bytes[place]) else { return (1 + offset, false) }
            range = 0x80...0xBF
        }
        return (1 + trailing, true)
    }
}

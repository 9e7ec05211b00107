internal import Glibc

extension JSONOutput {
    /// Turns what was written since there were `start` bytes into one field of a line of separated values: in quotes
    /// where it holds the separator, a quote or a line break, with the quotes inside it doubled (RFC 4180).
    /// - Parameters:
    ///   - start: ``count`` before the field was written.
    ///   - separator: The byte between fields.
    ///   - always: Whether the field is quoted whatever it holds, which tells an empty text from no value.
    package mutating func field(from start: Int, separator: UInt8, always: Bool = false) {
        let length = count - start
        guard count <= capacity, let memory = unsafe self.start else {
            // What the field holds is not known, so this is the most that it can need.
            count += length + 2
            return
        }
        let field = unsafe UnsafeMutableRawBufferPointer(start: memory + start, count: length)
        var quotes = 0
        var isQuoted = always
        for index in 0..<length {
            switch unsafe field[index] {
            case UInt8(ascii: "\""):
                quotes += 1
                isQuoted = true
            case separator, UInt8(ascii: "\n"), UInt8(ascii: "\r"): isQuoted = true
            default: break
            }
        }
        guard isQuoted else { return }
        count += quotes + 2
        guard count <= capacity else { return }
        unsafe Self.quote(memory + start, length: length, to: length + quotes + 2)
    }

    /// Whether what was written since there were `start` bytes has no separator and no line break.
    ///
    /// What did not fit is taken to have none.
    package func isPlain(from start: Int, separator: UInt8) -> Bool {
        guard count <= capacity, let memory = unsafe self.start else { return true }
        let field = unsafe UnsafeRawBufferPointer(start: memory + start, count: count - start)
        return unsafe field.allSatisfy { $0 != separator && $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
    }

    /// Whether what was written since there were `start` bytes is the JSON null.
    package func isNull(from start: Int) -> Bool {
        guard count - start == 4, count <= capacity, let memory = unsafe self.start else { return false }
        return unsafe (memory + start).load(as: UInt8.self) == UInt8(ascii: "n")
    }

    /// Turns a JSON string that was written since there were `start` bytes into its text; other JSON stays as it is.
    /// - Returns: Whether it was a string. What did not fit stays as it is, and counts as none.
    @discardableResult
    package mutating func unquote(from start: Int) -> Bool {
        guard count > start, count <= capacity, let memory = unsafe self.start else { return false }
        let document = unsafe UnsafeMutableRawBufferPointer(start: memory + start, count: count - start)
        guard unsafe document[0] == UInt8(ascii: "\"") else { return false }
        count = unsafe start + JSONText.decode(document)
        return true
    }

    /// Moves the bytes to their places from the last to the first, so that none is overwritten before it has moved.
    private static func quote(_ field: UnsafeMutableRawPointer, length: Int, to newLength: Int) {
        var write = newLength - 1
        unsafe field.storeBytes(of: UInt8(ascii: "\""), toByteOffset: write, as: UInt8.self)
        for read in stride(from: length - 1, through: 0, by: -1) {
            let byte = unsafe field.load(fromByteOffset: read, as: UInt8.self)
            write -= 1
            unsafe field.storeBytes(of: byte, toByteOffset: write, as: UInt8.self)
            if byte == UInt8(ascii: "\"") {
                write -= 1
                unsafe field.storeBytes(of: byte, toByteOffset: write, as: UInt8.self)
            }
        }
        unsafe field.storeBytes(of: UInt8(ascii: "\""), as: UInt8.self)
    }
}

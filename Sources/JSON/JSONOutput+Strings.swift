extension JSONOutput {
    /// Writes a text as a JSON string, quoted and escaped; each maximal invalid part of UTF-8 becomes U+FFFD.
    /// - Returns: Whether all of it was valid UTF-8.
    @discardableResult
    package mutating func string(_ utf8: UnsafeRawBufferPointer) -> Bool {
        guard hasRoom(for: utf8.count &+ 2 &+ PlainText.slack), let start = unsafe start, let base = utf8.baseAddress
        else {
            byte(UInt8(ascii: "\""))
            return unsafe rest(of: utf8, from: 0)
        }
        // Nearly every text is plain to its end.
        let place = unsafe start + count
        unsafe place.storeBytes(of: UInt8(ascii: "\""), as: UInt8.self)
        let plain = unsafe PlainText.copy(base, utf8.count, to: place + 1)
        count &+= plain &+ 1
        guard plain == utf8.count else { return unsafe rest(of: utf8, from: plain) }
        unsafe place.storeBytes(of: UInt8(ascii: "\""), toByteOffset: plain &+ 1, as: UInt8.self)
        count &+= 1
        return true
    }

    /// Writes a text from `position` on, and the quote behind it.
    private mutating func rest(of utf8: UnsafeRawBufferPointer, from position: Int) -> Bool {
        var position = position
        var isValid = true
        while position < utf8.count {
            let next = unsafe utf8[position]
            if next >= 0x80 {
                let sequence = unsafe UTF8Sequence(utf8, at: position)
                if sequence.isValid {
                    unsafe bytes(UnsafeRawBufferPointer(rebasing: utf8[position..<position &+ sequence.length]))
                } else {
                    isValid = false
                    text("\u{FFFD}")
                }
                position &+= sequence.length
            } else if PlainText.isPlain(next) {
                position &+= unsafe plainRun(UnsafeRawBufferPointer(rebasing: utf8[position...]))
            } else {
                escape(next)
                position &+= 1
            }
        }
        byte(UInt8(ascii: "\""))
        return isValid
    }

    /// Copies bytes up to the first that is not plain.
    /// - Returns: How many they are; fewer when there is little room left, but at least one when the first is plain.
    private mutating func plainRun(_ utf8: UnsafeRawBufferPointer) -> Int {
        guard hasRoom(for: utf8.count &+ PlainText.slack), let start = unsafe start, let base = utf8.baseAddress else {
            byte(unsafe utf8[0])
            return 1
        }
        let plain = unsafe PlainText.copy(base, utf8.count, to: start + count)
        count &+= plain
        return plain
    }

    private mutating func escape(_ byte: UInt8) {
        switch byte {
        case 0x08: text("\\b")
        case 0x09: text("\\t")
        case 0x0A: text("\\n")
        case 0x0C: text("\\f")
        case 0x0D: text("\\r")
        case 0..<0x20:
            text(byte < 0x10 ? "\\u000" : "\\u001")
            self.byte(hexadecimal(byte & 0xF))
        default:
            self.byte(UInt8(ascii: "\\"))
            self.byte(byte)
        }
    }

    private func hexadecimal(_ digit: UInt8) -> UInt8 {
        digit < 10 ? UInt8(ascii: "0") &+ digit : UInt8(ascii: "a") &+ digit &- 10
    }

    /// Writes the 16 bytes of a UUID as a JSON string: lower-case hexadecimal digits in five groups.
    package mutating func uuid(_ bytes: UnsafeRawBufferPointer) {
        byte(UInt8(ascii: "\""))
        for index in 0..<bytes.count {
            if index == 4 || index == 6 || index == 8 || index == 10 { byte(UInt8(ascii: "-")) }
            let value = unsafe bytes[index]
            byte(hexadecimal(value >> 4))
            byte(hexadecimal(value & 0xF))
        }
        byte(UInt8(ascii: "\""))
    }

    /// Writes bytes as a JSON string of base64 in the standard alphabet, padded.
    package mutating func base64(_ bytes: UnsafeRawBufferPointer) {
        byte(UInt8(ascii: "\""))
        if let place = unsafe reserve((bytes.count &+ 2) / 3 * 4) {
            var output = unsafe place
            var position = 0
            while position &+ 3 <= bytes.count {
                let group =
                    unsafe UInt32(bytes[position]) &<< 16 | UInt32(bytes[position &+ 1]) &<< 8
                    | UInt32(bytes[position &+ 2])
                unsafe output.storeBytes(of: Self.base64Word(group).littleEndian, as: UInt32.self)
                unsafe output += 4
                position &+= 3
            }
            let rest = bytes.count &- position
            if rest > 0 {
                let second = rest == 2 ? unsafe UInt32(bytes[position &+ 1]) : 0
                var word = unsafe Self.base64Word(UInt32(bytes[position]) &<< 16 | second &<< 8)
                let pad = UInt32(UInt8(ascii: "="))
                word = word & 0x00FF_FFFF | pad &<< 24
                if rest == 1 { word = word & 0xFF00_FFFF | pad &<< 16 }
                unsafe output.storeBytes(of: word.littleEndian, as: UInt32.self)
            }
        }
        byte(UInt8(ascii: "\""))
    }

    /// The four characters for 24 bits, the first in the lowest byte.
    private static func base64Word(_ group: UInt32) -> UInt32 {
        base64Character(group &>> 18) | base64Character(group &>> 12 & 63) &<< 8
            | base64Character(group &>> 6 & 63) &<< 16 | base64Character(group & 63) &<< 24
    }

    @inline(__always)
    private static func base64Character(_ value: UInt32) -> UInt32 {
        // Each range of the alphabet lies at its own distance from the value.
        switch value {
        case 0..<26: value &+ 65
        case 26..<52: value &+ 71
        case 52..<62: value &- 4
        case 62: 43
        default: 47
        }
    }
}

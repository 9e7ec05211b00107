extension JSONOutput {
    /// Writes a text as a JSON string, quoted and escaped; each maximal invalid part of UTF-8 becomes U+FFFD.
    /// - Returns: Whether all of it was valid UTF-8.
    @discardableResult
    package mutating func string(_ utf8: UnsafeRawBufferPointer) -> Bool {
        byte(UInt8(ascii: "\""))
        var position = 0
        var isValid = true
        if let base = utf8.baseAddress {
            while true {
                unsafe plainRun(base, utf8.count, &position)
                guard position < utf8.count else { break }
                let next = unsafe base.load(fromByteOffset: position, as: UInt8.self)
                if next < 0x80 {
                    escape(next)
                    position &+= 1
                    continue
                }
                let sequence = unsafe UTF8Sequence(utf8, at: position)
                if sequence.isValid {
                    unsafe bytes(UnsafeRawBufferPointer(rebasing: utf8[position..<position &+ sequence.length]))
                } else {
                    isValid = false
                    text("\u{FFFD}")
                }
                position &+= sequence.length
            }
        }
        byte(UInt8(ascii: "\""))
        return isValid
    }

    /// Copies bytes up to the first that is not plain: no ASCII, a quote, a backslash or a control character.
    ///
    /// Eight at a time where there is room for eight: they are stored first, and only so many counted as are plain.
    @inline(__always)
    private mutating func plainRun(_ base: UnsafeRawPointer, _ length: Int, _ position: inout Int) {
        if let start = unsafe start {
            while position < length, capacity &- count >= 8 {
                let left = length &- position
                let word = unsafe WordOfText(base, length, at: position)
                unsafe (start + count).storeBytes(of: word.bytes.littleEndian, as: UInt64.self)
                let plain = min(word.bytes.specialBytes.trailingZeroBitCount &>> 3, left)
                position &+= plain
                count &+= plain
                guard plain == 8 || plain == left else { return }
            }
        }
        while position < length {
            let next = unsafe base.load(fromByteOffset: position, as: UInt8.self)
            guard next < 0x80, next >= 0x20, next != UInt8(ascii: "\""), next != UInt8(ascii: "\\") else { return }
            byte(next)
            position &+= 1
        }
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

extension UInt64 {
    /// The top bit of each byte that a JSON string cannot hold as it is or that is no ASCII; the lowest one is exact.
    @inline(__always)
    fileprivate var specialBytes: UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let tops: UInt64 = 0x8080_8080_8080_8080
        let quotes = self ^ (ones &* 0x22)
        let backslashes = self ^ (ones &* 0x5C)
        let controls = (self &- ones &* 0x20) & ~self
        return (self | controls | (quotes &- ones) & ~quotes | (backslashes &- ones) & ~backslashes) & tops
    }
}

/// The unscaled value of a decimal number, as `org.apache.kafka.connect.data.Decimal` keeps it.
enum UnscaledDecimal {
    /// How many digits a number may have: making bytes of them takes the square of their number.
    static let longest = 1000

    /// Returns the number without its point, shifted to `scale` digits after it: in two's complement, the first byte
    /// the highest, as few bytes as will do (`java.math.BigInteger.toByteArray`).
    /// - Parameter text: A number in JSON's grammar.
    /// - Returns: `nil` when digits would be lost, or there are too many.
    static func bytes(of text: UnsafeRawBufferPointer, scale: Int) -> [UInt8]? {
        guard var (digits, power) = unsafe digits(of: text) else { return nil }
        power += scale
        while power < 0, digits.last == 0 {
            digits.removeLast()
            power += 1
        }
        guard !digits.isEmpty else { return [0] }
        guard power >= 0, digits.count + power <= longest else { return nil }
        digits += [UInt8](repeating: 0, count: power)
        return unsafe twosComplement(digits, isNegative: text.first == UInt8(ascii: "-"))
    }

    /// The digits from the first that is not zero, and the power of ten of the last one; none for zero.
    private static func digits(of text: UnsafeRawBufferPointer) -> (digits: [UInt8], power: Int)? {
        var digits: [UInt8] = []
        var (power, isFraction) = (0, false)
        for index in 0..<text.count {
            let byte = unsafe text[index]
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                if !digits.isEmpty || byte != UInt8(ascii: "0") { digits.append(byte - UInt8(ascii: "0")) }
                if isFraction { power -= 1 }
                guard digits.count <= 2 * longest else { return nil }
            case UInt8(ascii: "."): isFraction = true
            case UInt8(ascii: "e"), UInt8(ascii: "E"):
                guard !digits.isEmpty else { return ([], 0) }
                guard let exponent = unsafe WholeNumber.exponent(text, from: index + 1) else { return nil }
                return (digits, power + exponent)
            default: break
            }
        }
        return (digits, power)
    }

    private static func twosComplement(_ digits: [UInt8], isNegative: Bool) -> [UInt8] {
        // The lowest byte first.
        var bytes: [UInt8] = [0]
        for digit in digits {
            var carry = Int(digit)
            for index in bytes.indices {
                let sum = Int(bytes[index]) * 10 + carry
                bytes[index] = UInt8(truncatingIfNeeded: sum)
                carry = sum >> 8
            }
            if carry > 0 { bytes.append(UInt8(truncatingIfNeeded: carry)) }
        }
        // A byte that holds nothing but the sign, where there must be one.
        bytes.append(0)
        if isNegative {
            var carry = 1
            for index in bytes.indices {
                let sum = Int(~bytes[index]) + carry
                bytes[index] = UInt8(truncatingIfNeeded: sum)
                carry = sum >> 8
            }
        }
        let sign: UInt8 = isNegative ? 0xFF : 0
        while bytes.count > 1, bytes[bytes.count - 1] == sign, bytes[bytes.count - 2] & 0x80 == sign & 0x80 {
            bytes.removeLast()
        }
        return bytes.reversed()
    }
}

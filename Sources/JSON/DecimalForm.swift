/// A decimal number as digits times a power of ten, in one form for each absolute value.
struct DecimalForm: Equatable {
    private var digits: [UInt8] = []
    private var exponent = 0

    /// Reads a number in JSON's grammar; the sign is ignored.
    /// - Returns: `nil` when the exponent is absurd.
    init?(_ text: String) {
        let mantissa = text.utf8.prefix { $0 | 0x20 != UInt8(ascii: "e") }
        var isFraction = false
        for byte in mantissa {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                if byte != UInt8(ascii: "0") || !digits.isEmpty { digits.append(byte) }
                if isFraction { exponent -= 1 }
            case UInt8(ascii: "."): isFraction = true
            default: break
            }
        }
        if mantissa.count < text.utf8.count {
            let digits = text.utf8.dropFirst(mantissa.count + 1).drop { $0 == UInt8(ascii: "+") }
            guard let power = Int32(String(decoding: digits, as: UTF8.self)) else { return nil }
            exponent += Int(power)
        }
        while digits.last == UInt8(ascii: "0") {
            digits.removeLast()
            exponent += 1
        }
        if digits.isEmpty { exponent = 0 }
    }
}

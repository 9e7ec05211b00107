internal import CSimdJSON
internal import Glibc

extension JSONOutput {
    /// Writes a whole number.
    package mutating func integer(_ value: Int64) {
        if value < 0 { byte(UInt8(ascii: "-")) }
        unsigned(value.magnitude)
    }

    /// Writes a whole number that is not negative.
    package mutating func unsigned(_ value: UInt64) {
        guard value >= 10 else { return byte(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: value)) }
        let length = value.decimalLength
        if let place = unsafe reserve(length) { unsafe Self.write(value, at: place, length: length) }
    }

    /// Writes a number as the shortest text that reads back as the same 64 bits, with a fraction or an exponent, so
    /// that it stays a real number; what JSON has no number for becomes "NaN", "Infinity" or "-Infinity" in quotes.
    package mutating func double(_ value: Double) {
        guard value.isFinite else { return infinite(isNaN: value.isNaN, isNegative: value < 0) }
        if value.magnitude < 1e15, value == value.rounded(.towardZero) {
            if value.sign == .minus { byte(UInt8(ascii: "-")) }
            unsigned(UInt64(value.magnitude))
            text(".0")
        } else if !short(value) {
            unsafe real { unsafe csimdjson_write_double(value, $0) }
        }
    }

    /// Writes a number of up to four digits after the point, such as an amount of money, faster than any number.
    ///
    /// A whole number below 2^53 and a small power of ten are exact as doubles, so that their quotient is the double
    /// nearest to the decimal number. If it is the value, the decimal number reads back as the value, and because fewer
    /// digits were tried before, it is the shortest.
    /// - Returns: Whether the number is one.
    private mutating func short(_ value: Double) -> Bool {
        guard value.magnitude < 1e11 else { return false }
        var power: UInt64 = 1
        var width = 0
        var digits: UInt64
        repeat {
            guard width < 4 else { return false }
            power &*= 10
            width &+= 1
            digits = UInt64(value.magnitude * Double(power) + 0.5)
        } while Double(digits) / Double(power) != value.magnitude
        if value < 0 { byte(UInt8(ascii: "-")) }
        let (whole, fraction) = digits.quotientAndRemainder(dividingBy: power)
        unsigned(whole)
        byte(UInt8(ascii: "."))
        var rest = power / 10
        while rest > 1, fraction < rest {
            byte(UInt8(ascii: "0"))
            rest /= 10
        }
        unsigned(fraction)
        return true
    }

    /// Writes a number as the shortest text that reads back as the same 32 bits; else like ``double(_:)``.
    package mutating func float(_ value: Float) {
        guard value.isFinite else { return infinite(isNaN: value.isNaN, isNegative: value < 0) }
        if value.magnitude < 1e7, value == value.rounded(.towardZero) {
            if value.sign == .minus { byte(UInt8(ascii: "-")) }
            unsigned(UInt64(value.magnitude))
            text(".0")
        } else {
            unsafe real { unsafe csimdjson_write_float(value, $0) }
        }
    }

    private mutating func infinite(isNaN: Bool, isNegative: Bool) {
        text(isNaN ? "\"NaN\"" : isNegative ? "\"-Infinity\"" : "\"Infinity\"")
    }

    @inline(__always)
    private mutating func real(_ write: (UnsafeMutablePointer<CChar>) -> Int) {
        let room = Int(CSIMDJSON_NUMBER_ROOM)
        let length: Int
        if hasRoom(for: room), let start = unsafe start {
            length = unsafe write((start + count).assumingMemoryBound(to: CChar.self))
            count &+= length
        } else {
            length = unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: room) { memory in
                guard let base = memory.baseAddress else { return 0 }
                let length = unsafe write(base)
                unsafe bytes(UnsafeRawBufferPointer(start: base, count: length))
                return length
            }
        }
        // A large whole number comes without a fraction when that is shorter than an exponent.
        guard count <= capacity, let start = unsafe start else {
            count += 2
            return
        }
        let text = unsafe UnsafeRawBufferPointer(start: start + (count &- length), count: length)
        if unsafe text.allSatisfy({ $0 != UInt8(ascii: ".") && $0 != UInt8(ascii: "e") }) { self.text(".0") }
    }

    /// Writes the digits of a number from the last to the first, two at a time.
    private static func write(_ value: UInt64, at place: UnsafeMutableRawPointer, length: Int) {
        var rest = value
        var end = length
        while rest >= 100 {
            let (quotient, pair) = rest.quotientAndRemainder(dividingBy: 100)
            end &-= 2
            unsafe place.storeBytes(of: digits(pair), toByteOffset: end, as: UInt16.self)
            rest = quotient
        }
        if end == 2 {
            unsafe place.storeBytes(of: digits(rest), as: UInt16.self)
        } else {
            unsafe place.storeBytes(of: UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest), as: UInt8.self)
        }
    }

    /// Two digits, the first in the lower byte of the memory.
    @inline(__always)
    private static func digits(_ pair: UInt64) -> UInt16 {
        let tens = (pair &* 103) &>> 10
        let ones = pair &- tens &* 10
        return UInt16(truncatingIfNeeded: (ones &<< 8 | tens) &+ 0x3030).littleEndian
    }
}

extension UInt64 {
    /// How many decimal digits the number has.
    fileprivate var decimalLength: Int {
        var length = 1
        var rest = self
        while rest >= 10_000 {
            rest /= 10_000
            length &+= 4
        }
        return length &+ (rest >= 1_000 ? 3 : rest >= 100 ? 2 : rest >= 10 ? 1 : 0)
    }
}

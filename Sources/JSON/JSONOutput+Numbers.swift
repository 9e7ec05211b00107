internal import CSimdJSON

extension JSONOutput {
    /// Writes a whole number.
    package mutating func integer(_ value: Int64) {
        unsafe number { place in
            let length = unsafe Self.writeSign(value < 0, at: place)
            return unsafe length &+ Self.write(value.magnitude, at: place + length)
        }
    }

    /// Writes a whole number that is not negative.
    package mutating func unsigned(_ value: UInt64) {
        unsafe number { unsafe Self.write(value, at: $0) }
    }

    /// Writes a number as the shortest text that reads back as the same 64 bits, with a fraction or an exponent, so
    /// that it stays a real number; what JSON has no number for becomes "NaN", "Infinity" or "-Infinity" in quotes.
    package mutating func double(_ value: Double) {
        let magnitude = value.magnitude
        if magnitude < 1e7 {
            // Below, the shortest text may have an exponent.
            if magnitude >= 1e-4 || magnitude == 0, decimal(value, power: 100_000_000) { return }
        } else if magnitude < 1e11 {
            if decimal(value, power: 10_000) { return }
        } else if magnitude < 1e15 {
            if decimal(value, power: 1) { return }
        } else if !value.isFinite {
            return infinite(isNaN: value.isNaN, isNegative: value < 0)
        }
        unsafe number { unsafe Self.finish($0, csimdjson_write_double(value, $0.assumingMemoryBound(to: CChar.self))) }
    }

    /// Writes a number that is a whole one divided by a power of ten, such as an amount of money or a coordinate: much
    /// faster than any number.
    ///
    /// Such a number has 15 digits at most. As doubles, both the whole number and the power are exact, so their quotient
    /// is the double nearest to the decimal number; if it is the value, then the decimal number reads back as the value.
    /// No other number of 15 digits does, therefore what is left without zeros at the end is the shortest text.
    /// - Parameters:
    ///   - value: One whose product with the power is below 10^15.
    ///   - power: 10^8, or a smaller power of ten.
    /// - Returns: Whether the number is one.
    @inline(__always)
    private mutating func decimal(_ value: Double, power: UInt64) -> Bool {
        // Next to 2^52 doubles are whole numbers: the sum is rounded to one, which its lower bits are.
        let sum = value.magnitude * Double(power) + 0x1p52
        guard (sum - 0x1p52) / Double(power) == value.magnitude else { return false }
        let (whole, fraction) = sum.significandBitPattern.quotientAndRemainder(dividingBy: power)
        unsafe number { place in
            var length = unsafe Self.writeSign(value.sign == .minus, at: place)
            unsafe length &+= Self.write(whole, at: place + length)
            unsafe place.storeBytes(of: UInt8(ascii: "."), toByteOffset: length, as: UInt8.self)
            let digits = EightDigits(fraction &* (EightDigits.limit / power))
            unsafe digits.write(at: place + length + 1)
            return length &+ 9 &- digits.trailingZeros
        }
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
            unsafe number {
                unsafe Self.finish($0, csimdjson_write_float(value, $0.assumingMemoryBound(to: CChar.self)))
            }
        }
    }

    private mutating func infinite(isNaN: Bool, isNegative: Bool) {
        text(isNaN ? "\"NaN\"" : isNegative ? "\"-Infinity\"" : "\"Infinity\"")
    }

    // MARK: Texts of numbers

    /// Writes a number, straight to its place where that is large enough for any.
    /// - Parameter write: Writes at most ``CSIMDJSON_NUMBER_ROOM`` bytes and returns how many of them are the number.
    @inline(__always)
    private mutating func number(_ write: (UnsafeMutableRawPointer) -> Int) {
        if hasRoom(for: Int(CSIMDJSON_NUMBER_ROOM)), let start = unsafe start {
            count &+= unsafe write(start + count)
        } else {
            unsafe detour(write)
        }
    }

    /// Writes a number elsewhere first, where there is no room for any.
    @inline(never)
    private mutating func detour(_ write: (UnsafeMutableRawPointer) -> Int) {
        unsafe withUnsafeTemporaryAllocation(byteCount: Int(CSIMDJSON_NUMBER_ROOM), alignment: 1) { memory in
            guard let base = memory.baseAddress else { return }
            unsafe bytes(UnsafeRawBufferPointer(start: base, count: write(base)))
        }
    }

    /// Writes a minus sign, which is overwritten when there is none.
    /// - Returns: Its length, if there is one.
    @inline(__always)
    private static func writeSign(_ isNegative: Bool, at place: UnsafeMutableRawPointer) -> Int {
        unsafe place.storeBytes(of: UInt8(ascii: "-"), as: UInt8.self)
        return isNegative ? 1 : 0
    }

    /// Writes the digits of a number; up to seven bytes behind them are overwritten.
    /// - Returns: How many there are.
    @inline(__always)
    private static func write(_ value: UInt64, at place: UnsafeMutableRawPointer) -> Int {
        guard value < EightDigits.limit else { return unsafe writeLarge(value, at: place) }
        let digits = EightDigits(value)
        unsafe digits.write(at: place, without: digits.leadingZeros)
        return 8 &- digits.leadingZeros
    }

    /// Writes the digits of a number of nine or more.
    private static func writeLarge(_ value: UInt64, at place: UnsafeMutableRawPointer) -> Int {
        let (high, low) = value.quotientAndRemainder(dividingBy: EightDigits.limit)
        let length = unsafe write(high, at: place)
        unsafe EightDigits(low).write(at: place + length)
        return length &+ 8
    }

    /// Gives a large whole number a fraction, since it comes without one when that is shorter than an exponent.
    /// - Returns: The length of the text.
    private static func finish(_ text: UnsafeMutableRawPointer, _ length: Int) -> Int {
        for index in 0..<length {
            switch unsafe text.load(fromByteOffset: index, as: UInt8.self) {
            case UInt8(ascii: "."), UInt8(ascii: "e"): return length
            default: continue
            }
        }
        unsafe text.storeBytes(of: UInt8(ascii: "."), toByteOffset: length, as: UInt8.self)
        unsafe text.storeBytes(of: UInt8(ascii: "0"), toByteOffset: length &+ 1, as: UInt8.self)
        return length &+ 2
    }
}

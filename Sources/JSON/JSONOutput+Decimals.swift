extension JSONOutput {
    /// How many bytes the unscaled value of a decimal has at most, which are 2,465 digits: turning one into digits takes
    /// the square of its length.
    package static let longestDecimal = 1024

    /// How large a decimal's scale is at most, in either direction: it is how many zeros may have to be written.
    package static let largestScale = 4096

    /// Writes an exact decimal number without exponent, with as many digits after the point as its scale says.
    /// - Parameters:
    ///   - unscaled: The number without its point, in two's complement, the first byte the highest; no bytes are 0.
    ///   - scale: How many of the digits stand after the point; when negative, how many zeros to append.
    /// - Returns: Whether it was written: nothing is when it exceeds ``longestDecimal`` or ``largestScale``.
    @discardableResult
    package mutating func decimal(unscaled: UnsafeRawBufferPointer, scale: Int) -> Bool {
        guard unscaled.count <= Self.longestDecimal, scale.magnitude <= Self.largestScale else { return false }
        if unscaled.count <= 8 {
            var value: Int64 = unsafe unscaled.first.map { $0 >= 0x80 ? -1 : 0 } ?? 0
            for index in 0..<unscaled.count { value = unsafe value &<< 8 | Int64(unscaled[index]) }
            small(value, scale: scale)
        } else {
            unsafe large(unscaled, scale: scale)
        }
        return true
    }

    private mutating func small(_ value: Int64, scale: Int) {
        if value < 0 { byte(UInt8(ascii: "-")) }
        guard scale > 0, scale < Self.powersOfTen.count else {
            if scale == 0 || value == 0 && scale < 0 { return unsigned(value.magnitude) }
            return unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 24) { memory in
                var count = 0
                var rest = value.magnitude
                while rest > 0 {
                    count += 1
                    unsafe memory[memory.count - count] = UInt8(ascii: "0") &+ UInt8(rest % 10)
                    rest /= 10
                }
                unsafe placed(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: memory.suffix(count))), scale)
            }
        }
        let (whole, fraction) = value.magnitude.quotientAndRemainder(dividingBy: Self.powersOfTen[scale])
        unsigned(whole)
        byte(UInt8(ascii: "."))
        // The zeros before the fraction's own digits.
        var width = scale
        while width > 1, fraction < Self.powersOfTen[width &- 1] {
            byte(UInt8(ascii: "0"))
            width &-= 1
        }
        unsigned(fraction)
    }

    /// 1, 10, 100… as far as they fit.
    private static let powersOfTen: [UInt64] = (0..<20).map { power in
        (0..<power).reduce(1) { product, _ in product &* 10 }
    }

    private mutating func large(_ unscaled: UnsafeRawBufferPointer, scale: Int) {
        let isNegative = unsafe unscaled[0] >= 0x80
        if isNegative { byte(UInt8(ascii: "-")) }
        let limbCount = (unscaled.count + 3) / 4
        unsafe withUnsafeTemporaryAllocation(of: UInt32.self, capacity: limbCount) { limbs in
            unsafe Self.fillMagnitude(of: unscaled, isNegative: isNegative, in: limbs)
            // A byte is 2.41 digits, and nine are made at a time.
            let room = unscaled.count * 5 / 2 + 9
            unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: room) { digits in
                var count = 0
                var used = limbCount
                while used > 0 {
                    guard unsafe limbs[used - 1] != 0 else {
                        used -= 1
                        continue
                    }
                    var remainder = unsafe Self.divideByBillion(limbs, used)
                    for _ in 0..<9 {
                        count += 1
                        unsafe digits[room - count] = UInt8(ascii: "0") &+ UInt8(remainder % 10)
                        remainder /= 10
                    }
                }
                let made = unsafe digits.suffix(count)
                let significant = unsafe made.drop { $0 == UInt8(ascii: "0") }
                unsafe placed(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: significant)), scale)
            }
        }
    }

    /// Fills the absolute value, the lowest limb first.
    private static func fillMagnitude(
        of unscaled: UnsafeRawBufferPointer,
        isNegative: Bool,
        in limbs: UnsafeMutableBufferPointer<UInt32>
    ) {
        var carry: UInt32 = isNegative ? 1 : 0
        for index in 0..<limbs.count {
            var limb: UInt32 = isNegative ? .max : 0
            for place in 0..<4 where index * 4 + place < unscaled.count {
                let byte = unsafe UInt32(unscaled[unscaled.count - 1 - index * 4 - place])
                limb = limb & ~(0xFF &<< UInt32(place * 8)) | byte &<< UInt32(place * 8)
            }
            if isNegative {
                let (sum, overflows) = (~limb).addingReportingOverflow(carry)
                limb = sum
                carry = overflows ? 1 : 0
            }
            unsafe limbs[index] = limb
        }
    }

    /// Divides in place and returns the remainder.
    private static func divideByBillion(_ limbs: UnsafeMutableBufferPointer<UInt32>, _ used: Int) -> UInt32 {
        var remainder: UInt64 = 0
        for index in stride(from: used - 1, through: 0, by: -1) {
            let part = remainder &<< 32 | UInt64(unsafe limbs[index])
            unsafe limbs[index] = UInt32(part / 1_000_000_000)
            remainder = part % 1_000_000_000
        }
        return UInt32(remainder)
    }

    /// Writes digits with the point where the scale has it; no digits are 0.
    private mutating func placed(_ digits: UnsafeRawBufferPointer, _ scale: Int) {
        guard scale > 0 else {
            if unsafe digits.isEmpty { return byte(UInt8(ascii: "0")) }
            unsafe bytes(digits)
            for _ in 0..<(-scale) { byte(UInt8(ascii: "0")) }
            return
        }
        guard digits.count > scale else {
            text("0.")
            for _ in digits.count..<scale { byte(UInt8(ascii: "0")) }
            return unsafe bytes(digits)
        }
        unsafe bytes(UnsafeRawBufferPointer(rebasing: digits[..<(digits.count - scale)]))
        byte(UInt8(ascii: "."))
        unsafe bytes(UnsafeRawBufferPointer(rebasing: digits[(digits.count - scale)...]))
    }
}

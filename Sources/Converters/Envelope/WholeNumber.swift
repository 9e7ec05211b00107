/// Reads numbers in JSON's grammar that are whole.
enum WholeNumber {
    /// Returns the value of digits with or without a sign before them, or `nil` when it does not fit or there is more.
    static func plain(_ text: UnsafeRawBufferPointer) -> Int64? {
        let isNegative = unsafe text.first == UInt8(ascii: "-")
        var magnitude: UInt64 = 0
        var index = isNegative ? 1 : 0
        // Eighteen digits fit whatever they are.
        let safeEnd = min(text.count, index &+ 18)
        while index < safeEnd {
            let digit = unsafe text[index] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            magnitude = magnitude &* 10 &+ UInt64(digit)
            index &+= 1
        }
        while index < text.count {
            let digit = unsafe text[index] &- UInt8(ascii: "0")
            guard digit < 10, let next = appending(UInt64(digit), to: magnitude) else { return nil }
            magnitude = next
            index &+= 1
        }
        return signed(magnitude, isNegative)
    }

    /// Returns the value of a number with or without a fraction and an exponent, or `nil` when it is not whole or does
    /// not fit.
    static func any(_ text: UnsafeRawBufferPointer) -> Int64? {
        var magnitude: UInt64 = 0
        // How many zeros come after the digits that are in the magnitude, and which power of ten they all stand for.
        var (zeros, power, isFraction) = (0, 0, false)
        var index = unsafe text.first == UInt8(ascii: "-") ? 1 : 0
        while index < text.count {
            let byte = unsafe text[index]
            index += 1
            if byte == UInt8(ascii: ".") {
                isFraction = true
            } else if byte | 0x20 == UInt8(ascii: "e") {
                guard let exponent = unsafe exponent(text, from: index) else { return magnitude == 0 ? 0 : nil }
                power += exponent
                break
            } else {
                if isFraction { power -= 1 }
                zeros += 1
                guard byte != UInt8(ascii: "0") else { continue }
                for place in stride(from: zeros, to: 0, by: -1) {
                    let digit = place == 1 ? UInt64(byte &- UInt8(ascii: "0")) : 0
                    guard let next = appending(digit, to: magnitude) else { return nil }
                    magnitude = next
                }
                zeros = 0
            }
        }
        guard magnitude > 0 else { return 0 }
        power += zeros
        guard power >= 0, power < 20 else { return nil }
        for _ in 0..<power {
            guard let next = appending(0, to: magnitude) else { return nil }
            magnitude = next
        }
        return unsafe signed(magnitude, text.first == UInt8(ascii: "-"))
    }

    /// Returns the number after the letter of an exponent, or `nil` when no number of any use has it.
    static func exponent(_ text: UnsafeRawBufferPointer, from start: Int) -> Int? {
        guard start < text.count else { return nil }
        let sign = unsafe text[start]
        let hasSign = sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+")
        var value = 0
        for index in (hasSign ? start + 1 : start)..<text.count {
            value = value * 10 + Int(unsafe text[index] &- UInt8(ascii: "0"))
            guard value <= 1_000_000_000 else { return nil }
        }
        return sign == UInt8(ascii: "-") ? -value : value
    }

    private static func appending(_ digit: UInt64, to magnitude: UInt64) -> UInt64? {
        let (product, overflows) = magnitude.multipliedReportingOverflow(by: 10)
        let (sum, carries) = product.addingReportingOverflow(digit)
        return overflows || carries ? nil : sum
    }

    private static func signed(_ magnitude: UInt64, _ isNegative: Bool) -> Int64? {
        guard isNegative else { return Int64(exactly: magnitude) }
        return magnitude == 1 << 63 ? .min : Int64(exactly: magnitude).map { -$0 }
    }
}

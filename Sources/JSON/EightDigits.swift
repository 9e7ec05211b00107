/// Eight decimal digits, made all at once and stored as one word.
struct EightDigits {
    /// One more than the largest number of eight digits.
    static let limit: UInt64 = 100_000_000

    /// The digits from 0 to 9, the first in the lowest byte.
    private let values: UInt64

    /// Takes a number below ``limit`` apart: into two numbers of four digits, these into four of two, and these into
    /// digits.
    ///
    /// The numbers of a step lie side by side in one word and are divided together, by a multiplication and a shift that
    /// are exact for numbers as small as these.
    @inline(__always)
    init(_ number: UInt64) {
        let high = number / 10_000
        let fours = high | (number &- high &* 10_000) &<< 32
        let hundreds = (fours &* 10_486) &>> 20 & 0x7F_0000_007F
        let pairs = hundreds | (fours &- hundreds &* 100) &<< 16
        let tens = (pairs &* 103) &>> 10 & 0x000F_000F_000F_000F
        values = tens | (pairs &- tens &* 10) &<< 8
    }

    /// How many digits before the first that is not 0; at most 7, since the last digit of 0 is written.
    @inline(__always)
    var leadingZeros: Int { min(values.trailingZeroBitCount &>> 3, 7) }

    /// How many digits behind the last that is not 0; at most 7.
    @inline(__always)
    var trailingZeros: Int { min(values.leadingZeroBitCount &>> 3, 7) }

    /// Writes the digits without the first few.
    ///
    /// Eight bytes are written whatever is left out; the last of them then mean nothing.
    @inline(__always)
    func write(at place: UnsafeMutableRawPointer, without first: Int = 0) {
        let text = (values | 0x3030_3030_3030_3030) &>> UInt64(first &* 8)
        unsafe place.storeBytes(of: text.littleEndian, as: UInt64.self)
    }
}

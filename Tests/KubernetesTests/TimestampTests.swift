import Foundation
import Kubernetes
import Testing

@Suite("Times of the API")
struct TimestampTests {
    @Test(
        "are written in UTC, to the second or the microsecond",
        arguments: [
            (0 as Int64, "1970-01-01T00:00:00.000000Z"), (1_709_164_799_999_999, "2024-02-28T23:59:59.999999Z"),
            (1_709_251_199_000_001, "2024-02-29T23:59:59.000001Z"),
            (4_107_542_400_000_000, "2100-03-01T00:00:00.000000Z"),
            (951_782_400_000_000, "2000-02-29T00:00:00.000000Z"), (-1, "1969-12-31T23:59:59.999999Z"),
        ]
    )
    func known(microseconds: Int64, text: String) {
        #expect(Timestamp.micro(unixMicroseconds: microseconds) == text)
        #expect(Timestamp.seconds(unixMicroseconds: microseconds) == text.prefix(19) + "Z")
    }

    @Test("agree with Foundation on days over four hundred years")
    func agree() {
        for day in stride(from: 0 as Int64, to: 146_097, by: 89) {
            let date = Date(timeIntervalSince1970: TimeInterval(day) * 86_400 + 45_296)
            #expect(
                Timestamp.seconds(unixMicroseconds: (day * 86_400 + 45_296) * 1_000_000) == date.formatted(.iso8601)
            )
        }
    }
}

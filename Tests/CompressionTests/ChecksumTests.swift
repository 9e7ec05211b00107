import Compression
import Testing

@Suite("Checksums")
struct ChecksumTests {
    private func crc(_ bytes: [UInt8], after before: UInt32 = 0) -> UInt32 {
        unsafe bytes.withUnsafeBytes { unsafe Checksum.crc32c($0, after: before) }
    }

    @Test(
        "are those of RFC 3720, B.4",
        arguments: [
            ([UInt8](repeating: 0, count: 32), UInt32(0x8A91_36AA)), ([UInt8](repeating: 0xFF, count: 32), 0x62A8_AB43),
            (Array(0..<32), 0x46DD_794E), (Array("123456789".utf8), 0xE306_9283), ([], 0),
        ] as [([UInt8], UInt32)]
    )
    func known(bytes: [UInt8], checksum: UInt32) { #expect(crc(bytes) == checksum) }

    @Test("of two parts are those of the whole")
    func parts() {
        let bytes = (0..<10_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 7) }
        for cut in [0, 1, 7, 4096, 9999, 10_000] {
            #expect(crc(Array(bytes[cut...]), after: crc(Array(bytes[..<cut]))) == crc(bytes))
        }
    }
}

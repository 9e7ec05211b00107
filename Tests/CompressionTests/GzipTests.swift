import Compression
import Testing

@Suite("Chunked gzip")
struct GzipTests {
    /// Deflates `data` in chunks of `chunkBytes` and frames them as one member.
    static func member(
        _ data: [UInt8],
        chunkBytes: Int,
        _ deflater: ChunkDeflater,
        _ code: LearnedCode = LearnedCode()
    ) -> [UInt8] {
        var frame = GzipMember()
        var packed = GzipMember.header
        var output = [UInt8](repeating: 0, count: ChunkDeflater.bound(chunkBytes))
        for start in stride(from: 0, to: data.count, by: chunkBytes) {
            let chunk = Array(data[start..<min(start + chunkBytes, data.count)])
            let count = unsafe chunk.withUnsafeBytes { source in
                unsafe frame.add(source)
                return unsafe output.withUnsafeMutableBytes { unsafe deflater.deflate(source, into: $0, code: code) }
            }
            packed += output[..<count]
        }
        return packed + frame.trailer()
    }

    static func text(_ count: Int) -> [UInt8] {
        var state: UInt64 = 42
        return (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(97 + (state >> 33) % 20)
        }
    }

    static func noise(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }

    @Test(
        "Chunks behind one header are one gzip member with the right content",
        arguments: CompressionType.allCases.flatMap { type in type.levels.map { (type, $0) } },
        [0, 1, 100, 65_536, 300_000]
    )
    func roundTrip(engine: (CompressionType, Int), size: Int) throws {
        let deflater = ChunkDeflater(type: engine.0, level: engine.1)
        for data in [Self.text(size), Self.noise(size), [UInt8](repeating: 7, count: size)] {
            for chunkBytes in [4096, 65_536] {
                let packed = Self.member(data, chunkBytes: chunkBytes, deflater)
                #expect(try Gunzip.inflate(packed, limit: size) == data)
            }
        }
    }

    @Test("One compressor serves batches in turn without mixing them")
    func interleaved() throws {
        let deflater = ChunkDeflater(type: .isal, level: 1)
        let inputs = [Self.text(10_000), Self.text(20_000).reversed()]
        let codes = [LearnedCode(), LearnedCode()]
        var frames = [GzipMember(), GzipMember()]
        var packed = [GzipMember.header, GzipMember.header]
        var output = [UInt8](repeating: 0, count: ChunkDeflater.bound(1000))
        for start in stride(from: 0, to: 20_000, by: 1000) {
            for index in 0...1 where start < inputs[index].count {
                let chunk = Array(inputs[index][start..<start + 1000])
                let count = unsafe chunk.withUnsafeBytes { source in
                    unsafe frames[index].add(source)
                    return unsafe output.withUnsafeMutableBytes {
                        unsafe deflater.deflate(source, into: $0, code: codes[index])
                    }
                }
                packed[index] += output[..<count]
            }
        }
        for index in 0...1 {
            let whole = packed[index] + frames[index].trailer()
            #expect(try Gunzip.inflate(whole, limit: 1 << 20) == inputs[index])
        }
    }

    @Test("A code learned from one kind of data writes every other, also what cannot be made smaller")
    func foreignCode() throws {
        let deflater = ChunkDeflater(type: .isal, level: 1)
        let code = LearnedCode()
        _ = Self.member([UInt8](repeating: 65, count: 65_536), chunkBytes: 65_536, deflater, code)
        for data in [Self.text(50_000), Self.noise(50_000), Array((0...255).reversed())] {
            let packed = Self.member(data, chunkBytes: 4096, deflater, code)
            #expect(try Gunzip.inflate(packed, limit: data.count) == data)
            // At worst the bytes are stored.
            #expect(packed.count <= ChunkDeflater.bound(data.count) + 20)
        }
    }

    @Test("A code is learned again when much larger chunks come, and serves small ones better than ISA-L's own")
    func learning() {
        let rows = (0..<4000).map { "{\"device\":\"d-\($0 % 37)\",\"value\":\($0 * 7919 % 10007)}\n" }.joined()
        let data = Array(rows.utf8)
        let learned = ChunkDeflater(type: .isal, level: 1)
        let code = LearnedCode()
        let first = Self.member(Array(data[..<200]), chunkBytes: 200, learned, code)
        let second = Self.member(data, chunkBytes: 8192, learned, code)
        let builtIn = Self.member(data, chunkBytes: 8192, ChunkDeflater(type: .isal, level: 0))
        #expect(!first.isEmpty && second.count * 100 < builtIn.count * 95)
        // This code was learned from something else of the same size, so it is not learned again yet.
        let stale = LearnedCode()
        _ = Self.member([UInt8](repeating: 0, count: 8000), chunkBytes: 8000, learned, stale)
        #expect(Self.member(data, chunkBytes: 8192, learned, stale).count > second.count)
    }

    @Test("Several members unpack to one text, also when they come byte by byte")
    func members() throws {
        let deflater = ChunkDeflater(type: .zlib, level: 1)
        let packed = ["one ", "two"].flatMap { Self.member(Array($0.utf8), chunkBytes: 64, deflater) }
        #expect(try Gunzip.inflate(packed, limit: 7) == Array("one two".utf8))
        let stream = GunzipStream(bufferBytes: 2)
        var text: [UInt8] = []
        for byte in packed { unsafe try stream.push([byte]) { unsafe text.append(contentsOf: $0) } }
        try stream.finish()
        #expect(text == Array("one two".utf8))
    }

    @Test("Damaged, cut and oversized data is refused by kind")
    func failures() {
        let packed = Self.member(Self.text(5000), chunkBytes: 4096, ChunkDeflater(type: .isal, level: 1))
        var damaged = packed
        damaged[damaged.count - 6] ^= 1
        #expect(throws: CompressionError.self) { try Gunzip.inflate(damaged, limit: 1 << 20) }
        let cut = #expect(throws: CompressionError.self) {
            try Gunzip.inflate(Array(packed.dropLast(4)), limit: 1 << 20)
        }
        #expect(cut?.code == .truncated)
        let large = #expect(throws: CompressionError.self) { try Gunzip.inflate(packed, limit: 4999) }
        #expect(large?.code == .tooLarge)
        let text = #expect(throws: CompressionError.self) { try Gunzip.inflate(Array("plain".utf8), limit: 10) }
        #expect(text?.code == .corrupt)
    }
}

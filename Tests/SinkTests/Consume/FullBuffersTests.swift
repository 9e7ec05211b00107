import Testing

@testable import Sink

@Suite("Buffers that stay full")
struct FullBuffersTests {
    @Test("are told once after two minutes, and once when they have room again")
    func tells() {
        var buffers = FullBuffers()
        let changes = stride(from: 0, through: 300, by: 60).map { buffers.note(isFull: true, .seconds($0)) }
        #expect(changes == [nil, nil, .lasts(.seconds(120)), nil, nil, nil])
        #expect(buffers.note(isFull: false, .seconds(301)) == .isOver)
        #expect(buffers.note(isFull: false, .seconds(302)) == nil)
    }

    @Test("are not told when they empty in between")
    func forgets() {
        var buffers = FullBuffers()
        #expect(buffers.note(isFull: true, .seconds(0)) == nil)
        #expect(buffers.note(isFull: false, .seconds(100)) == nil)
        #expect(buffers.note(isFull: true, .seconds(101)) == nil)
        #expect(buffers.note(isFull: true, .seconds(220)) == nil)
        #expect(buffers.note(isFull: true, .seconds(221)) == .lasts(.seconds(120)))
    }
}

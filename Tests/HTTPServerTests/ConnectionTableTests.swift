import Testing

@testable import HTTPServer

@Suite("The table of connections")
struct ConnectionTableTests {
    private let one = PeerAddress(1)
    private let two = PeerAddress(2)

    private func table(all: Int = 100, perAddress: Int = 100, timeout: Duration? = nil) -> ConnectionTable {
        ConnectionTable(maximumConnections: all, maximumPerAddress: perAddress, exchangeTimeout: timeout)
    }

    @Test("lets as many in as fit, then closes the one that has waited longest")
    func room() {
        var table = table(all: 3)
        for descriptor: Int32 in 1...3 { #expect(table.open(descriptor, from: one, at: .seconds(1)).isEmpty) }
        table.finishExchange(1, at: .seconds(2))
        #expect(table.open(4, from: one, at: .seconds(3)) == [2])
        #expect(table.open(5, from: two, at: .seconds(3)) == [3])
        table.remove(1)
        #expect(table.open(6, from: one, at: .seconds(3)).isEmpty)
    }

    @Test("closes nobody who is being answered")
    func answering() {
        var table = table(all: 2)
        for descriptor: Int32 in 1...2 {
            _ = table.open(descriptor, from: one, at: .zero)
            table.startAnswering(descriptor)
        }
        #expect(table.open(3, from: one, at: .zero).isEmpty)
        table.finishAnswering(2)
        #expect(table.open(4, from: one, at: .zero) == [2])
    }

    @Test("lets the addresses that have most make room, and each for itself at its own limit")
    func addresses() {
        var table = table(all: 4, perAddress: 3)
        for descriptor: Int32 in 1...3 { _ = table.open(descriptor, from: one, at: .zero) }
        #expect(table.open(4, from: two, at: .zero).isEmpty)
        #expect(table.open(5, from: two, at: .zero) == [1])
        // Both have two now, so the one that wants another connection pays.
        #expect(table.open(6, from: two, at: .zero) == [4])
        #expect(table.open(7, from: two, at: .zero) == [5])
    }

    @Test("closes each when its time for an exchange is over, and only once")
    func time() {
        var table = table(timeout: .seconds(10))
        #expect(table.nextExpiry == nil)
        _ = table.open(1, from: one, at: .seconds(1))
        _ = table.open(2, from: one, at: .seconds(2))
        table.startAnswering(2)
        #expect(table.nextExpiry == .seconds(11))
        #expect(table.expired(at: .seconds(10)).isEmpty)
        #expect(table.expired(at: .seconds(11)) == [1])
        #expect(table.expired(at: .seconds(12)) == [2])
        #expect(table.expired(at: .seconds(13)).isEmpty)
        #expect(table.nextExpiry == nil)
    }

    @Test("begins the time anew with each request")
    func next() {
        var table = table(timeout: .seconds(10))
        _ = table.open(1, from: one, at: .zero)
        table.startAnswering(1)
        table.finishExchange(1, at: .seconds(9))
        #expect(table.expired(at: .seconds(18)).isEmpty)
        #expect(table.expired(at: .seconds(19)) == [1])
    }
}

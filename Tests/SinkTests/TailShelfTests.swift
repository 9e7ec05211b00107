import Testing

@testable import Sink

@Suite("Raw tails")
struct TailShelfTests {
    /// An open batch that does nothing but hold a tail, and notes the chunks that it is made to compress.
    private final class Holder {
        let shelf: TailShelf
        private(set) var tail: LaneTail?
        private(set) var chunks: [Int] = []

        init(_ shelf: TailShelf) { self.shelf = shelf }

        /// Appends rows as an encoder does: grow, else compress, else borrow.
        func append(_ bytes: Int) {
            while true {
                let tail = self.tail ?? open()
                if tail.capacity - tail.used >= bytes {
                    tail.used += bytes
                    return
                }
                if shelf.grow(tail) { continue }
                if tail.used > 0 { compress() } else { tail.reserve(bytes + LaneTail.slackBytes) }
            }
        }

        func close() {
            guard let tail else { return }
            shelf.close(tail)
            self.tail = nil
        }

        private func open() -> LaneTail {
            let tail = shelf.open { [unowned self] in
                compress()
                close()
            }
            self.tail = tail
            return tail
        }

        private func compress() {
            guard let tail, tail.used > 0 else { return }
            chunks.append(tail.used)
            tail.clear()
        }
    }

    @Test("A tail grows to 64 KiB and no further while there is room")
    func growth() {
        let budget = TailBudget(bytes: 1 << 20)
        let holder = Holder(TailShelf(budget: budget, lanes: 2))
        for _ in 0..<130 { holder.append(1024) }
        #expect(holder.chunks == [64 << 10, 64 << 10])
        #expect(budget.used == 64 << 10)
        holder.close()
        #expect(budget.used == 0)
    }

    @Test("Quiet partitions give their memory to busy ones, whose chunks stay large")
    func bursts() {
        let budget = TailBudget(bytes: 1 << 20)
        let shelf = TailShelf(budget: budget, lanes: 1)
        let holders = (0..<200).map { _ in Holder(shelf) }
        for holder in holders {
            for _ in 0..<300 { holder.append(1024) }
            #expect(budget.used <= budget.limit)
        }
        let chunks = holders.flatMap(\.chunks)
        #expect(chunks.filter { $0 == 64 << 10 }.count == 200 * 4)
    }

    @Test("A trickle to each of many partitions makes chunks above their equal share")
    func trickle() {
        let budget = TailBudget(bytes: 1 << 20)
        let shelf = TailShelf(budget: budget, lanes: 1)
        let holders = (0..<100).map { _ in Holder(shelf) }
        for _ in 0..<200 {
            for holder in holders { holder.append(1000) }
            #expect(budget.used <= budget.limit)
        }
        let chunks = holders.flatMap(\.chunks)
        #expect(chunks.reduce(0, +) / chunks.count > (1 << 20) / 100)
    }

    @Test("A record larger than any tail is borrowed for and given back")
    func oversized() {
        let budget = TailBudget(bytes: 256 << 10)
        let holder = Holder(TailShelf(budget: budget, lanes: 1))
        holder.append(1_000_000)
        #expect(holder.tail?.used == 1_000_000)
        holder.append(10)
        #expect(holder.chunks == [1_000_000])
        #expect((holder.tail?.capacity ?? 0) <= 64 << 10)
    }

    @Test("A budget without room for every tail still gives each the least")
    func overdraft() {
        let budget = TailBudget(bytes: 2 << 10)
        let holder = Holder(TailShelf(budget: budget, lanes: 1))
        for _ in 0..<10 { holder.append(1000) }
        #expect(holder.chunks.allSatisfy { $0 == 4000 } && holder.chunks.count == 2)
    }
}

/// The raw tails of a lane's open batches, within the lane's share of ``TailBudget``.
///
/// A tail starts small and doubles as rows come. When the share is used up and a tail must grow, tails that are larger
/// are compressed although they are not full, and give their memory back. The largest go first, since a larger chunk
/// compresses better. So a few busy partitions have tails of 64 KiB, whatever hundreds of quiet ones hold, and a thousand
/// partitions with a few rows each still make chunks twice as large as an equal share would be.
///
/// Used by its lane alone.
final class TailShelf {
    /// A tail's place: its size class, and where in the class it stands.
    struct Place {
        fileprivate var size: Int
        fileprivate var index: Int
    }

    /// How many tails of the largest class are looked at for the one with the most rows.
    private static let candidates = 8

    private let budget: TailBudget
    private let limit: Int
    private var used = 0
    /// By size class: 4 KiB, 8 KiB … 64 KiB.
    private var classes: [[LaneTail]]
    private var cursor = 0

    /// Creates an empty shelf.
    /// - Parameters:
    ///   - budget: Counts every byte.
    ///   - lanes: How many shelves share the budget.
    init(budget: TailBudget, lanes: Int) {
        self.budget = budget
        limit = budget.limit / lanes
        var count = 1
        while TailBudget.tailBytes.lowerBound << count <= TailBudget.tailBytes.upperBound { count += 1 }
        classes = Array(repeating: [], count: count)
    }

    deinit { budget.note(-used) }

    /// Returns a tail of the least size.
    /// - Parameter evict: Compresses the tail's rows although it is not full, and closes it.
    func open(evict: @escaping () -> Void) -> LaneTail {
        makeRoom(for: TailBudget.tailBytes.lowerBound, atLeast: 0)
        let tail = LaneTail(bytes: TailBudget.tailBytes.lowerBound, evict: evict)
        place(tail, 0)
        count(TailBudget.tailBytes.lowerBound)
        return tail
    }

    /// Doubles a tail, or returns `false` when it has the greatest size, or when no larger tail could give memory back;
    /// the caller then compresses the tail's own rows.
    func grow(_ tail: LaneTail) -> Bool {
        guard let size = tail.place?.size, size + 1 < classes.count, tail.isInClass else { return false }
        let bytes = TailBudget.tailBytes.lowerBound << size
        guard makeRoom(for: bytes, atLeast: size + 1) else { return false }
        remove(tail)
        tail.resize(to: bytes * 2)
        place(tail, size + 1)
        count(bytes)
        return true
    }

    /// Takes a tail's memory back.
    func close(_ tail: LaneTail) {
        guard let size = tail.place?.size else { return }
        remove(tail)
        tail.place = nil
        count(-(TailBudget.tailBytes.lowerBound << size))
    }

    /// Evicts tails of the size class `least` and larger until `bytes` fit.
    /// - Returns: Whether they fit.
    @discardableResult
    private func makeRoom(for bytes: Int, atLeast least: Int) -> Bool {
        while used + bytes > limit {
            guard let largest = classes.indices.last(where: { !classes[$0].isEmpty }), largest >= least else {
                return false
            }
            fullest(of: classes[largest]).evict()
        }
        return true
    }

    private func fullest(of tails: [LaneTail]) -> LaneTail {
        cursor &+= 1
        var best = tails[cursor % tails.count]
        for step in 1..<max(2, min(Self.candidates, tails.count)) {
            let other = tails[(cursor &+ step) % tails.count]
            if other.used > best.used { best = other }
        }
        return best
    }

    private func place(_ tail: LaneTail, _ size: Int) {
        tail.place = Place(size: size, index: classes[size].count)
        classes[size].append(tail)
    }

    private func remove(_ tail: LaneTail) {
        guard let place = tail.place else { return }
        let last = classes[place.size].removeLast()
        if last !== tail {
            classes[place.size][place.index] = last
            last.place?.index = place.index
        }
    }

    private func count(_ bytes: Int) {
        used += bytes
        budget.note(bytes)
    }
}

/// One storage queue: messages in order, hidden from others while somebody works on them.
///
/// A message is visible, hidden until a time, or gone (deleted or expired). Reading hides it and gives a new receipt;
/// only the latest receipt deletes it, so that a reader that was too slow cannot delete what another one now has.
struct MessageQueue: Sendable {
    private var messages: [Int: QueueMessage] = [:]
    private var first = 0
    private var next = 0
    private var receipts = 0
    /// Bytes of text in all messages.
    private(set) var bytes = 0

    /// How many messages there are, hidden ones included.
    var count: Int { messages.count }

    /// Puts a message at the end.
    mutating func put(_ text: String, now: Int64, expires: Int64, visible: Int64) -> QueueMessage {
        let receipt = makeReceipt()
        let message = QueueMessage(
            number: next,
            id: Self.identifier(next),
            text: text,
            inserted: now,
            expires: expires,
            visible: visible,
            popReceipt: receipt
        )
        messages[next] = message
        next += 1
        bytes += text.utf8.count
        return message
    }

    /// Looks at the first visible messages and changes nothing.
    func peek(_ limit: Int, now: Int64) -> [QueueMessage] {
        var found: [QueueMessage] = []
        var number = first
        while number < next, found.count < limit {
            if let message = messages[number], message.visible <= now, message.expires > now { found.append(message) }
            number += 1
        }
        return found
    }

    /// Takes the first visible messages and hides them.
    mutating func take(_ limit: Int, now: Int64, hiddenUntil: Int64) -> [QueueMessage] {
        dropExpired(now)
        return peek(limit, now: now).map { message in
            var taken = message
            taken.visible = hiddenUntil
            taken.dequeueCount += 1
            taken.popReceipt = makeReceipt()
            messages[message.number] = taken
            return taken
        }
    }

    /// Deletes a message; returns whether the receipt was its latest.
    mutating func delete(id: String, popReceipt: String) -> Bool {
        guard let number = Self.number(id), let message = messages[number], message.popReceipt == popReceipt else {
            return false
        }
        remove(number)
        return true
    }

    /// Deletes all messages.
    mutating func removeAll() {
        messages = [:]
        first = next
        bytes = 0
    }

    /// The next time at which a hidden message becomes visible, if any.
    func nextVisible(after now: Int64) -> Int64? { messages.values.lazy.map(\.visible).filter { $0 > now }.min() }

    private mutating func dropExpired(_ now: Int64) {
        while first < next {
            if let message = messages[first] {
                guard message.expires <= now else { return }
                remove(first)
            } else {
                first += 1
            }
        }
    }

    private mutating func remove(_ number: Int) {
        if let message = messages.removeValue(forKey: number) { bytes -= message.text.utf8.count }
        while first < next, messages[first] == nil { first += 1 }
    }

    private mutating func makeReceipt() -> String {
        receipts += 1
        return "r\(DateTimeText.padded(Int64(receipts), 10))"
    }

    private static func identifier(_ number: Int) -> String {
        "00000000-0000-4000-8000-" + DateTimeText.padded(Int64(number), 12)
    }

    private static func number(_ id: String) -> Int? { id.split(separator: "-").last.flatMap { Int($0) } }
}

/// The members of a JSON object, in the order in which they were set first.
///
/// Two objects are equal when they have the same members, whatever their order.
package struct JSONObject: Sendable, Sequence, ExpressibleByDictionaryLiteral {
    /// One member.
    package typealias Element = (key: String, value: JSONValue)

    /// From this number of members on an index is kept; for fewer, comparing the names one by one is faster.
    private static let indexedCount = 12

    private var members: [Element] = []
    private var positions: [ExactName: Int] = [:]

    /// Creates an object without members.
    package init() {}

    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        for (key, value) in elements { self[key] = value }
    }

    /// Creates an object of members; of those with the same name the last wins.
    package init(_ members: some Sequence<(String, JSONValue)>) {
        for (key, value) in members { self[key] = value }
    }

    /// The names in order.
    package var keys: [String] { members.map(\.key) }
    /// The values in order.
    package var values: [JSONValue] { members.map(\.value) }
    /// How many members there are.
    package var count: Int { members.count }
    /// Whether there are no members.
    package var isEmpty: Bool { members.isEmpty }

    /// The value of a member; setting `nil` removes it.
    package subscript(_ key: String) -> JSONValue? {
        get { position(of: key).map { members[$0].value } }
        set {
            switch (position(of: key), newValue) {
            case (let position?, let value?): members[position].value = value
            case (let position?, nil):
                members.remove(at: position)
                positions = [:]
                indexIfLarge()
            case (nil, let value?):
                members.append((key, value))
                if positions.isEmpty { indexIfLarge() } else { positions[ExactName(text: key)] = members.count - 1 }
            case (nil, nil): break
            }
        }
    }

    package func makeIterator() -> IndexingIterator<[Element]> { members.makeIterator() }

    private func position(of key: String) -> Int? {
        guard positions.isEmpty else { return positions[ExactName(text: key)] }
        let name = ExactName(text: key)
        return members.firstIndex { ExactName(text: $0.key) == name }
    }

    private mutating func indexIfLarge() {
        guard members.count >= Self.indexedCount else { return }
        for (position, member) in members.enumerated() { positions[ExactName(text: member.key)] = position }
    }
}

/// A name compared by its code points: in JSON, unlike in Swift, a composed letter is not its decomposed twin.
private struct ExactName: Hashable, Sendable {
    let text: String

    static func == (left: ExactName, right: ExactName) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }

    func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { bytes in unsafe hasher.combine(bytes: UnsafeRawBufferPointer(bytes)) }
    }
}

extension JSONObject: Hashable {
    package static func == (left: JSONObject, right: JSONObject) -> Bool {
        left.count == right.count && left.allSatisfy { right[$0.key] == $0.value }
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(count)
        // Order must not matter, so the members' hashes are summed.
        hasher.combine(
            members.reduce(0) { sum, member in
                var one = Hasher()
                one.combine(member.key)
                one.combine(member.value)
                return sum &+ one.finalize()
            }
        )
    }
}

import Testing

@testable import Cryptography

@Suite("Java's order of names")
struct JavaHashOrderTests {
    @Test("is that of a HashMap")
    func order() {
        // Java's String.hashCode is 115,776,262 for zebra, 110,119 for old and -1,357,712,437 for client.
        #expect(JavaHashOrder.indices(of: ["client", "old", "zebra"]) == [2, 1, 0])
        // Both are 2,112.
        #expect(JavaHashOrder.indices(of: ["BB", "Aa"]) == [0, 1])
        #expect(JavaHashOrder.indices(of: ["Aa", "BB"]) == [0, 1])
        #expect(JavaHashOrder.indices(of: []) == [])
    }

    @Test("changes when there are more than three quarters as many names as buckets")
    func growth() {
        // The hash codes are 48 to 57 and 65 to 70, of which with 16 buckets Q and A would share one.
        let twelve = ["Q", "A"] + (0..<10).map(String.init)
        #expect(JavaHashOrder.indices(of: twelve).prefix(3) == [2, 0, 1])
        let thirteen = ["Q", "A", "B"] + (0..<10).map(String.init)
        // With 32 buckets A is in 1, B in 2, and Q, like 1, in 17.
        #expect(JavaHashOrder.indices(of: thirteen).prefix(5) == [1, 2, 3, 0, 4])
    }
}

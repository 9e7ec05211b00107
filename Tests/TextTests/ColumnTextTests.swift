import Testing
import Text

@Suite("Text in columns")
struct ColumnTextTests {
    @Test("has cells under each other, and no blanks at the end of a line")
    func columns() {
        let text = ColumnText.text([["a", "b", "first"], ["long", "", ""]], indent: 2, width: nil)
        #expect(text == "  a     b  first\n  long\n")
    }

    @Test("wraps the last cell within its column")
    func wraps() {
        let text = ColumnText.text([["name", "one two three four five six seven eight"]], width: 34)
        #expect(text == "name  one two three four five six\n      seven eight\n")
    }

    @Test("goes below a cell that is longer than its column may be")
    func longLabels() {
        let text = ColumnText.text([["a", "x"], ["very long", "y"]], longest: 4, width: nil)
        #expect(text == "a  x\nvery long\n   y\n")
    }

    @Test("goes below everything where there is no room beside it")
    func narrow() {
        let text = ColumnText.text([["a rather long label", "one two three four five"]], width: 24)
        #expect(text == "a rather long label\n    one two three four\n    five\n")
    }

    @Test("is wrapped between words only", arguments: [1, 7, 80])
    func words(width: Int) {
        let lines = WrappedText.lines("a word that_is_much_longer_than_the_line b", width: width)
        #expect(lines.joined(separator: " ") == "a word that_is_much_longer_than_the_line b")
        #expect(lines.allSatisfy { $0.count <= width || !$0.contains(" ") })
        #expect(WrappedText.lines("", width: width) == [""])
    }
}

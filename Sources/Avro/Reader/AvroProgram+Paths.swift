extension AvroProgram {
    /// Returns where a value belongs.
    /// - Parameters:
    ///   - pc: The instruction that reads it.
    ///   - opened: The instructions that opened what is around it, the outermost first, with the number of the item.
    func path(of pc: Int, _ opened: [(opener: Int, index: Int)]) -> String {
        var text = ""
        var indexes: [Int] = []
        for (opener, index) in opened {
            if unsafe code[opener].operation == .call {
                append(unsafe Int(code[opener].path), indexes, to: &text)
                indexes = []
            } else {
                indexes.append(index)
            }
        }
        append(unsafe Int(code[pc].path), indexes, to: &text)
        return text
    }

    /// Appends the steps from a root, or from a record that is called, to a value.
    private func append(_ end: Int, _ indexes: [Int], to text: inout String) {
        var steps: [AvroPathStep.Kind] = []
        var place = end
        while place != 0 {
            steps.append(paths[place].kind)
            place = paths[place].parent
        }
        var indexes = indexes[...]
        for step in steps.reversed() {
            switch step {
            case .root: break
            case .field(let name): text += text.isEmpty ? name : ".\(name)"
            case .item: text += "[\(indexes.popFirst() ?? 0)]"
            case .entry:
                _ = indexes.popFirst()
                text += "{}"
            }
        }
    }
}

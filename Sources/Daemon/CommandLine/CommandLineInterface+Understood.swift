extension CommandLineInterface {
    /// Reads a command line, which begins with the program's own name, as far as it can be understood.
    ///
    /// It is for what has to be known also of a line that is wrong: whether a service was asked for.
    func understood(_ arguments: [String]) -> Arguments {
        let options = unitedOptions
        let scan = OptionScanner.scan(Array(arguments.dropFirst()), options: options)
        var result = Arguments()
        for case .option(let index, let value) in scan.items {
            result.given[options[index].name, default: []].append(value ?? "")
        }
        let word = scan.operands.first
        let named = commands.first { $0.name == word }
        let command = named ?? (word == nil || implied?.operands.isEmpty == false ? implied : nil)
        result.command = command.flatMap { $0.name.isEmpty ? nil : $0.name }
        return result
    }
}

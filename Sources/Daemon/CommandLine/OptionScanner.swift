internal import CGlibc
internal import Glibc
internal import Synchronization

/// One pass of glibc's `getopt_long` over a command line.
enum OptionScanner {
    /// What was found, in the order of the line.
    enum Item {
        case option(Int, value: String?)
        case unknown(String), ambiguous(String)
        case missingValue(Int), unexpectedValue(Int)
    }

    /// `getopt_long` keeps its place in global variables.
    private static let lock = Mutex(())
    /// Values of `option.val` start here, above every character.
    private static let firstLong: Int32 = 0x1000

    /// Reads `arguments`, without the program's name.
    static func scan(
        _ arguments: [String],
        options: [CommandLineOption]
    ) -> (items: [Item], operands: [String]) {
        lock.withLock { _ in scanLocked(arguments, options) }
    }

    private static func scanLocked(
        _ arguments: [String],
        _ options: [CommandLineOption]
    ) -> (items: [Item], operands: [String]) {
        let names = unsafe options.map { unsafe strdup($0.name) }
        defer { unsafe names.forEach { unsafe free($0) } }
        var table = unsafe options.indices.map { index in
            unsafe option(
                name: unsafe UnsafePointer(names[index]),
                has_arg: options[index].valueName == nil ? 0 : 1,
                flag: nil,
                val: firstLong + Int32(index)
            )
        }
        unsafe table.append(option())
        // A leading colon makes a missing value ':' instead of '?'.
        let short = options.reduce(into: ":") { text, option in
            guard let letter = option.short else { return }
            text += "\(letter)\(option.valueName == nil ? "" : ":")"
        }
        var vector = unsafe ([""] + arguments).map { unsafe strdup($0) }
        // getopt reorders the vector; the copies are freed from it, each once, whatever their order.
        defer { unsafe vector.forEach { unsafe free($0) } }
        unsafe vector.append(nil)
        cglibc_getopt_restart()

        var items: [Item] = []
        while true {
            let code = unsafe getopt_long(Int32(arguments.count + 1), &vector, short, table, nil)
            guard code != -1 else { break }
            if let index = index(of: code, options) {
                let value = unsafe cglibc_optarg().map { unsafe String(cString: $0) }
                items.append(.option(index, value: options[index].valueName == nil ? nil : value))
            } else if code == Int32(UInt8(ascii: ":")), let index = index(of: cglibc_optopt(), options) {
                items.append(.missingValue(index))
            } else {
                unsafe items.append(refused(vector, options))
            }
        }
        let operands = unsafe vector[Int(cglibc_optind())...].compactMap {
            unsafe $0.map { unsafe String(cString: $0) }
        }
        return (items, operands)
    }

    /// Returns the option that `getopt_long` means by a code: a letter, or a place in the table.
    private static func index(of code: Int32, _ options: [CommandLineOption]) -> Int? {
        if code >= firstLong { return Int(code - firstLong) }
        guard code > 0, code < 128, let scalar = UnicodeScalar(UInt32(code)) else { return nil }
        return options.firstIndex { $0.short == Character(scalar) }
    }

    private static func refused(
        _ vector: [UnsafeMutablePointer<CChar>?],
        _ options: [CommandLineOption]
    ) -> Item {
        let letter = cglibc_optopt()
        if letter >= firstLong { return .unexpectedValue(Int(letter - firstLong)) }
        if letter > 0, letter < 128 { return .unknown("-\(Character(UnicodeScalar(UInt8(letter))))") }
        // A long option: the word that was just passed over.
        guard let word = unsafe vector[Int(cglibc_optind()) - 1].map({ unsafe String(cString: $0) }) else {
            return .unknown("")
        }
        let name = word.split(separator: "=", maxSplits: 1).first.map(String.init) ?? word
        let isPrefix = options.count { $0.name.hasPrefix(name.drop { $0 == "-" }) } > 1
        return isPrefix && name.count > 2 ? .ambiguous(name) : .unknown(name)
    }
}

/// The manual page of a program, in the macros of man(7).
enum ManualPage {
    /// Returns the page; nothing in it changes from one day to the next.
    static func page(of interface: CommandLineInterface) -> String {
        let name = escaped(interface.name)
        let version = interface.version.split(separator: " ").first ?? ""
        var page = """
            .\\" Made by: \(interface.name) man
            .TH \(escaped(interface.name.uppercased())) 1 "" "kusto\\-sink \(version)" "kusto\\-sink"
            .SH NAME
            \(name) \\- \(sentence(interface.summary))
            .SH SYNOPSIS

            """
        for line in interface.usageLines { page += ".nf\n\(escaped(line))\n.fi\n" }
        page += ".SH DESCRIPTION\n\(text(interface.summary))\n"
        for paragraph in interface.details { page += ".PP\n\(text(paragraph))\n" }
        if let implied = interface.implied, implied.name.isEmpty {
            page += ".SH OPTIONS\n" + options(implied.options)
        }
        page += ".SH COMMANDS\n"
        for command in interface.commands { page += section(for: command, of: interface) }
        page += ".SH COMMON OPTIONS\n" + options(CommandLineCommand.commonOptions)
        if !interface.exits.isEmpty { page += ".SH EXIT STATUS\n" + exits(interface.exits) }
        if !interface.environment.isEmpty {
            page += ".SH ENVIRONMENT\n"
            for variable in interface.environment { page += item("\\fB\(escaped(variable.name))\\fR", variable.help) }
        }
        return page
    }

    private static func section(for command: CommandLineCommand, of interface: CommandLineInterface) -> String {
        var section = ".SS \(escaped(interface.usageLine(of: command)))\n\(text(command.help))\n"
        for paragraph in command.details { section += ".PP\n\(text(paragraph))\n" }
        for operand in command.operands { section += item("\\fI\(escaped(operand.name))\\fR", operand.help) }
        section += options(command.options)
        if !command.exits.isEmpty { section += ".PP\nExit status:\n.RS\n" + exits(command.exits) + ".RE\n" }
        return section
    }

    private static func options(_ options: [CommandLineOption]) -> String {
        options.map { option in
            let short = option.short.map { "\\fB\\-\($0)\\fR, " } ?? ""
            let value = option.valueName.map { " \\fI\(escaped($0))\\fR" } ?? ""
            return item("\(short)\\fB\\-\\-\(escaped(option.name))\\fR\(value)", option.description)
        }.joined()
    }

    private static func exits(_ exits: [CommandLineExit]) -> String {
        exits.map { item("\\fB\($0.code.rawValue)\\fR", $0.meaning) }.joined()
    }

    private static func item(_ label: String, _ words: String) -> String { ".TP\n\(label)\n\(text(words))\n" }

    /// The summary without what ends it, as the list of all pages (apropos(1)) has it.
    private static func sentence(_ summary: String) -> String {
        escaped(summary.hasSuffix(".") ? String(summary.dropLast()) : summary)
    }

    /// A paragraph, in which words in backticks are bold.
    private static func text(_ paragraph: String) -> String {
        let parts = paragraph.split(separator: "`", omittingEmptySubsequences: false)
        guard parts.count % 2 == 1 else { return line(escaped(paragraph)) }
        let words = parts.enumerated().map { $0 % 2 == 1 ? "\\fB\(escaped(String($1)))\\fR" : escaped(String($1)) }
        return line(words.joined())
    }

    /// Keeps the first sign of a line from making it a request.
    private static func line(_ text: String) -> String {
        text.hasPrefix(".") || text.hasPrefix("'") ? "\\&\(text)" : text
    }

    /// Text as groff takes it: with minus signs that can be copied, and every sign beyond ASCII by its number.
    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result += "\\e"
            case "-": result += "\\-"
            case "'": result += "\\(aq"
            case "\n": result += " "
            case _ where scalar.isASCII: result.unicodeScalars.append(scalar)
            default:
                let digits = String(scalar.value, radix: 16, uppercase: true)
                result += "\\[u\(String(repeating: "0", count: max(0, 4 - digits.count)))\(digits)]"
            }
        }
        return result
    }
}

import Daemon
import Glibc

/// Standard output: lines that stay, and one that tells how things go right now.
///
/// On a terminal that line is rewritten in place, in colour unless `NO_COLOR` is set. Elsewhere it is written once a
/// second. Every line is out when a method returns, so that it stands before what others write later.
final class Screen {
    /// How a piece of text looks where there is colour.
    enum Style: String {
        case bold = "1"
        case dim = "2"
        case red = "31"
        case green = "32"
        case yellow = "33"
        case cyan = "36"
    }

    /// How many characters a line has at most that is broken by ``quote(_:as:)``.
    private static let width = 96

    private let terminal: Terminal
    private let start = ContinuousClock.now
    private var lastLive: ContinuousClock.Instant?
    private var isLive = false

    init(_ terminal: Terminal = .output) { self.terminal = terminal }

    /// Seconds since the demo began.
    var seconds: Double { (ContinuousClock.now - start) / .seconds(1) }

    /// Writes lines that stay.
    func say(_ text: String = "") {
        write((isLive ? "\r\u{1B}[2K" : "") + text + "\n")
        isLive = false
    }

    /// Begins a part of the story.
    func heading(_ text: String) {
        say()
        say(styled(text, .bold, .cyan))
    }

    /// Shows how things go right now, after the time since the start.
    func live(_ text: String) {
        let line = "  \(Figures.padded(Figures.seconds(seconds), 5)) s  \(text)"
        if let width = terminal.width {
            // A line that wraps could not be rewritten.
            write("\r\u{1B}[2K" + styled(String(line.prefix(width - 1)), .dim))
            isLive = true
        } else if lastLive.map({ ContinuousClock.now - $0 >= .seconds(1) }) ?? true {
            lastLive = .now
            write(line + "\n")
        }
    }

    /// Keeps the line that was shown last, and goes on below it.
    func keepLive() {
        if isLive { write("\n") }
        isLive = false
    }

    /// Shows what a program said, word for word, broken where it is longer than a line.
    func quote(_ text: String, as style: Style) {
        var line = ""
        for word in text.split(separator: " ", omittingEmptySubsequences: false) {
            if !line.isEmpty, line.count + 1 + word.count > Self.width {
                say("  " + styled("│ " + line, style))
                line = "  " + word
            } else {
                line += (line.isEmpty ? "" : " ") + word
            }
        }
        say("  " + styled("│ " + line, style))
    }

    /// Shows as much of a text as a line has room for.
    func excerpt(_ text: String, as style: Style) {
        say("  " + styled("│ " + (text.count <= Self.width ? text : text.prefix(Self.width - 1) + "…"), style))
    }

    /// The text in these styles, or as it is where there is no colour.
    func styled(_ text: String, _ styles: Style...) -> String {
        guard terminal.hasColours else { return text }
        return "\u{1B}[" + styles.map(\.rawValue).joined(separator: ";") + "m" + text + "\u{1B}[0m"
    }

    /// A sentence about something that is as it should be.
    func good(_ text: String) { say("  " + styled("✓", .green) + " " + text) }

    private func write(_ text: String) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            // A reader that has gone away must not keep the demo from ending in order.
            guard count > 0 || errno == EINTR else { return }
            bytes = bytes.dropFirst(max(0, count))
        }
    }
}

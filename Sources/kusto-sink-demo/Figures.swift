import Foundation

/// Numbers as people read them.
enum Figures {
    /// With a comma after each three digits.
    static func count(_ number: Int) -> String {
        var digits = String(number)
        var grouped = ""
        while digits.count > 3 {
            grouped = "," + digits.suffix(3) + grouped
            digits.removeLast(3)
        }
        return digits + grouped
    }

    /// With one digit after the point.
    static func seconds(_ number: Double) -> String { String(format: "%.1f", number) }

    /// In KiB below one MiB, in MiB from there on.
    static func bytes(_ number: Int) -> String {
        number < 1 << 20 ? "\(number >> 10) KiB" : String(format: "%.1f MiB", Double(number) / Double(1 << 20))
    }

    /// With blanks before it, up to a width.
    static func padded(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }

    /// A number and the noun that it counts.
    static func noun(_ number: Int, _ singular: String) -> String {
        "\(count(number)) \(singular)\(number == 1 ? "" : "s")"
    }
}

/// Which names Kafka allows.
enum KafkaName {
    /// Whether a topic may have this name.
    static func isTopic(_ name: String) -> Bool {
        (1...249).contains(name.utf8.count) && name != "." && name != ".."
            && name.unicodeScalars.allSatisfy(isNameCharacter)
    }

    /// Whether the character is an ASCII letter, a digit, a dot, an underscore or a hyphen.
    static func isNameCharacter(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", ".", "_", "-": true
        default: false
        }
    }
}

internal import Text

/// The word that somebody meant who wrote another one.
enum MeantWord {
    /// What other programs call the same.
    private static let synonyms = [
        "warn": "warning", "err": "error", "fatal": "error", "verbose": "debug", "beginning": "earliest",
        "smallest": "earliest", "largest": "latest", "end": "latest", "plaintext": "PLAINTEXT", "tls": "SSL",
        "sasl_tls": "SASL_SSL", "kerberos": "GSSAPI", "service_principal": "application", "msi": "managed_identity",
        "managedidentity": "managed_identity", "workloadidentity": "workload_identity", "wif": "workload_identity",
        "console": "text", "plain": "text", "gzip": "zlib", "zip": "zlib", "any": "all", "skip": "log",
        "continue": "log",
        "stop": "fail",
    ]

    /// Returns one of some words, or `nil` when nothing is like it.
    static func find(_ text: String, among words: [String]) -> String? {
        func plain(_ word: String) -> String { word.lowercased().filter { $0 != "_" && $0 != "-" && $0 != " " } }
        if let synonym = synonyms[text.lowercased()], words.contains(synonym) { return synonym }
        if let same = words.first(where: { plain($0) == plain(text) }) { return same }
        let nearest = NearestWord.find(
            text.lowercased(),
            among: words.map { $0.lowercased() },
            within: max(1, text.count / 3)
        )
        return words.first { $0.lowercased() == nearest }
    }

    /// What is said behind a sentence, or nothing.
    static func advice(for text: String, among words: [String]) -> String {
        find(text, among: words).map { "; did you mean \($0)?" } ?? ""
    }

    /// What a Boolean is written as elsewhere.
    static func boolean(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "yes", "y", "on", "1", "t", "enabled", "enable", "\"true\"", "'true'": true
        case "no", "n", "off", "0", "f", "disabled", "disable", "\"false\"", "'false'": false
        default: nil
        }
    }
}

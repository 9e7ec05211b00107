/// What is wrong with an envelope's schema or payload, and at which field.
struct EnvelopeFault: Error, Equatable {
    /// How many characters of a path are shown.
    private static let longestPath = 256

    /// What is wrong, to be read after the name of the field.
    let reason: String
    /// The path of the field, from the root; never a key of a map, which is data.
    private(set) var path = ""
    /// Creates a fault; the functions that pass it on add the path.
    init(_ reason: String) { self.reason = reason }

    /// The fault, seen from the field around.
    func within(_ step: String) -> EnvelopeFault {
        var fault = self
        fault.path = path.isEmpty || path.hasPrefix("[") || path.hasPrefix("{") ? step + path : "\(step).\(path)"
        return fault
    }

    /// A sentence about the part of the envelope in which the fault is.
    func sentence(about part: String) -> String {
        guard !path.isEmpty else { return "\(part) \(reason)" }
        let shown = path.count > Self.longestPath ? path.prefix(Self.longestPath) + "…" : path[...]
        return "the field \"\(shown)\" of \(part) \(reason)"
    }
}

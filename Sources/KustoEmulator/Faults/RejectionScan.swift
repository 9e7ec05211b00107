internal import Glibc

/// Looks for texts in the data of a source, which come in pieces.
struct RejectionScan {
    private let rejections: [Rejection]
    private let faults: FaultInjector
    /// The end of what came before, in which a text may begin.
    private var tail: [UInt8] = []
    private let overlap: Int

    /// Creates a scan for what the faults say about an event; `nil` when they say nothing.
    init?(_ faults: FaultInjector, _ event: FaultEvent) {
        rejections = faults.rejections(of: event)
        guard let longest = rejections.map(\.data.count).max() else { return nil }
        self.faults = faults
        overlap = longest - 1
    }

    /// Looks at more data.
    /// - Throws: ``IngestionFailure`` when one of the texts is there.
    mutating func push(_ bytes: [UInt8]) throws(IngestionFailure) {
        let text = tail.isEmpty ? bytes : tail + bytes
        for rejection in rejections where Self.holds(text, rejection.data) && faults.found(rejection.fault) {
            throw IngestionFailure(rejection.code, "the data hold what a fault was set on")
        }
        // A text that lies in the tail alone was found there already, unless its fault let it pass.
        tail = Array(text.suffix(overlap))
    }

    private static func holds(_ text: [UInt8], _ part: [UInt8]) -> Bool {
        unsafe text.withUnsafeBytes { text in
            unsafe part.withUnsafeBytes { part in
                guard let start = text.baseAddress, let sought = part.baseAddress else { return false }
                var place = 0
                while text.count - place >= part.count {
                    let room = text.count - place - part.count + 1
                    guard let hit = unsafe memchr(start + place, Int32(part[0]), room) else { return false }
                    if unsafe memcmp(hit, sought, part.count) == 0 { return true }
                    place = unsafe start.distance(to: UnsafeRawPointer(hit)) + 1
                }
                return false
            }
        }
    }
}

internal import SinkConfiguration

/// Where a group begins to read a partition for which it has no offset (`auto.offset.reset`).
package enum OffsetResetPolicy: Sendable, Hashable {
    /// At the first record that the partition has (`earliest`).
    case beginning
    /// After the last record that the partition has (`latest`).
    case end
    /// Nowhere: the worker stops, and somebody has to decide (`none`).
    case refuse
}

extension OffsetResetPolicy {
    /// Reads the policy of a consumer's properties.
    init(_ consumer: ClientProperties) {
        self =
            switch consumer["auto.offset.reset"] {
            case "earliest": .beginning
            case "error": .refuse
            default: .end
            }
    }
}

/// Where a group begins with a partition of which it has no offset (`auto.offset.reset`).
package enum OffsetResetPolicy: Sendable, Hashable {
    /// At the first record that the partition has (`earliest`).
    case beginning
    /// Behind the last record that the partition has (`latest`).
    case end
    /// Nowhere: the worker stops, and somebody has to decide (`none`).
    case refuse
}

internal import Glibc

/// A past fault that a debug build can be given again, to show that the randomised fault test would find it.
///
/// One is named by the environment variable `KUSTO_SINK_PLANT`; a release build has none of them.
enum PlantedFault: String {
    /// A partition from which nothing was read gets no offset in the group.
    case startNotCommitted = "start-not-committed"
    /// A retry posts a blob's URL again although its signature has ended.
    case staleURL = "stale-url"
    /// A corrupt batch is passed over.
    case corruptPassed = "corrupt-passed"
    /// When the log has lost its end, the group keeps its old, higher offset.
    case truncationIgnored = "truncation-ignored"
    /// Records that expired before they were read are passed over in silence.
    case expirySilent = "expiry-silent"
    /// A spilled batch that cannot be read back is dropped like one that ADX rejected.
    case spillDropped = "spill-dropped"

    #if DEBUG
    private static let planted = unsafe getenv("KUSTO_SINK_PLANT").flatMap {
        unsafe PlantedFault(rawValue: String(cString: $0))
    }

    /// Whether this process has the fault.
    var isPlanted: Bool { self == Self.planted }
    #else
    /// Whether this process has the fault: never.
    var isPlanted: Bool { false }
    #endif
}

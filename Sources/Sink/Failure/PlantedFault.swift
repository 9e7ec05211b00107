internal import Glibc

/// A fault of former times that a debug build can have again, so that the randomised fault test shows that it would find it.
///
/// One is named by the environment variable `KUSTO_SINK_PLANT`; a release build has none of them.
enum PlantedFault: String {
    /// A partition of which nothing was read gets no offset in the group.
    case startNotCommitted = "start-not-committed"
    /// A retry posts the URL of a blob again whose signature has ended.
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

    /// Whether this process shall have it.
    var isPlanted: Bool { self == Self.planted }
    #else
    /// Whether this process shall have it: never.
    var isPlanted: Bool { false }
    #endif
}

internal import Kubernetes

/// What the operator remembers of one sink between two looks at it, and can do without after a restart.
struct SinkMemory: Sendable {
    /// What was applied to each object last.
    var applied: [ObjectReference: AppliedState] = [:]
    /// When an object of a kind that is not watched was found in order last.
    var checked: [ObjectReference: Duration] = [:]
    /// The digest of each Secret's used keys, as rendered last.
    var secretDigests: [String: String] = [:]
    /// What lag was followed for: the digests of configuration and credentials.
    var followed: String?
    /// Why lag could not be followed, if so.
    var followProblem: LagError?
    /// What scaling remembers; `nil` before the first decision of this process.
    var scaling: ScalingMemory?
    /// When the status is written.
    var status = StatusWriter()
    /// The tries to delete the group of a sink that is being deleted.
    var groupDeletion = GroupDeletionTries()
    /// What was true when old configurations were looked for last.
    var collected: Int?
}

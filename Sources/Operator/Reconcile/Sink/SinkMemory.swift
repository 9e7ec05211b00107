internal import Kubernetes

/// What the operator remembers of one sink between two looks at it, and can do without after a restart.
struct SinkMemory: Sendable {
    /// Which sink it is about: one that is made anew under the same name has another.
    let uid: String
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
    /// How often looking at the sink has failed in a row.
    var failures = FailureStreak()
    /// How many looks in a row have found an object of the sink on its way out.
    var leavingLooks = 0
    /// When the server said last that it has no such kind of object.
    var unserved: [ObjectReference: Duration] = [:]
    /// When old configurations were looked for last, and a digest of what was true then.
    var collected: (time: Duration, signature: Int)?

    /// Creates the memory of a sink that nothing is known of.
    init(uid: String) { self.uid = uid }
}

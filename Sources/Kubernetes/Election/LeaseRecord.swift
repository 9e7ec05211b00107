internal import JSON

/// What a Lease says about its holder, read from and written into the object so that all else in it stays.
struct LeaseRecord: Sendable, Hashable {
    /// Who holds the lease; empty when nobody does.
    var holder: String
    /// For how long after its renewal the lease is good, in whole seconds.
    var durationSeconds: Int
    /// When the holder took it over; empty when the object does not say.
    var acquireTime: String
    /// When the holder renewed it last, by the holder's clock.
    var renewTime: String
    /// How often the lease has gone to another holder.
    var transitions: Int

    init(holder: String, durationSeconds: Int, acquireTime: String, renewTime: String, transitions: Int) {
        self.holder = holder
        self.durationSeconds = durationSeconds
        self.acquireTime = acquireTime
        self.renewTime = renewTime
        self.transitions = transitions
    }

    init(_ object: KubernetesObject) {
        let spec = object.json["spec"]
        holder = spec?["holderIdentity"]?.stringValue ?? ""
        durationSeconds = spec?["leaseDurationSeconds"]?.intValue ?? 0
        acquireTime = spec?["acquireTime"]?.stringValue ?? ""
        renewTime = spec?["renewTime"]?.stringValue ?? ""
        transitions = spec?["leaseTransitions"]?.intValue ?? 0
    }

    /// The object with this record in it; what else the spec says, also what is newer than this program, stays.
    func written(into object: KubernetesObject) -> KubernetesObject {
        var members = object.json.objectValue ?? [:]
        var spec = members["spec"]?.objectValue ?? [:]
        spec["holderIdentity"] = .string(holder)
        spec["leaseDurationSeconds"] = .integer(Int64(durationSeconds))
        spec["acquireTime"] = acquireTime.isEmpty ? Optional.none : .string(acquireTime)
        spec["renewTime"] = renewTime.isEmpty ? Optional.none : .string(renewTime)
        spec["leaseTransitions"] = .integer(Int64(transitions))
        members["spec"] = .object(spec)
        return KubernetesObject(.object(members))
    }
}

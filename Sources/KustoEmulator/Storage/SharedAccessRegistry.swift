internal import FoundationEssentials
internal import Synchronization

/// The shared access signatures (SAS) that were issued; nothing else opens a storage resource.
///
/// A signature here is a random word that stands in a table, so that nothing has to be computed and a client may reorder the query.
final class SharedAccessRegistry: Sendable {
    /// Whether a signature opens a resource for an operation.
    enum Verdict: Equatable {
        case allowed
        case refused(String)
    }

    private struct Grant {
        let resource: StorageResource
        let permissions: String
        let starts: Int64
        let expires: Int64
    }

    private struct State {
        var grants: [String: Grant] = [:]
        var current: [StorageResource: String] = [:]
    }

    private let lifetime: Int64
    private let clock: WallClock
    private let state = Mutex(State())

    /// Creates a registry whose signatures live for so many seconds.
    init(lifetimeSeconds: Int, clock: WallClock) {
        lifetime = Int64(lifetimeSeconds) * DateTimeText.ticksPerSecond
        self.clock = clock
    }

    /// A query that opens the resource; the same one until half of its life is over.
    func query(for resource: StorageResource) -> String {
        let now = clock.now()
        let random = "\(UUID().uuidString)\(UUID().uuidString)".replacing("-", with: "")
        let (signature, grant) = state.withLock { state in
            if let known = state.current[resource], let grant = state.grants[known], grant.expires - now > lifetime / 2
            {
                return (known, grant)
            }
            state.grants = state.grants.filter { $0.value.expires > now }
            // Real signatures are base64 and end in "=", which clients must neither decode nor encode twice.
            let signature = random.prefix(43) + "="
            let grant = Grant(
                resource: resource,
                permissions: Self.permissions(resource.kind),
                starts: now,
                expires: now + lifetime
            )
            state.grants[String(signature)] = grant
            state.current[resource] = String(signature)
            return (String(signature), grant)
        }
        let times = [grant.starts, grant.expires].map { moment in
            DateTimeText.format(moment).prefix(19).replacing(":", with: "%3A") + "Z"
        }
        let kind = resource.kind == .blob ? "&sr=c" : resource.kind == .table ? "&tn=\(resource.name)" : ""
        let word = signature.replacing("=", with: "%3D")
        return "sv=2020-08-04&st=\(times[0])&se=\(times[1])\(kind)&sp=\(grant.permissions)&sig=\(word)"
    }

    /// Whether a decoded `sig` opens a resource for one of these operations.
    func check(signature: String?, for resource: StorageResource, anyOf permissions: String) -> Verdict {
        guard let signature else { return .refused("the request carries no shared access signature") }
        let now = clock.now()
        guard let grant = state.withLock({ $0.grants[signature] }) else {
            return .refused("the signature was not issued here")
        }
        guard grant.expires > now else { return .refused("the signature has expired") }
        guard grant.resource == resource else { return .refused("the signature is for another resource") }
        guard permissions.contains(where: { grant.permissions.contains($0) }) else {
            return .refused("the signature does not permit this operation")
        }
        return .allowed
    }

    /// Makes all signatures invalid at once, as when a key is rotated.
    func revokeAll() { state.withLock { $0 = State() } }

    private static func permissions(_ kind: StorageResource.Kind) -> String {
        switch kind {
        case .blob: "rwd"
        case .queue: "raup"
        case .table: "raud"
        }
    }
}

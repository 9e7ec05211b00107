internal import FoundationEssentials
internal import Synchronization

/// The shared access signatures (SAS) that were issued; nothing else opens a storage resource.
///
/// A signature here is a random word in a table beside the parameters that it signs: version, start, end, resource and
/// permissions. It is good only while all of them are in the request as they were issued, in whatever order; parameters
/// that are not signed may be added.
final class SharedAccessRegistry: Sendable {
    /// Whether a signature opens a resource for an operation.
    enum Verdict: Equatable {
        case allowed
        /// It does not, with the storage error's code and the reason.
        case refused(code: String, reason: String)
    }

    private struct Grant {
        let resource: StorageResource
        let expires: Int64
        /// What the signature signs, in the order of the query.
        let parameters: [(name: String, value: String)]

        func value(_ name: String) -> String? { parameters.first { $0.name == name }?.value }
    }

    private struct State {
        var grants: [String: Grant] = [:]
        var current: [StorageResource: String] = [:]
    }

    /// The parameters that Azure signs in the signatures of a service (Azure Storage, "Create a service SAS").
    private static let signedNames = ["sv", "st", "se", "sr", "tn", "sp", "spr", "sip", "si", "sks", "skoid"]

    private let lifetimes: [StorageResource.Kind: Int64]
    private let clock: WallClock
    private let state = Mutex(State())

    /// Creates a registry whose signatures live for so many seconds; those of containers have a lifetime of their own.
    init(lifetimeSeconds: Int, containerLifetimeSeconds: Int, clock: WallClock) {
        let (ticks, containerTicks) = (WallClock.ticks(lifetimeSeconds), WallClock.ticks(containerLifetimeSeconds))
        lifetimes = [.blob: containerTicks, .queue: ticks, .table: ticks]
        self.clock = clock
    }

    /// A query that opens the resource; the same one until half of its life is over.
    func query(for resource: StorageResource) -> String {
        let now = clock.now()
        let lifetime = lifetimes[resource.kind] ?? 0
        let random = "\(UUID().uuidString)\(UUID().uuidString)".replacing("-", with: "")
        let (signature, grant) = state.withLock { state in
            if let known = state.current[resource], let grant = state.grants[known], grant.expires - now > lifetime / 2
            {
                return (known, grant)
            }
            // An expired signature is remembered for an hour, so that its refusal can say that it has expired.
            state.grants = state.grants.filter { $0.value.expires > now - WallClock.ticks(3600) }
            // Real signatures are base64 and end in "=", which clients must neither decode nor encode twice.
            let signature = String(random.prefix(43)) + "="
            let grant = Self.grant(resource, from: now, lifetime: lifetime)
            state.grants[signature] = grant
            state.current[resource] = signature
            return (signature, grant)
        }
        let query = grant.parameters.map { "\($0.name)=\($0.value.replacing(":", with: "%3A"))" }
        return query.joined(separator: "&") + "&sig=\(signature.replacing("=", with: "%3D"))"
    }

    /// Whether the parameters of a request open a resource for one of these operations.
    func check(
        _ request: QueryParameters,
        for resource: StorageResource,
        anyOf permissions: String
    ) -> Verdict {
        guard let signature = request["sig"] else {
            return Self.failed("the request carries no shared access signature")
        }
        guard let grant = state.withLock({ $0.grants[signature] }) else {
            return Self.failed("the signature was not issued here")
        }
        guard grant.resource == resource else { return Self.failed("the signature is for another resource") }
        for name in Self.signedNames where request[name] != grant.value(name) {
            return Self.failed("the signature did not match: '\(name)' is not what was signed")
        }
        guard grant.expires > clock.now() else {
            return Self.failed("the signature has expired: signed expiry time [\(grant.value("se") ?? "")]")
        }
        guard permissions.contains(where: { (grant.value("sp") ?? "").contains($0) }) else {
            return .refused(
                code: "AuthorizationPermissionMismatch",
                reason: "This request is not authorized to perform this operation using this permission."
            )
        }
        return .allowed
    }

    /// Makes all signatures invalid at once, as when a key is rotated.
    func revokeAll() { state.withLock { $0 = State() } }

    private static func failed(_ reason: String) -> Verdict {
        .refused(code: "AuthenticationFailed", reason: "Server failed to authenticate the request: \(reason)")
    }

    private static func grant(_ resource: StorageResource, from now: Int64, lifetime: Int64) -> Grant {
        // The signed times have whole seconds. The end is rounded up, so that a new signature has never expired
        // already.
        let second = DateTimeText.ticksPerSecond
        let end = min(now + lifetime + second - 1, DateTimeText.maximum)
        let expires = end / second * second
        let times = [now, expires].map { DateTimeText.format($0).prefix(19) + "Z" }
        let kind: [(name: String, value: String)] =
            switch resource.kind {
            case .blob: [("sr", "c")]
            case .queue: []
            case .table: [("tn", resource.name)]
            }
        return Grant(
            resource: resource,
            expires: expires,
            parameters: [("sv", "2020-08-04"), ("st", String(times[0])), ("se", String(times[1]))] + kind
                + [("sp", permissions(resource.kind))]
        )
    }

    private static func permissions(_ kind: StorageResource.Kind) -> String {
        switch kind {
        case .blob: "rwd"
        case .queue: "raup"
        case .table: "raud"
        }
    }
}

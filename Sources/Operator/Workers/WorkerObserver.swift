package import FoundationEssentials
internal import JSON
package import Kubernetes

/// Reads from a sink's pods what keeps its workers from working; pure.
package enum WorkerObserver {
    /// How long a crash says why a worker that runs again is not ready; later it has other reasons.
    package static let memory = Duration.seconds(300)
    /// The most failures that are told.
    package static let maximumFailures = 20

    /// Reads the pods of one sink.
    /// - Parameters:
    ///   - readings: What the workers themselves answered, by the pods' uids.
    ///   - configHash: The newest rendering's; a pod of another one is about to go. `nil` when there is none.
    ///   - credentialsHash: The same of the referenced Secrets.
    ///   - now: The wall clock's time.
    package static func observe(
        _ pods: [KubernetesObject],
        readings: [String: WorkerReading] = [:],
        configHash: String? = nil,
        credentialsHash: String? = nil,
        now: Date
    ) -> WorkerObservation {
        let present = pods.filter { $0.deletionTimestamp == nil }
        let failures = present.flatMap { pod in
            let isOutdated =
                differs(pod.annotations["kustosink.dev/config-hash"], configHash)
                || differs(pod.annotations["kustosink.dev/credentials-hash"], credentialsHash)
            return PodReading(pod, reading: readings[pod.uid], isOutdated: isOutdated, now: now).failures
        }
        return WorkerObservation(
            failures: Array(merged(failures).sorted(by: isMoreUseful).prefix(maximumFailures)),
            terminating: pods.count - present.count
        )
    }

    private static func differs(_ written: String?, _ wanted: String?) -> Bool {
        guard let written, let wanted else { return false }
        return written != wanted
    }

    private static func merged(_ failures: [WorkerFailure]) -> [WorkerFailure] {
        var merged: [WorkerFailure] = []
        for failure in failures {
            if let place = merged.firstIndex(where: { $0.isSame(as: failure) }) {
                merged[place] = merged[place].merged(with: failure)
            } else {
                merged.append(failure)
            }
        }
        return merged
    }

    private static func isMoreUseful(_ left: WorkerFailure, _ right: WorkerFailure) -> Bool {
        if left.isOutdated != right.isOutdated { return right.isOutdated }
        if left.needsPerson != right.needsPerson { return left.needsPerson }
        if left.kind != right.kind { return left.kind < right.kind }
        // Kubernetes' timestamps all have the same form, so their text sorts as their time does.
        return left.time == right.time ? left.pods.lexicographicallyPrecedes(right.pods) : left.time > right.time
    }
}

/// What one pod says.
private struct PodReading {
    let failures: [WorkerFailure]

    init(_ pod: KubernetesObject, reading: WorkerReading?, isOutdated: Bool, now: Date) {
        let status = pod.json["status"]
        let conditions = status?["conditions"]?.arrayValue ?? []
        func condition(_ type: String) -> JSONValue? { conditions.first { $0["type"]?.stringValue == type } }
        func failure(
            _ kind: WorkerFailure.Kind,
            _ reason: String?,
            exitCode: Int? = nil,
            _ message: String?,
            time: String? = nil
        ) -> WorkerFailure {
            WorkerFailure(
                kind,
                reason: reason ?? "",
                exitCode: exitCode,
                message: WorkerText.cleaned(message ?? ""),
                time: time ?? "",
                pods: [pod.name],
                isOutdated: isOutdated
            )
        }

        if condition("Ready")?["status"]?.stringValue == "True" || status?["phase"]?.stringValue == "Succeeded" {
            failures = []
            return
        }
        let place = condition("PodScheduled")
        if place?["status"]?.stringValue == "False" {
            failures = [
                failure(.unschedulable, place?["reason"]?.stringValue, place?["message"]?.stringValue)
            ]
            return
        }
        if status?["phase"]?.stringValue == "Failed", let reason = status?["reason"]?.stringValue {
            failures = [failure(.evicted, reason, status?["message"]?.stringValue)]
            return
        }
        let containers =
            (status?["initContainerStatuses"]?.arrayValue ?? []) + (status?["containerStatuses"]?.arrayValue ?? [])
        var found: [WorkerFailure] = []
        for container in containers {
            switch ContainerState(container, now: now) {
            case .ended(let end):
                let kind = Self.kind(of: end)
                let time = end["finishedAt"]?.stringValue
                let code = end["exitCode"]?.intValue
                found.append(
                    failure(kind, end["reason"]?.stringValue, exitCode: code, end["message"]?.stringValue, time: time)
                )
            case .waiting(let reason, let message):
                if let kind = Self.kind(ofWaiting: reason) { found.append(failure(kind, reason, message)) }
            case .working: break
            }
        }
        if let reasons = reading?.reasons, !reasons.isEmpty {
            found.append(failure(.notReady, nil, reasons.joined(separator: "\n")))
        }
        failures = found
    }

    private static func kind(of end: JSONValue) -> WorkerFailure.Kind {
        switch end["reason"]?.stringValue {
        case "OOMKilled": return .outOfMemory
        case "ContainerCannotRun", "StartError": return .start
        default: break
        }
        // The worker's own exit codes.
        return switch end["exitCode"]?.intValue {
        case 64: .configuration
        case 69: .unavailable
        case 70: .software
        case 75: .failedBatch
        default: .crashed
        }
    }

    private static func kind(ofWaiting reason: String) -> WorkerFailure.Kind? {
        switch reason {
        // On their way, or told by the end before.
        case "", "ContainerCreating", "PodInitializing", "CrashLoopBackOff": nil
        case "CreateContainerConfigError": .containerConfiguration
        case "ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull", "ImageInspectError",
            "RegistryUnavailable", "SignatureValidationFailed":
            .image
        default: .start
        }
    }
}

/// What one container is doing, as far as it matters.
private enum ContainerState {
    case ended(JSONValue)
    case waiting(reason: String, message: String?)
    case working

    init(_ container: JSONValue, now: Date) {
        let state = container["state"]
        if let end = state?["terminated"] {
            self = Self.isFailure(end) ? .ended(end) : .working
            return
        }
        let ends = [container["lastState"]?["terminated"]].compactMap { $0 }
        let lastEnd = ends.first(where: Self.isFailure)
        if let waiting = state?["waiting"] {
            let reason = waiting["reason"]?.stringValue ?? ""
            self =
                switch lastEnd {
                case let end? where reason == "CrashLoopBackOff": .ended(end)
                default: .waiting(reason: reason, message: waiting["message"]?.stringValue)
                }
            return
        }
        guard let lastEnd, let running = state?["running"], container["ready"]?.boolValue != true else {
            self = .working
            return
        }
        // So that a message does not come and go with every attempt of a worker that ends again and again.
        let start = running["startedAt"]?.stringValue.flatMap { try? Date($0, strategy: .iso8601) }
        let isRecent = start.map { Duration.seconds(now.timeIntervalSince($0)) < WorkerObserver.memory } ?? true
        self = isRecent ? .ended(lastEnd) : .working
    }

    private static func isFailure(_ end: JSONValue) -> Bool { end["exitCode"]?.intValue != 0 }
}

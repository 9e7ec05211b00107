import FoundationEssentials
import JSON
import Kubernetes
import Operator
import Testing

@Suite("A condition of a sink")
struct StatusConditionTests {
    typealias Fixture = StatusFixture

    @Test("keeps the time of its last transition until its status flips")
    func transitionTime() {
        let first = Fixture.status(Fixture.healthy())
        let failing = Fixture.healthy { $0.deployment = Fixture.deployment(ready: 1) }
        let worse = Fixture.healthy { $0.deployment = Fixture.deployment(ready: 0) }
        let second = Fixture.status(failing, after: first, seconds: 60)
        let third = Fixture.status(worse, after: second, seconds: 120)
        func time(_ status: JSONValue, _ type: String) -> String? {
            Fixture.condition(status, type)?["lastTransitionTime"]?.stringValue
        }
        #expect(time(first, "Ready") == "2025-12-31T12:00:00Z")
        #expect(time(second, "Ready") == "2025-12-31T12:01:00Z")
        #expect(time(second, "ConfigValid") == "2025-12-31T12:00:00Z")
        #expect(time(third, "Ready") == "2025-12-31T12:01:00Z")
        #expect(Fixture.condition(second, "Ready")?["message"] != Fixture.condition(third, "Ready")?["message"])
    }

    @Test("stays as it was while a request that failed just now keeps it from being looked at")
    func passingFailure() {
        func failing(isPassing: Bool) -> StatusInput {
            Fixture.healthy {
                $0.rendered = nil
                $0.failure = ReconcileFailure(APIError(.unavailable, "the server is busy"), isPassing: isPassing)
            }
        }
        let first = Fixture.status(Fixture.healthy())
        let second = Fixture.status(failing(isPassing: true), after: first, seconds: 60)
        for type in ["Ready", "ConfigValid", "SecretsResolved", "ChildrenOwned"] {
            #expect(Fixture.condition(second, type)?["status"] == "True")
            #expect(Fixture.condition(second, type)?["message"] == Fixture.condition(first, type)?["message"])
        }
        #expect(Fixture.condition(second, "Reconciling")?["message"] == "the server is busy")
        let third = Fixture.status(failing(isPassing: false), after: second, seconds: 120)
        #expect(Fixture.condition(third, "Ready")?["status"] == "False")
        let unknown = Fixture.status(failing(isPassing: true))
        #expect(Fixture.condition(unknown, "Ready")?["status"] == "False", "it was not ready before")
    }

    @Test("has a reason that Kubernetes takes", arguments: ConditionReason.allCases)
    func reason(reason: ConditionReason) throws {
        #expect(reason.rawValue.wholeMatch(of: /[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?/) != nil)
        #expect(reason.rawValue.first?.isUppercase == true)
    }

    @Test("is cut to what Kubernetes takes, counted in code points")
    func longMessage() throws {
        // One character, two code points.
        let problem = SpecProblem(.invalidSpec, "spec.x", String(repeating: "e\u{301}", count: 40_000))
        let status = Fixture.status(StatusInput(sink: Fixture.sink(problems: [problem])))
        let message = try #require(Fixture.condition(status, "ConfigValid")?["message"]?.stringValue)
        #expect(message.unicodeScalars.count == 32_768)
        #expect(message.hasSuffix("…"))
    }

    @Test("names every problem of a spec with its path, a line each")
    func problems() {
        var input = StatusInput(
            sink: Fixture.sink(problems: [SpecProblem(.invalidSpec, "spec.topics[1].format", "'jsn' is no format")])
        )
        input.problems = [SpecProblem(.notAllowed, "spec.config", "'group.id' belongs to spec.kafka.groupId")]
        let status = Fixture.status(input)
        let expected =
            "spec.topics[1].format: 'jsn' is no format\nspec.config: 'group.id' belongs to spec.kafka.groupId"
        for type in ["ConfigValid", "Ready", "Stalled"] {
            #expect(Fixture.condition(status, type)?["message"]?.stringValue == expected)
        }
    }

    @Test("ConfigValid repeats what a person should know about a spec in order")
    func warnings() {
        let input = Fixture.healthy {
            $0.rendered = Fixture.rendered(warnings: ["spec.replicas is ignored in mode Lag"])
        }
        let condition = Fixture.condition(Fixture.status(input), "ConfigValid")
        #expect(condition?["status"]?.stringValue == "True")
        #expect(condition?["message"]?.stringValue?.contains("spec.replicas is ignored in mode Lag") == true)
    }

    @Test("SecretsResolved names each Secret and key once, and the remedy")
    func secrets() {
        let missing = [
            MissingSecret(secret: "kafka", key: "password"), MissingSecret(secret: "adx"),
            MissingSecret(secret: "kafka", key: "password"),
        ]
        let status = Fixture.status(StatusInput(sink: Fixture.sink(), missingSecrets: missing))
        #expect(
            Fixture.condition(status, "SecretsResolved")?["message"]?.stringValue == """
                there is no Secret adx: create it, or name another one in the spec
                Secret kafka has no key password: add it, or name another one in the spec
                """
        )
    }

    @Test("Ready leads with a worker's own sentence, lines kept")
    func workerMessage() {
        let input = Fixture.healthy {
            $0.deployment = Fixture.deployment(ready: 0, progress: "ReplicaSetUpdated")
            $0.workers = WorkerObservation(failures: [Fixture.unreachableBroker, Fixture.refusedTable])
        }
        let status = Fixture.status(input)
        let message = Fixture.condition(status, "Ready")?["message"]?.stringValue
        #expect(
            message == """
                worker telemetry-worker-a ended with exit code 64, which a restart does not fix: \
                table shop.Orders of topic orders does not exist
                create it, or name another one
                worker telemetry-worker-a ended with exit code 69 because a service is unreachable or refuses it, and is \
                started again: broker-1:9092 refuses connections
                """
        )
        #expect(Fixture.condition(status, "Stalled")?["message"]?.stringValue == message)
    }

    @Test("Ready tells why a rollout failed by the worker's sentence")
    func failedRollout() {
        let input = Fixture.healthy {
            $0.deployment = Fixture.deployment(ready: 0, progress: "ProgressDeadlineExceeded")
            $0.workers = WorkerObservation(failures: [Fixture.unreachableBroker])
        }
        let condition = Fixture.condition(Fixture.status(input), "Stalled")
        #expect(condition?["reason"]?.stringValue == "RolloutFailed")
        #expect(condition?["message"]?.stringValue?.contains("broker-1:9092 refuses connections") == true)
    }

    @Test("Ready tells why no pod can be made")
    func refusedPods() {
        let refusal: JSONValue = [
            "type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "message": "exceeded quota: small",
        ]
        let input = Fixture.healthy {
            $0.deployment = Fixture.deployment(current: 0, ready: 0, status: ["conditions": [refusal]])
        }
        let ready = Fixture.condition(Fixture.status(input), "Ready")
        #expect(ready?["reason"]?.stringValue == "WorkerFailed")
        #expect(
            ready?["message"]?.stringValue?.hasPrefix("Kubernetes refuses to make workers: exceeded quota: small")
                == true
        )
    }

    @Test("Ready says that somebody holds the Deployment")
    func heldDeployment() {
        var deployment = Fixture.deployment(updated: 0, progress: "DeploymentPaused")
        var spec = deployment.json["spec"]?.objectValue ?? [:]
        spec["paused"] = true
        var json = deployment.json.objectValue ?? [:]
        json["spec"] = .object(spec)
        deployment = KubernetesObject(.object(json))
        let ready = Fixture.condition(Fixture.status(Fixture.healthy { $0.deployment = deployment }), "Ready")
        #expect(ready?["message"]?.stringValue?.contains("kubectl rollout resume") == true)
    }

    @Test("a failure of pods of an earlier configuration stalls nothing")
    func outdatedFailure() {
        let old = WorkerFailure(.configuration, exitCode: 64, message: "old", pods: ["a"], isOutdated: true)
        let input = Fixture.healthy {
            $0.deployment = Fixture.deployment(updated: 1, ready: 1, progress: "ReplicaSetUpdated")
            $0.workers = WorkerObservation(failures: [old])
        }
        let status = Fixture.status(input)
        #expect(Fixture.condition(status, "Stalled") == nil)
        #expect(Fixture.condition(status, "Reconciling")?["reason"]?.stringValue == "RollingOut")
    }

    @Test("that others added stays, and one of ours that is over goes")
    func foreignConditions() {
        let foreign: JSONValue = ["type": "example.com/Audited", "status": "True"]
        let first = Fixture.status(StatusInput(sink: Fixture.sink()))
        var members = first.objectValue ?? [:]
        members["conditions"] = .array((first["conditions"]?.arrayValue ?? []) + [foreign])
        let next = Fixture.status(Fixture.healthy(), after: .object(members))
        #expect(Fixture.condition(first, "Reconciling") != nil)
        #expect(Fixture.condition(next, "Reconciling") == nil)
        #expect(Fixture.condition(next, "example.com/Audited") == foreign)
    }

    @Test("asks for another look when patience ends")
    func lookAgain() {
        let input = StatusInput(sink: Fixture.sink(), missingSecrets: [MissingSecret(secret: "kafka")])
        let first = SinkStatus.next(previous: nil, input: input, now: Fixture.noon)
        #expect(first.lookAgain == SinkStatus.patience)
        let second = SinkStatus.next(previous: first.status, input: input, now: Fixture.noon + 50)
        #expect(second.lookAgain == SinkStatus.patience - .seconds(50))
        let third = SinkStatus.next(previous: second.status, input: input, now: Fixture.noon + 120)
        #expect(third.lookAgain == nil)
        #expect(SinkStatus.next(previous: nil, input: Fixture.healthy(), now: Fixture.noon).lookAgain == nil)
    }

    @Test("calls a person for workers that fail for ten minutes after their rollout, until they are ready again")
    func longFailure() {
        let failing = Fixture.healthy {
            $0.deployment = Fixture.deployment(ready: 1)
            $0.workers = WorkerObservation(failures: [Fixture.unreachableBroker])
        }
        func next(_ input: StatusInput, after previous: JSONValue?, seconds: Double) -> SinkStatus.Outcome {
            SinkStatus.next(previous: previous, input: input, now: Fixture.noon + seconds)
        }
        let works = next(Fixture.healthy(), after: nil, seconds: 0)
        let first = next(failing, after: works.status, seconds: 100)
        #expect(Fixture.condition(first.status, "Stalled") == nil && first.lookAgain == .seconds(600))
        let second = next(failing, after: first.status, seconds: 699)
        #expect(Fixture.condition(second.status, "Stalled") == nil && second.lookAgain == .seconds(1))
        let third = next(failing, after: second.status, seconds: 700)
        #expect(Fixture.condition(third.status, "Stalled")?["reason"]?.stringValue == "WorkerFailed")
        #expect(Fixture.condition(third.status, "Reconciling") == nil && third.lookAgain == nil)
        #expect(third.events.isEmpty)
        // A new configuration gets its own time, whatever was before.
        let fixed = Fixture.healthy {
            $0.deployment = Fixture.deployment(updated: 1, ready: 1, progress: "ReplicaSetUpdated")
            $0.workers = WorkerObservation(failures: [Fixture.unreachableBroker])
        }
        let rolling = next(fixed, after: third.status, seconds: 710)
        #expect(Fixture.condition(rolling.status, "Reconciling")?["reason"]?.stringValue == "RollingOut")
        #expect(Fixture.condition(rolling.status, "Stalled") == nil && rolling.lookAgain == nil)
        let ready = next(Fixture.healthy(), after: third.status, seconds: 720)
        #expect(Fixture.condition(ready.status, "Stalled") == nil)
        let again = next(failing, after: ready.status, seconds: 730)
        #expect(Fixture.condition(again.status, "Reconciling") != nil && again.lookAgain == .seconds(600))
    }
}

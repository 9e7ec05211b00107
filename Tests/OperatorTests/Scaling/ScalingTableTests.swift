import Testing

@testable import Operator

@Suite("Scaling beside KEDA's and the HorizontalPodAutoscaler's formulas")
struct ScalingTableTests {
    /// Where all agree: the plain cases, before a worker's speed is known.
    static let agreed: [ScalingCase] = [
        .init(
            name: "nothing waits",
            partitions: [.init(committed: 5, end: 5, count: 12)],
            expected: 1,
            reason: .lagOnTarget,
            keda: 1,
            hpa: 1,
            verdict: .same
        ),
        .init(
            name: "less than one worker's share",
            partitions: [.init(committed: 0, end: 50, count: 12)],
            expected: 1,
            reason: .lagOnTarget,
            keda: 1,
            hpa: 1,
            verdict: .same
        ),
        .init(
            name: "four workers' share",
            partitions: [.init(committed: 0, end: 500, count: 8)],
            expected: 4,
            reason: .lagAboveTarget,
            keda: 4,
            hpa: 4,
            verdict: .same
        ),
        .init(
            name: "a share that is no whole number",
            partitions: [.init(committed: 0, end: 450, count: 8)],
            expected: 4,
            reason: .lagAboveTarget,
            keda: 4,
            hpa: 4,
            verdict: .same
        ),
        .init(
            name: "within the tolerance",
            partitions: [.init(committed: 0, end: 540, count: 8)],
            current: 4,
            expected: 4,
            reason: .lagOnTarget,
            keda: 4,
            hpa: 4,
            verdict: .same
        ),
        .init(
            name: "maxReplicas",
            partitions: [.init(committed: 0, end: 1000, count: 20)],
            maximum: 5,
            expected: 5,
            reason: .lagAboveTarget,
            keda: 5,
            hpa: 5,
            verdict: .same
        ),
        .init(
            name: "more than maxReplicas, reached",
            partitions: [.init(committed: 0, end: 1000, count: 20)],
            current: 5,
            maximum: 5,
            expected: 5,
            reason: .atMaximum,
            keda: 5,
            hpa: 5,
            verdict: .same
        ),
        .init(
            name: "minReplicas",
            partitions: [.init(committed: 5, end: 5, count: 12)],
            current: 3,
            minimum: 3,
            expected: 3,
            reason: .atMinimum,
            keda: 3,
            hpa: 3,
            verdict: .same
        ),
        .init(
            name: "a broker's error",
            partitions: [],
            failure: "no broker answers",
            current: 4,
            expected: 4,
            reason: .lagUnknown,
            keda: 4,
            hpa: 4,
            verdict: .same
        ),
        .init(
            name: "idle with minReplicas 0",
            partitions: [.init(committed: 5, end: 5, count: 4)],
            minimum: 0,
            expected: 0,
            reason: .idle,
            keda: 0,
            hpa: 1,
            verdict: .same
        ),
        .init(
            name: "records for a sink without workers",
            partitions: [.init(committed: 5, end: 9, count: 4)],
            current: 0,
            minimum: 0,
            expected: 1,
            reason: .woken,
            keda: 1,
            hpa: 0,
            verdict: .same
        ),
    ]

    /// Where theirs is wrong.
    static let better: [ScalingCase] = [
        .init(
            name: "an open transaction, which nobody can read yet",
            partitions: [.init(committed: 100, end: 5100, stable: 100, count: 4)],
            expected: 1,
            reason: .lagOnTarget,
            keda: 4,
            hpa: 20
        ),
        .init(
            name: "an open transaction does not wake a sink",
            partitions: [.init(committed: 100, end: 5100, stable: 100)],
            current: 0,
            minimum: 0,
            expected: 0,
            reason: .idle,
            keda: 1,
            hpa: 0
        ),
        .init(
            name: "a marker behind the last record, which our worker has committed",
            partitions: [.init(committed: 51, end: 51, count: 4), .init(committed: 50, end: 51, stable: 50)],
            minimum: 0,
            expected: 0,
            reason: .idle,
            keda: 1,
            hpa: 1
        ),
        .init(
            name: "rounding gives one worker more than partitions",
            partitions: [.init(committed: 0, end: 1166, count: 3)],
            expected: 3,
            reason: .lagAboveTarget,
            keda: 4,
            hpa: 4
        ),
        .init(
            name: "partitions that no broker answers for are no reason to go",
            partitions: [.init(committed: 900, end: 1000, count: 4)],
            unknown: 8,
            current: 6,
            expected: 6,
            reason: .lagUnknown,
            keda: 1,
            hpa: 1
        ),
        .init(
            name: "partitions that no broker answers for do not end an idle sink",
            partitions: [.init(committed: 5, end: 5, count: 4)],
            unknown: 8,
            minimum: 0,
            expected: 1,
            reason: .lagUnknown,
            keda: 0,
            hpa: 1
        ),
        .init(
            name: "all partitions unknown, as while a leader is elected",
            partitions: [],
            unknown: 12,
            current: 6,
            minimum: 0,
            expected: 6,
            reason: .lagUnknown,
            keda: 0,
            hpa: 1
        ),
        .init(
            name: "no partitions at all",
            partitions: [],
            current: 3,
            minimum: 0,
            expected: 3,
            reason: .noPartitions,
            keda: 0,
            hpa: 1
        ),
        .init(
            name: "nothing is scaled in during a rebalance",
            partitions: [.init(committed: 980, end: 1000, count: 12)],
            isStable: false,
            current: 6,
            expected: 6,
            reason: .groupRebalancing,
            keda: 1,
            hpa: 1
        ),
        .init(
            name: "nothing is scaled out because offsets stand still during a rebalance",
            partitions: [.init(committed: 0, end: 1000, count: 12)],
            isStable: false,
            current: 6,
            expected: 6,
            reason: .groupRebalancing,
            keda: 12,
            hpa: 12
        ),
        .init(
            name: "a rebalance of others does not keep a sink without workers asleep",
            partitions: [.init(committed: 5, end: 9, count: 4)],
            isStable: false,
            current: 0,
            minimum: 0,
            expected: 1,
            reason: .woken,
            keda: 1,
            hpa: 0
        ),
        .init(
            name: "nothing is scaled in while no broker says what the group does",
            partitions: [.init(committed: 980, end: 1000, count: 12)],
            isStable: nil,
            current: 6,
            expected: 6,
            reason: .groupStateUnknown,
            keda: 1,
            hpa: 1
        ),
        .init(
            name: "nor does the last worker go",
            partitions: [.init(committed: 5, end: 5, count: 4)],
            isStable: nil,
            minimum: 0,
            expected: 1,
            reason: .groupStateUnknown,
            keda: 0,
            hpa: 1
        ),
        .init(
            name: "workers are added all the same",
            partitions: [.init(committed: 0, end: 500, count: 8)],
            isStable: nil,
            expected: 4,
            reason: .lagAboveTarget,
            keda: 4,
            hpa: 4,
            verdict: .same
        ),
        .init(
            name: "a topic that is gone is no reason to go",
            partitions: [.init(committed: 980, end: 1000, count: 12)],
            unknownTopics: ["topic gone: unknown"],
            current: 6,
            expected: 6,
            reason: .lagUnknown,
            keda: 1,
            hpa: 1
        ),
        .init(
            name: "a topic that is gone keeps the last worker",
            partitions: [.init(committed: 5, end: 5, count: 4)],
            unknownTopics: ["topic gone: unknown"],
            minimum: 0,
            expected: 1,
            reason: .lagUnknown,
            keda: 0,
            hpa: 1
        ),
        .init(
            name: "nor is it a reason to stay, when the others have records",
            partitions: [.init(committed: 0, end: 500, count: 8)],
            unknownTopics: ["topic gone: unknown"],
            expected: 4,
            reason: .lagAboveTarget,
            keda: 4,
            hpa: 4,
            verdict: .same
        ),
        .init(
            name: "nor to stay asleep",
            partitions: [.init(committed: 5, end: 9, count: 4)],
            unknownTopics: ["topic gone: unknown"],
            current: 0,
            minimum: 0,
            expected: 1,
            reason: .woken,
            keda: 1,
            hpa: 0
        ),
        .init(
            name: "a new group that starts at the end of many partitions has nothing to do",
            partitions: [.init(committed: nil, end: 1_000_000, count: 3000)],
            startsAtBeginning: false,
            expected: 1,
            reason: .lagOnTarget,
            keda: 3,
            hpa: 100
        ),
        .init(
            name: "a new group that starts at the end still needs a worker to mark its place",
            partitions: [.init(committed: nil, end: 1_000_000, count: 3)],
            startsAtBeginning: false,
            minimum: 0,
            expected: 1,
            reason: .lagOnTarget,
            keda: 1,
            hpa: 100,
            verdict: .same
        ),
        .init(
            name: "what retention has deleted is not to be read any more",
            partitions: [.init(committed: nil, start: 999_900, end: 1_000_000, count: 8)],
            expected: 1,
            reason: .lagOnTarget,
            keda: 8,
            hpa: 100
        ),
        .init(
            name: "what retention has deleted behind the committed offset is not to be read either",
            partitions: [.init(committed: 10, start: 999_900, end: 1_000_000, count: 8)],
            expected: 1,
            reason: .lagOnTarget,
            keda: 8,
            hpa: 100
        ),
        .init(
            name: "a topic made anew has no negative lag that hides another's",
            partitions: [.init(committed: 9000, end: 10), .init(committed: 0, end: 4000, count: 2)],
            expected: 2,
            reason: .lagAboveTarget,
            keda: 1,
            hpa: 1
        ),
        .init(
            name: "a fast worker needs no help with many records",
            partitions: [.init(committed: 0, end: 250_000, count: 12)],
            arrival: 2000,
            speed: 100_000,
            expected: 1,
            reason: .lagOnTarget,
            keda: 12,
            hpa: 100
        ),
        .init(
            name: "slow workers need help with few records",
            partitions: [.init(committed: 0, end: 70, count: 12)],
            arrival: 0,
            speed: 4,
            expected: 4,
            reason: .lagAboveTarget,
            keda: 1,
            hpa: 1
        ),
        .init(
            name: "records that wait for their batch only are no backlog",
            partitions: [.init(committed: 0, end: 7000, count: 12)],
            arrival: 2000,
            speed: 10_000,
            expected: 1,
            reason: .lagOnTarget,
            keda: 12,
            hpa: 84
        ),
        .init(
            name: "one partition with all the lag has one worker",
            partitions: [.init(committed: 0, end: 100_000), .init(committed: 7, end: 7, count: 11)],
            speed: 500,
            expected: 1,
            reason: .limitedByPartitions,
            keda: 12,
            hpa: 100
        ),
        .init(
            name: "nine workers are no faster on twelve partitions than six",
            partitions: [.init(committed: 0, end: 750, count: 12)],
            current: 3,
            expected: 6,
            reason: .lagAboveTarget,
            keda: 9,
            hpa: 9
        ),
        .init(
            name: "where six do not do, the next number that helps is twelve",
            partitions: [.init(committed: 0, end: 750, count: 12)],
            current: 6,
            expected: 12,
            reason: .lagAboveTarget,
            keda: 9,
            hpa: 9
        ),
        .init(
            name: "ADX throttles, which more workers do not help",
            partitions: [.init(committed: 0, end: 5000, count: 12)],
            current: 2,
            speed: 100,
            isThrottled: true,
            expected: 2,
            reason: .sinkThrottled,
            keda: 12,
            hpa: 60
        ),
        .init(
            name: "workers that are still starting are waited for",
            partitions: [.init(committed: 0, end: 500, count: 12)],
            current: 4,
            ready: 1,
            expected: 4,
            reason: .workersStarting,
            keda: 6,
            hpa: 6
        ),
        .init(
            name: "a large group goes down a tenth at a time",
            partitions: [.init(committed: 990, end: 1000, count: 60)],
            current: 30,
            expected: 27,
            reason: .lagBelowTarget,
            keda: 1,
            hpa: 1
        ),
        .init(
            name: "a small group goes down one by one",
            partitions: [.init(committed: 990, end: 1000, count: 12)],
            current: 6,
            expected: 5,
            reason: .lagBelowTarget,
            keda: 1,
            hpa: 1
        ),
    ]

    @Test("decides as the table says", arguments: agreed + better)
    func table(_ row: ScalingCase) {
        let outcome = row.decide()
        #expect(outcome.desired == row.expected, "\(outcome.reason): \(outcome.message)")
        #expect(outcome.reason == row.reason, "\(outcome.message)")
        #expect(!outcome.message.isEmpty)
        #expect(row.kedaReplicas == row.keda, "KEDA")
        #expect(row.hpaReplicas == row.hpa, "HPA")
        if row.verdict == .oursRight { #expect(outcome.desired != row.keda || outcome.desired != row.hpa) }
    }
}

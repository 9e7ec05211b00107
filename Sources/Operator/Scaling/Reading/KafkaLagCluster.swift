internal import Kafka
internal import Logging
internal import SinkConfiguration

/// Reads lag from Kafka through one connection for all sinks of a cluster.
///
/// One request for the topics, one to each broker for the groups, two to each leader for the ends, whatever the number
/// of sinks; only a group's committed offsets need a client of the group, which is left out when nothing can have
/// changed: there was no lag, and nothing has come since.
struct KafkaLagCluster: LagCluster {
    /// The longest time that one call may take.
    private static let callTimeout = Duration.seconds(5)
    /// The longest time for a group's offsets after another group's did not come: their coordinator may be away.
    private static let shortTimeout = Duration.milliseconds(1500)
    /// After how many groups in a row whose offsets did not come a round ends.
    private static let toleratedTimeouts = 3
    /// How many topics are asked for one by one; for more it is cheaper to ask for all.
    private static let namedTopics = 16

    private let connection: ClusterConnection

    /// - Throws: ``LagError`` when the properties are not valid.
    init(_ properties: ClientProperties, logger: Logger) throws(LagError) {
        let configuration = try LagConnection.configuration(of: properties)
        do throws(KafkaError) {
            connection = try ClusterConnection(
                configuration: configuration,
                logger: logger,
                brokerLimit: LagConnection.brokerLimit
            )
        } catch {
            throw LagError(error.message)
        }
    }

    func read(
        _ requests: [LagRequest],
        until deadline: ContinuousClock.Instant,
        isStopping: () -> Bool
    ) -> [SinkKey: Result<GroupLag, LagError>] {
        let shared: Shared
        do throws(KafkaError) {
            shared = try survey(requests, until: deadline)
        } catch {
            let isLasting = error.code == .tooManyBrokers
            // The client's own errors say more than that nobody answered, or not in order.
            let cause = isLasting ? error : connection.takeErrors().last { !$0.isRetriable } ?? error
            let failure = LagError(cause.message, isLasting: isLasting)
            return Dictionary(uniqueKeysWithValues: requests.map { ($0.key, .failure(failure)) })
        }
        var outcomes: [SinkKey: Result<GroupLag, LagError>] = [:]
        var timeout = Self.callTimeout
        var unanswered = 0
        for request in requests {
            let left = ContinuousClock.now.duration(to: deadline)
            // The others come first in the next round: perhaps their coordinator is another one, and answers.
            guard left > .zero, !isStopping(), unanswered < Self.toleratedTimeouts else { break }
            do throws(KafkaError) {
                outcomes[request.key] = try lag(request, shared, timeout: min(timeout, left))
                unanswered = 0
            } catch {
                if error.isRetriable {
                    timeout = Self.shortTimeout
                    unanswered += 1
                }
                outcomes[request.key] = .failure(LagError(error.message))
            }
        }
        return outcomes
    }

    /// What is the same for all sinks.
    private struct Shared {
        var leaders: [String: TopicLeaders] = [:]
        /// `nil` when they could not be read.
        var groups: KafkaGroups.Listing?
        var ends: [TopicPartition: (low: Int64, high: Int64)] = [:]
        var topics: [SinkKey: Set<String>] = [:]
    }

    private func survey(
        _ requests: [LagRequest],
        until deadline: ContinuousClock.Instant
    ) throws(KafkaError) -> Shared {
        var shared = Shared()
        let isNamed = requests.allSatisfy { $0.pattern == nil }
        let names = Set(requests.flatMap(\.topics))
        shared.leaders = try connection.leaders(
            of: isNamed && names.count <= Self.namedTopics ? names : nil,
            timeout: Self.callTimeout
        )
        let known = Set(shared.leaders.keys)
        var byLeader: [Int32: Set<TopicPartition>] = [:]
        for request in requests {
            let topics: Set<String>
            if let pattern = request.pattern {
                guard let members = pattern.members(of: known, unless: { ContinuousClock.now >= deadline }) else {
                    throw KafkaError(
                        .timedOut,
                        "there was no time to look for topics among the cluster's \(known.count)"
                    )
                }
                topics = members
            } else {
                topics = Set(request.topics)
            }
            shared.topics[request.key] = topics
            for topic in topics {
                guard case .success(let leaders)? = shared.leaders[topic] else { continue }
                for (number, leader) in leaders.enumerated() {
                    guard let leader else { continue }
                    byLeader[leader, default: []].insert(TopicPartition(topic: topic, partition: Int32(number)))
                }
            }
        }
        shared.groups = try? KafkaGroups.list(connection, timeout: Self.callTimeout)
        let reader = OffsetReader(connection, group: "")
        // Each leader by itself, so that one that does not answer hides no other's partitions.
        for (_, partitions) in byLeader.sorted(by: { $0.key < $1.key }) where ContinuousClock.now < deadline {
            guard let ends = try? reader.watermarks(partitions, timeout: Self.callTimeout) else { continue }
            shared.ends.merge(ends) { $1 }
        }
        return shared
    }

    private func lag(
        _ request: LagRequest,
        _ shared: Shared,
        timeout: Duration
    ) throws(KafkaError) -> Result<GroupLag, LagError> {
        var read: [TopicPartition: (low: Int64, high: Int64)] = [:]
        var unknown = 0
        var problems: [String] = []
        for topic in (shared.topics[request.key] ?? []).sorted() {
            switch shared.leaders[topic] {
            case .success(let leaders)?:
                for number in leaders.indices {
                    let partition = TopicPartition(topic: topic, partition: Int32(number))
                    if let ends = shared.ends[partition] { read[partition] = ends } else { unknown += 1 }
                }
            case .failure(let error)?: problems.append(error.message)
            case nil: problems.append("topic \(topic) does not exist, or this user may not see it")
            }
        }
        if let problem = problems.first, read.isEmpty, unknown == 0 { return .failure(LagError(problem)) }
        var group = GroupLag(
            partitions: [],
            unknownPartitions: unknown,
            unknownTopics: problems,
            isStable: shared.groups?.state(of: request.group).map { $0 != .rebalancing },
            startsAtBeginning: request.startsAtBeginning
        )
        if unknown == 0, let recent = request.recent, Self.holds(recent, read) {
            group.partitions = recent.partitions
            return .success(group)
        }
        let reader = OffsetReader(connection, group: request.group)
        let committed = try reader.committed(read.keys, timeout: timeout)
        group.partitions = read.map { partition, ends in
            GroupLag.Partition(
                topic: partition.topic,
                number: Int(partition.partition),
                committed: committed[partition]?.offset,
                start: ends.low,
                end: ends.high
            )
        }.sorted { ($0.topic, $0.number) < ($1.topic, $1.number) }
        return .success(group)
    }

    /// Whether an earlier reading still holds: everything was committed up to the ends, and these have not moved.
    private static func holds(_ recent: GroupLag, _ ends: [TopicPartition: (low: Int64, high: Int64)]) -> Bool {
        recent.partitions.count == ends.count
            && recent.partitions.allSatisfy { partition in
                guard let now = ends[partition.name], let committed = partition.committed else { return false }
                return now.high == partition.end && committed == partition.end
            }
    }
}

extension LagRequest {
    /// The expression that topics are found by; `nil` when they are named.
    var pattern: TopicPattern? {
        guard topics.count == 1, let text = topics.first, text.hasPrefix("^") else { return nil }
        let isWrapped = text.hasPrefix("^(") && text.hasSuffix(")$")
        return try? TopicPattern(String(isWrapped ? text.dropFirst(2).dropLast(2) : text.dropFirst()))
    }
}

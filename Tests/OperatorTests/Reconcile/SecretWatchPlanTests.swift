import Testing

@testable import Operator

@Suite("Which watches show the Secrets that sinks name")
struct SecretWatchPlanTests {
    private static func names(_ count: Int) -> Set<String> { Set((0..<count).map { "secret-\($0)" }) }

    @Test("Few names have a watch each, and no more is read than these")
    func few() {
        var plan = SecretWatchPlan(.widening(isForWholeCluster: true))
        #expect(
            plan.arrange(["a": ["x", "y"], "b": ["x"]]).watched
                == [
                    .secret(namespace: "a", name: "x"), .secret(namespace: "a", name: "y"),
                    .secret(namespace: "b", name: "x"),
                ]
        )
        #expect(plan.arrange([:]).watched.isEmpty)
    }

    @Test("A namespace with many names has one watch, also when they become fewer")
    func wide() {
        var plan = SecretWatchPlan(.widening(isForWholeCluster: true))
        #expect(plan.arrange(["a": Self.names(16)]).watched.count == 16)
        #expect(
            plan.arrange(["a": Self.names(17), "b": ["x"]]).watched == [
                .namespace("a"), .secret(namespace: "b", name: "x"),
            ]
        )
        #expect(plan.arrange(["a": Self.names(2)]).watched == [.namespace("a")])
    }

    @Test("More watches than the limit make the namespaces wide that name the most", arguments: [true, false])
    func many(isForWholeCluster: Bool) {
        var plan = SecretWatchPlan(.widening(isForWholeCluster: isForWholeCluster))
        var needed = Dictionary(uniqueKeysWithValues: (0..<60).map { ("namespace-\($0)", Set(["x"])) })
        needed["large"] = Self.names(5)
        // One too many: one watch of the largest is enough.
        let scopes = plan.arrange(needed).watched
        #expect(scopes.count == 61 && scopes.contains(.namespace("large")))
        #expect(scopes.contains(.secret(namespace: "namespace-0", name: "x")))
        needed["small"] = ["x", "y"]
        needed["middle"] = ["x", "y", "z"]
        #expect(
            plan.arrange(needed).watched.subtracting(scopes)
                == [
                    .namespace("middle"), .secret(namespace: "small", name: "x"),
                    .secret(namespace: "small", name: "y"),
                ]
        )
    }

    @Test("The whole cluster is watched for very many namespaces alone, and where the operator is there for all of it")
    func cluster() {
        func namespaces(_ count: Int) -> [String: Set<String>] {
            Dictionary(uniqueKeysWithValues: (0..<count).map { ("namespace-\($0)", Set(["x", "y"])) })
        }
        var everywhere = SecretWatchPlan(.widening(isForWholeCluster: true))
        #expect(everywhere.arrange(namespaces(200)).watched == Set(namespaces(200).keys.map { .namespace($0) }))
        #expect(everywhere.arrange(namespaces(201)).watched == [.cluster])
        #expect(everywhere.arrange(["a": ["x"]]).watched == [.cluster])
        #expect(everywhere.arrange([:]).watched.isEmpty)
        var somewhere = SecretWatchPlan(.widening(isForWholeCluster: false))
        #expect(somewhere.arrange(namespaces(201)).watched == Set(namespaces(201).keys.map { .namespace($0) }))
    }

    @Test("1,000 sinks of one namespace take one watch")
    func thousand() {
        var plan = SecretWatchPlan(.widening(isForWholeCluster: false))
        #expect(plan.arrange(["data": Self.names(1000)]).watched == [.namespace("data")])
    }

    @Test("By name each Secret has a watch up to the limit, and what is beyond it is polled")
    func byName() {
        var plan = SecretWatchPlan(.byName)
        let limit = SecretWatchPlan.watches
        var needed = ["a": Self.names(limit - 1), "b": ["x", "y", "z"]]
        let first = plan.arrange(needed)
        #expect(first.watched.count == limit && first.watched.contains(.secret(namespace: "b", name: "x")))
        #expect(
            first.polled == [SecretName(namespace: "b", name: "y"), SecretName(namespace: "b", name: "z")]
        )
        // What has a watch keeps it, also when a name comes that would be before it in order.
        needed["0"] = ["early"]
        #expect(plan.arrange(needed).watched == first.watched)
        // A place that becomes free is taken by the next.
        needed["a"]?.remove("secret-0")
        needed["0"] = nil
        let later = plan.arrange(needed)
        #expect(later.watched.count == limit && later.polled == [SecretName(namespace: "b", name: "z")])
    }

    @Test("By name nothing is read that no sink names, however many there are", arguments: [1, 17, 65, 1000])
    func narrow(count: Int) {
        var plan = SecretWatchPlan(.byName)
        let needed = Dictionary(uniqueKeysWithValues: (0..<3).map { ("namespace-\($0)", Self.names(count)) })
        let arrangement = plan.arrange(needed)
        var seen = arrangement.polled
        for scope in arrangement.watched {
            guard case .secret(let namespace, let name) = scope else {
                Issue.record("\(scope) shows what no sink names")
                continue
            }
            #expect(seen.insert(SecretName(namespace: namespace, name: name)).inserted)
        }
        #expect(seen.count == 3 * count && arrangement.watched.count == min(SecretWatchPlan.watches, 3 * count))
        #expect(plan.arrange([:]) == SecretWatchPlan.Arrangement())
    }
}

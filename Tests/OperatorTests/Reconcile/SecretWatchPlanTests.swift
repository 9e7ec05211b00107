import Testing

@testable import Operator

@Suite("Which watches show the Secrets that sinks name")
struct SecretWatchPlanTests {
    private static func names(_ count: Int) -> Set<String> { Set((0..<count).map { "secret-\($0)" }) }

    @Test("Few names have a watch each, and no more is read than these")
    func few() {
        var plan = SecretWatchPlan(isForWholeCluster: true)
        #expect(
            plan.scopes(["a": ["x", "y"], "b": ["x"]])
                == [
                    .secret(namespace: "a", name: "x"), .secret(namespace: "a", name: "y"),
                    .secret(namespace: "b", name: "x"),
                ]
        )
        #expect(plan.scopes([:]).isEmpty)
    }

    @Test("A namespace with many names has one watch, also when they become fewer")
    func wide() {
        var plan = SecretWatchPlan(isForWholeCluster: true)
        #expect(plan.scopes(["a": Self.names(16)]).count == 16)
        #expect(
            plan.scopes(["a": Self.names(17), "b": ["x"]]) == [.namespace("a"), .secret(namespace: "b", name: "x")]
        )
        #expect(plan.scopes(["a": Self.names(2)]) == [.namespace("a")])
    }

    @Test("More watches than the limit make the namespaces wide that name the most", arguments: [true, false])
    func many(isForWholeCluster: Bool) {
        var plan = SecretWatchPlan(isForWholeCluster: isForWholeCluster)
        var needed = Dictionary(uniqueKeysWithValues: (0..<60).map { ("namespace-\($0)", Set(["x"])) })
        needed["large"] = Self.names(5)
        // One too many: one watch of the largest is enough.
        let scopes = plan.scopes(needed)
        #expect(scopes.count == 61 && scopes.contains(.namespace("large")))
        #expect(scopes.contains(.secret(namespace: "namespace-0", name: "x")))
        needed["small"] = ["x", "y"]
        needed["middle"] = ["x", "y", "z"]
        #expect(
            plan.scopes(needed).subtracting(scopes)
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
        var everywhere = SecretWatchPlan(isForWholeCluster: true)
        #expect(everywhere.scopes(namespaces(200)) == Set(namespaces(200).keys.map { .namespace($0) }))
        #expect(everywhere.scopes(namespaces(201)) == [.cluster])
        #expect(everywhere.scopes(["a": ["x"]]) == [.cluster])
        #expect(everywhere.scopes([:]).isEmpty)
        var somewhere = SecretWatchPlan(isForWholeCluster: false)
        #expect(somewhere.scopes(namespaces(201)) == Set(namespaces(201).keys.map { .namespace($0) }))
    }

    @Test("1,000 sinks of one namespace take one watch")
    func thousand() {
        var plan = SecretWatchPlan(isForWholeCluster: false)
        #expect(plan.scopes(["data": Self.names(1000)]) == [.namespace("data")])
    }
}

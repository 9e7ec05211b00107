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

    @Test("More watches than the limit become one of the whole cluster, where the operator is there for all of it")
    func cluster() {
        let many = Dictionary(uniqueKeysWithValues: (0..<65).map { ("namespace-\($0)", Set(["x", "y"])) })
        var everywhere = SecretWatchPlan(isForWholeCluster: true)
        #expect(everywhere.scopes(many) == [.cluster])
        #expect(everywhere.scopes(["a": ["x"]]) == [.cluster])
        var somewhere = SecretWatchPlan(isForWholeCluster: false)
        #expect(somewhere.scopes(many) == Set(many.keys.map { .namespace($0) }))
    }

    @Test("1,000 sinks of one namespace take one watch")
    func thousand() {
        var plan = SecretWatchPlan(isForWholeCluster: false)
        #expect(plan.scopes(["data": Self.names(1000)]) == [.namespace("data")])
    }
}

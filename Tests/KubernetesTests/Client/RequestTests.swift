import JSON
import Testing

@testable import Kubernetes

@Suite("Requests to the API server")
struct RequestTests {
    @Test("have the paths of the core group and of others")
    func paths() {
        let pod = ObjectReference(.pod, namespace: "shop", name: "p")
        #expect(APICall(.get, pod).path == "/api/v1/namespaces/shop/pods/p")
        let deployment = ObjectReference(.deployment, namespace: "shop", name: "d")
        #expect(
            APICall(.patch, deployment, subresource: "status").path
                == "/apis/apps/v1/namespaces/shop/deployments/d/status"
        )
        #expect(APICall(.list, .lease, namespace: nil).path == "/apis/coordination.k8s.io/v1/leases")
        let node = ResourceKind(group: "", version: "v1", kind: "Node", plural: "nodes")
        #expect(APICall(.get, ObjectReference(node, namespace: "", name: "a/b")).path == "/api/v1/nodes/a%2Fb")
        var call = APICall(.list, .pod, namespace: "shop")
        call.query = ObjectScope(.pod, labelSelector: "app=x,team in (a)", fieldSelector: "metadata.name=y").query
        #expect(
            call.target == "/api/v1/namespaces/shop/pods?labelSelector=app%3Dx%2Cteam%20in%20%28a%29"
                + "&fieldSelector=metadata.name%3Dy"
        )
    }

    @Test(
        "find the kind of an object as Kubernetes names it in paths",
        arguments: [
            ("v1", "ConfigMap", "", "configmaps"),
            ("networking.k8s.io/v1", "NetworkPolicy", "networking.k8s.io", "networkpolicies"),
            ("networking.k8s.io/v1", "Ingress", "networking.k8s.io", "ingresses"), ("v1", "Endpoints", "", "endpoints"),
            ("kustosink.dev/v1alpha1", "KustoSink", "kustosink.dev", "kustosinks"),
        ]
    )
    func kinds(apiVersion: String, kind: String, group: String, plural: String) {
        let object = KubernetesObject(["apiVersion": .string(apiVersion), "kind": .string(kind)])
        let found = ResourceKind(of: object)
        #expect(found?.group == group && found?.plural == plural && found?.apiVersion == apiVersion)
    }

    @Test("the kinds known here are found by their own names")
    func knownKinds() {
        let known: [ResourceKind] = [
            .secret, .service, .serviceAccount, .pod, .deployment, .podDisruptionBudget, .networkPolicy, .podMonitor,
            .lease, .event,
        ]
        for kind in known {
            let json: JSONValue = ["apiVersion": .string(kind.apiVersion), "kind": .string(kind.kind)]
            #expect(ResourceKind(of: KubernetesObject(json)) == kind)
        }
        #expect(ResourceKind(of: KubernetesObject(["kind": "x"])) == nil)
    }

    @Test("are sent again when the server asks for it and there is time")
    func retries() {
        var plan = RetryPlan(repeatsAfterFailure: true)
        let left = Duration.seconds(30)
        #expect(plan.next(status: 404, retryAfter: .seconds(1), left: left) == .answer)
        #expect(plan.next(status: 429, retryAfter: nil, left: left) == .answer)
        #expect(plan.next(status: 503, retryAfter: nil, left: left) == .answer)
        #expect(plan.next(status: 503, retryAfter: .seconds(30), left: left) == .answer)
        #expect(plan.next(status: 503, retryAfter: .seconds(29), left: left) == .wait(.seconds(29)))
        for _ in 3...RetryPlan.attempts {
            #expect(plan.next(status: 429, retryAfter: .seconds(1), left: left) == .wait(.seconds(1)))
        }
        #expect(plan.next(status: 429, retryAfter: .seconds(1), left: left) == .answer)
    }

    @Test("get a new credential once")
    func refreshes() {
        var plan = RetryPlan(repeatsAfterFailure: true)
        #expect(plan.next(status: 401, retryAfter: nil, left: .seconds(1)) == .refresh)
        #expect(plan.next(status: 401, retryAfter: nil, left: .seconds(1)) == .answer)
    }

    @Test("that must not be done twice are sent again only where nothing was done")
    func creations() {
        var plan = RetryPlan(repeatsAfterFailure: false)
        #expect(plan.next(status: 503, retryAfter: .seconds(1), left: .seconds(9)) == .answer)
        #expect(plan.next(status: 429, retryAfter: .seconds(1), left: .seconds(9)) == .wait(.seconds(1)))
    }

    @Test("bring warnings, of which a field may have several")
    func warnings() {
        #expect(ServerWarnings.texts(#"299 - "policy/v1beta1 is deprecated""#) == ["policy/v1beta1 is deprecated"])
        #expect(ServerWarnings.texts(#"299 - "a \"b\", c", 299 host "d""#) == [#"a "b", c"#, "d"])
        #expect(ServerWarnings.texts("299 - nothing").isEmpty)
    }

    @Test("name the program")
    func userAgent() {
        let text = UserAgent.text(program: "p", version: "1.2", component: "c")
        #expect(text == "p/1.2 (linux/amd64) c" || text == "p/1.2 (linux/arm64) c")
    }
}

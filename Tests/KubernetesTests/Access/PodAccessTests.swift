import Foundation
import Kubernetes
import Testing

@Suite("A pod's own identity")
struct PodAccessTests {
    private let folder = TemporaryFolder()

    private func load(_ more: [String: String] = [:]) throws(APIError) -> ClusterAccess {
        let environment = ["KUBERNETES_SERVICE_HOST": "fd00::1", "KUBERNETES_SERVICE_PORT": "6443"]
        return try ClusterAccess.load(
            kubeconfig: nil,
            environment: environment.merging(more) { $1 },
            serviceAccountFolder: folder.path
        )
    }

    private func fill(_ files: [String: String]) throws {
        for (name, text) in files { try folder.write(name, text) }
    }

    @Test("is where the kubelet puts it, and the downward API knows the namespace better")
    func complete() throws {
        try fill(["token": "abc\n", "ca.crt": Samples.certificate, "namespace": "ns\n"])
        let access = try load()
        #expect(access.server == "https://[fd00::1]:6443" && access.namespace == "ns")
        #expect(access.description.contains("the pod's ServiceAccount") && !access.description.contains("abc"))
        #expect(try load(["POD_NAMESPACE": "mine"]).namespace == "mine")
    }

    @Test(
        "is refused when a part of it is missing, which is named",
        arguments: [
            (["ca.crt": Samples.certificate], "token"), (["token": " \n", "ca.crt": Samples.certificate], "is empty"),
            (["token": "a b", "ca.crt": Samples.certificate], "more than a token"), (["token": "a"], "ca.crt"),
            (["token": "a", "ca.crt": "x"], "holds no PEM"),
        ]
    )
    func incomplete(files: [String: String], problem: String) throws {
        try fill(files)
        let error = #expect(throws: APIError.self) { try load() }
        #expect(error?.code == .configuration && error?.message.contains(problem) == true)
    }
}

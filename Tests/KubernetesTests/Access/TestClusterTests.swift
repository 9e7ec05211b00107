import ScriptedAPI
import Testing

@Suite("Tests on a real cluster")
struct TestClusterTests {
    @Test("run only where TEST_KUBECONFIG names the cluster of KUBECONFIG")
    func isNamed() {
        #expect(TestCluster.isNamed(by: ["KUBECONFIG": "/a", "TEST_KUBECONFIG": "/a"]))
        #expect(!TestCluster.isNamed(by: ["KUBECONFIG": "/a"]))
        #expect(!TestCluster.isNamed(by: ["KUBECONFIG": "/a", "TEST_KUBECONFIG": "/b"]))
        #expect(!TestCluster.isNamed(by: ["TEST_KUBECONFIG": "/a"]))
        #expect(!TestCluster.isNamed(by: ["KUBECONFIG": "", "TEST_KUBECONFIG": ""]))
    }
}

import Daemon
import Testing

@Suite("The memory limit of a container")
struct ContainerMemoryTests {
    @Test(
        "is what either version of control groups says",
        arguments: [
            ([:], nil),
            (["memory.max": "max\n"], nil),
            (["memory.max": "134217728\n"], 128 << 20),
            (["memory/memory.limit_in_bytes": "9223372036854771712\n"], nil),
            (["memory/memory.limit_in_bytes": "268435456\n"], 256 << 20),
            (["memory.max": "1048576\n", "memory/memory.limit_in_bytes": "268435456\n"], 1 << 20),
        ] as [([String: String], Int?)]
    )
    func limit(files: [String: String], bytes: Int?) {
        #expect(ContainerMemory.limit { files[String($0.dropFirst("/sys/fs/cgroup/".count))] } == bytes)
    }
}

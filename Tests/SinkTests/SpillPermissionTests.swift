import Foundation
import Glibc
import Testing

@testable import Sink

/// Ends a process of a test that went wrong.
private func fail(_ text: String) -> Never {
    print(text)
    exit(7)
}

@Suite("Who may read what waits on disk", .timeLimit(.minutes(3)))
struct SpillPermissionTests {
    // The umask is the process's, and the other tests' as well.
    @Test("nobody but its owner, whatever the umask is, and nothing is left in the directory")
    func owner() async {
        await #expect(processExitsWith: .exitCode(0)) {
            umask(0)
            let directory = "/tmp/spill-\(UUID().uuidString)"
            guard unsafe mkdir(directory, 0o777) == 0 else { fail("no directory") }
            do {
                let space = try SpillSpace(directory: directory, bytes: 1 << 20)
                let files = FileManager.default
                let open = try files.contentsOfDirectory(atPath: "/proc/self/fd").filter {
                    (try? files.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)"))?.hasPrefix(directory) == true
                }
                guard open.count == 1, let descriptor = Int32(open[0]) else { fail("\(open.count) files") }
                var status = stat()
                guard unsafe fstat(descriptor, &status) == 0, status.st_mode & 0o777 == 0o600, status.st_nlink == 0
                else {
                    fail("mode \(status.st_mode & 0o777), \(status.st_nlink) names")
                }
                guard try files.contentsOfDirectory(atPath: directory).isEmpty else { fail("something is left") }
                withExtendedLifetime(space) {}
                try files.removeItem(atPath: directory)
            } catch {
                fail("\(error)")
            }
        }
    }
}

import Foundation
import Glibc
import Testing

@testable import KustoEmulator

/// Ends a process of a test that went wrong.
private func fail(_ text: String) -> Never {
    print(text)
    exit(7)
}

@Suite("Who may read the emulator's files", .timeLimit(.minutes(3)))
struct FilePermissionTests {
    // The umask is the process's, and the other tests' as well.
    @Test("nobody but their owner, whatever the umask is")
    func owner() async {
        await #expect(processExitsWith: .exitCode(0)) {
            umask(0)
            func mode(_ path: String) -> mode_t {
                var status = stat()
                return unsafe stat(path, &status) == 0 ? status.st_mode & 0o777 : 0
            }
            do {
                let directory = try DataDirectory(path: nil)
                let file = try directory.makeFile("rows")
                guard mode(directory.path) == 0o700 else { fail("the directory: \(mode(directory.path))") }
                guard mode(file.path) == 0o600 else { fail("a file: \(mode(file.path))") }
                // As an earlier run of another user's making may have left it.
                let older = "\(directory.path)/older"
                guard FileManager.default.createFile(atPath: older, contents: Data([1])),
                    unsafe chmod(older, 0o666) == 0
                else {
                    fail("no older file")
                }
                _ = try DataFile(creating: older)
                guard mode(older) == 0o600 else { fail("an older file: \(mode(older))") }
                directory.remove()
            } catch {
                fail("\(error)")
            }
        }
    }
}

import CGlibc
import Foundation
import Glibc
import Testing

@testable import Daemon

private struct Failure: Error {
    let text: String

    init(_ text: String) { self.text = text }
}

/// Ends a process that has not kept its secrets, and says why.
private func fail(_ error: any Error) -> Never {
    print(error)
    exit(7)
}

@Suite("What a process keeps to itself", .timeLimit(.minutes(3)))
struct ProcessSecrecyTests {
    @Test("no core files, for itself and for what it starts")
    func cores() async {
        await #expect(processExitsWith: .exitCode(0)) {
            ProcessSecrecy.begin()
            do {
                let limits = try String(contentsOfFile: "/proc/self/limits", encoding: .utf8)
                let line = limits.split(separator: "\n").first { $0.hasPrefix("Max core file size") }
                let words = line?.split(separator: " ").dropFirst(4) ?? []
                guard words.first == "0", words.dropFirst().first == "0" else { throw Failure(limits) }
                guard cglibc_allows_dumps() == 0 else { throw Failure("dumpable") }
            } catch {
                fail(error)
            }
        }
    }

    @Test("with the environment's leave it can be debugged, and writes core files as before")
    func debugging() async {
        await #expect(processExitsWith: .exitCode(0)) {
            do {
                var before = rlimit()
                _ = unsafe getrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &before)
                unsafe setenv(ProcessSecrecy.debugging, "1", 1)
                ProcessSecrecy.begin()
                var after = rlimit()
                _ = unsafe getrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &after)
                guard after.rlim_max == before.rlim_max, after.rlim_cur == before.rlim_cur else {
                    throw Failure("\(before) became \(after)")
                }
                guard cglibc_allows_dumps() == 1 else { throw Failure("not dumpable") }
                guard umask(0) == 0o077 else { throw Failure("the umask") }
            } catch {
                fail(error)
            }
        }
    }

    @Test("no other value of the variable gives that leave")
    func otherValues() async {
        await #expect(processExitsWith: .exitCode(0)) {
            unsafe setenv(ProcessSecrecy.debugging, "10", 1)
            ProcessSecrecy.begin()
            exit(cglibc_allows_dumps() == 0 ? 0 : 7)
        }
    }

    @Test("files are for its own user alone")
    func files() async {
        await #expect(processExitsWith: .exitCode(0)) {
            ProcessSecrecy.begin()
            do {
                var template = Array("/tmp/kusto-sink-secrecy-XXXXXX".utf8CString)
                guard unsafe mkdtemp(&template) != nil else { throw Failure("no folder") }
                let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
                defer { try? FileManager.default.removeItem(atPath: folder) }
                guard unsafe mkdir("\(folder)/a", 0o777) == 0 else { throw Failure("no folder in it") }
                let descriptor = unsafe open("\(folder)/b", O_WRONLY | O_CREAT, 0o666)
                guard descriptor >= 0 else { throw Failure("no file in it") }
                close(descriptor)
                for (name, mode) in [("", 0o700), ("/a", 0o700), ("/b", 0o600)] as [(String, mode_t)] {
                    var status = stat()
                    guard unsafe stat(folder + name, &status) == 0, status.st_mode & 0o777 == mode else {
                        throw Failure("\(name) has mode \(status.st_mode & 0o777)")
                    }
                }
            } catch {
                fail(error)
            }
        }
    }

    @Test("what Linux says about the process can still be read by itself")
    func ownFiles() async {
        await #expect(processExitsWith: .exitCode(0)) {
            // As in a container, where the process is nobody in particular.
            if geteuid() == 0 { guard setgid(65532) == 0, setuid(65532) == 0 else { exit(7) } }
            ProcessSecrecy.begin()
            do {
                for name in ["stat", "statm", "status", "cgroup"] {
                    _ = try String(contentsOfFile: "/proc/self/\(name)", encoding: .utf8)
                }
                guard try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count > 2 else {
                    throw Failure("no descriptors")
                }
            } catch {
                fail(error)
            }
        }
    }
}

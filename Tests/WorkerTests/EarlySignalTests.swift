import Foundation
import Glibc
import KafkaBroker
import Testing

@Suite("A worker that is told to stop as soon as it starts", .timeLimit(.minutes(10)))
struct EarlySignalTests {
    /// No broker is there, so that the worker waits for one until it is told to stop.
    private static let properties = """
        name=early
        connector.class=com.microsoft.azure.kusto.kafka.connect.sink.KustoSinkConnector
        topics=orders
        kusto.tables.topics.mapping=[{'topic': 'orders','db': 'd','table': 't','format': 'json'}]
        kusto.ingestion.url=http://127.0.0.1:9
        kusto.query.url=http://127.0.0.1:9
        aad.auth.strategy=workload_identity
        key.converter=org.apache.kafka.connect.storage.StringConverter
        value.converter=org.apache.kafka.connect.storage.StringConverter
        bootstrap.servers=127.0.0.1:9
        metrics.address=off
        startup.timeout.ms=600000

        """

    private func withConfiguration(port: Int = 9, _ body: (String) async throws -> Void) async throws {
        let path = FileManager.default.temporaryDirectory.path + "/early-\(UUID().uuidString).properties"
        let properties = Self.properties.replacing("127.0.0.1:9\n", with: "127.0.0.1:\(port)\n")
        try properties.write(toFile: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await body(path)
    }

    @Test("ends with success wherever in its start the signal comes, once main has begun")
    func atOnce() async throws {
        try await withConfiguration { path in
            for turn in 0..<8 {
                let program = try Program("kusto-sink-worker", ["--config", path])
                // SIGPIPE is ignored right after the signals that stop are received.
                try await Self.waitUntilPipeIsIgnored(program.pid)
                // From there on a little later each time, up to where the services run.
                usleep(UInt32(turn) * 10_000)
                program.kill(SIGTERM)
                let code = try await program.exitCode(within: .seconds(120))
                #expect(code == 0, "turn \(turn): \(program.output)")
            }
        }
    }

    @Test("goes on when it is asked to read its credentials again, wherever in its start, and says so")
    func reload() async throws {
        try await withConfiguration { path in
            for turn in 0..<4 {
                let program = try Program("kusto-sink-worker", ["--config", path])
                try await Self.waitUntilPipeIsIgnored(program.pid)
                usleep(UInt32(turn) * 20_000)
                program.kill(SIGHUP)
                let deadline = ContinuousClock.now + .seconds(120)
                while !program.output.contains(where: { $0.contains("SIGHUP: credentials are read again") }),
                    ContinuousClock.now < deadline, program.isRunning
                {
                    try await Task.sleep(for: .milliseconds(20))
                }
                program.kill(SIGTERM)
                let code = try await program.exitCode(within: .seconds(120))
                #expect(code == 0, "turn \(turn): \(program.output)")
                #expect(program.output.contains { $0.contains("SIGHUP: credentials are read again") }, "turn \(turn)")
            }
        }
    }

    @Test("ends with success while it still reads its configuration")
    func whileReading() async throws {
        // A pipe that nobody writes into keeps the worker where it reads the file; only one that it was given open is read.
        let path = FileManager.default.temporaryDirectory.path + "/early-\(UUID().uuidString)"
        let isMade = unsafe mkfifo(path, 0o600) == 0
        try #require(isMade)
        defer { unsafe unlink(path) }
        let reader = unsafe open(path, O_RDONLY | O_NONBLOCK)
        let writer = unsafe open(path, O_WRONLY | O_CLOEXEC)
        defer { [reader, writer].forEach { close($0) } }
        try #require(reader >= 0 && writer >= 0)
        let program = try Program("kusto-sink-worker", ["--config", "/dev/stdin"], input: path)
        let deadline = ContinuousClock.now + .seconds(120)
        // One descriptor is what it was given, the other one what it reads from.
        while Self.descriptors(of: program.pid, leadingTo: path) < 2, ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(5))
        }
        #expect(Self.descriptors(of: program.pid, leadingTo: path) == 2)
        program.kill(SIGTERM)
        #expect(try await program.exitCode(within: .seconds(120)) == 0, "\(program.output)")
    }

    private static func descriptors(of pid: pid_t, leadingTo path: String) -> Int {
        let folder = "/proc/\(pid)/fd"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.count { (try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)")) == path }
    }

    @Test("loses no signal that came while its libraries were loaded, when that was blocked")
    func whileLoading() async throws {
        try await withConfiguration { path in
            for turn in 0..<8 {
                var set = sigset_t()
                unsafe sigemptyset(&set)
                unsafe sigaddset(&set, SIGTERM)
                var before = sigset_t()
                unsafe pthread_sigmask(SIG_BLOCK, &set, &before)
                // The child inherits the mask of the thread that starts it.
                let program = try? Program("kusto-sink-worker", ["--config", path])
                unsafe pthread_sigmask(SIG_SETMASK, &before, nil)
                let started = try #require(program)
                usleep(UInt32(turn) * 8000)
                started.kill(SIGTERM)
                let code = try await started.exitCode(within: .seconds(120))
                #expect(code == 0, "turn \(turn): \(started.output)")
            }
        }
    }

    @Test("ends with success while everything takes its connections and never answers")
    func halfOpen() async throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(listener) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = unsafe inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = unsafe bind(listener, $0, length)
                _ = listen(listener, 64)
                _ = unsafe getsockname(listener, $0, &length)
            }
        }
        try await withConfiguration(port: Int(UInt16(bigEndian: address.sin_port))) { path in
            let program = try Program("kusto-sink-worker", ["--config", path])
            var waiting = pollfd(fd: listener, events: Int16(POLLIN), revents: 0)
            while unsafe poll(&waiting, 1, 0) == 0 { try await Task.sleep(for: .milliseconds(20)) }
            program.kill(SIGTERM)
            #expect(try await program.exitCode(within: .seconds(120)) == 0, "\(program.output)")
        }
    }

    @Test("check is ended by the signal, since it has given no answer")
    func check() async throws {
        try await withConfiguration { path in
            let program = try Program("kusto-sink-worker", ["check", "--config", path])
            try await Self.waitUntilPipeIsIgnored(program.pid)
            // `release` is called a moment later; a signal that comes before is kept until then.
            program.kill(SIGTERM)
            #expect(try await program.exitCode(within: .seconds(120)) == 128 + SIGTERM)
        }
    }

    private static func waitUntilPipeIsIgnored(_ pid: Int32) async throws {
        let deadline = ContinuousClock.now + .seconds(120)
        while ContinuousClock.now < deadline {
            let status = (try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)) ?? ""
            let line = status.split(separator: "\n").first { $0.hasPrefix("SigIgn:") }
            let mask = line.flatMap { UInt64($0.split(separator: "\t").last ?? "", radix: 16) } ?? 0
            if mask & (1 << (UInt64(SIGPIPE) - 1)) != 0 { return }
            await Task.yield()
        }
        throw Program.Timeout(description: "the worker did not reach its main in time")
    }
}

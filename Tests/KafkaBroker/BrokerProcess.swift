internal import Foundation

/// The shell that formats the broker's storage, runs the broker and obeys `kill`, `start`, `pause` and `resume`.
///
/// It ends the broker when our end of the pipe closes.
final class BrokerProcess: @unchecked Sendable {
    private let process = Process()
    private let pipe = Pipe()

    /// - Parameter users: Users of SCRAM that the storage is formatted with.
    init(home: String, folder: String, users: [String]) throws {
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments =
            [
                "-c",
                """
                cd "$1" || exit 1
                start() {
                    "$0/bin/kafka-server-start.sh" server.properties >> log 2>&1 < /dev/null &
                    broker=$!
                }
                folder=$1
                shift
                id=$("$0/bin/kafka-storage.sh" random-uuid 2>/dev/null)
                "$0/bin/kafka-storage.sh" format -t "$id" -c server.properties "$@" > log 2>&1 || exit 1
                start
                while read -r command; do
                    case $command in
                    kill) kill -9 $broker; wait $broker ;;
                    start) start ;;
                    pause) kill -STOP $broker ;;
                    resume) kill -CONT $broker ;;
                    esac
                done
                kill -9 $broker
                cd / && rm -rf "$folder"
                """,
                home, folder,
            ] + users.flatMap { ["--add-scram", $0] }
        var environment = ProcessInfo.processInfo.environment
        environment["KAFKA_HEAP_OPTS"] = "-Xms256m -Xmx512m"
        process.environment = environment
        process.standardInput = pipe
        try process.run()
    }

    var isRunning: Bool { process.isRunning }

    /// Tells the shell to do something.
    func tell(_ command: String) throws {
        try pipe.fileHandleForWriting.write(contentsOf: Data("\(command)\n".utf8))
    }
}

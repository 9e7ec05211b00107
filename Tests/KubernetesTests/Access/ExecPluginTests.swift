import Foundation
import Glibc
import HTTP
import JSON
import ScriptedAPI
import Secrets
import Testing

@testable import Kubernetes

@Suite("A credential plugin", .timeLimit(.minutes(10)))
struct ExecPluginTests {
    private static let group = "client.authentication.k8s.io"
    private let folder = TemporaryFolder()

    /// The plugin of a kubeconfig whose command is this script.
    private func plugin(
        _ script: String,
        fields: String = "apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never",
        cluster: String = "server: https://h:1, tls-server-name: n"
    ) throws -> ExecPlugin {
        try folder.write("bin/plugin", "#!/bin/sh\n\(script)\n", executable: true)
        return try self.plugin(fields: "command: ./bin/plugin, \(fields)", cluster: cluster)
    }

    private func plugin(fields: String, cluster: String = "server: https://h:1") throws -> ExecPlugin {
        let text = """
            current-context: x
            clusters: [{name: c, cluster: {\(cluster)}}]
            users: [{name: u, user: {exec: {\(fields)}}}]
            contexts: [{name: x, context: {cluster: c, user: u}}]
            """
        let access = try ClusterAccess.load(
            kubeconfig: folder.write("config", text),
            environment: ["PATH": "/usr/bin:/bin", "OWN": "1"]
        )
        guard case .plugin(let plugin) = access.login else { throw CocoaError(.featureUnsupported) }
        return plugin
    }

    private func printing(_ status: String, version: String = "v1") -> String {
        "echo '{\"kind\":\"ExecCredential\",\"apiVersion\":\"\(Self.group)/\(version)\",\"status\":\(status)}'"
    }

    private func failure(_ plugin: ExecPlugin, limit: Duration = .seconds(60)) -> String {
        let error = #expect(throws: APIError.self) { try plugin.run(limit: limit) }
        #expect(error?.code == .configuration)
        return error?.message ?? ""
    }

    @Test("prints a token, a certificate, or both, and when they end")
    func credentials() throws {
        let token = try plugin(printing(#"{"token":"t","expirationTimestamp":"2027-01-15T08:00:00Z"}"#)).run()
        #expect(token.token?.reveal() == "t" && token.identity == nil && token.expiry == 1_800_000_000)
        let identity = try plugin(printing(#"{"clientCertificateData":"c","clientKeyData":"k"}"#)).run()
        #expect(identity.token == nil && identity.identity?.key.reveal() == "k" && identity.expiry == nil)
        let zone = try plugin(printing(#"{"token":"t","expirationTimestamp":"2027-01-15T10:00:00.25+02:00"}"#)).run()
        #expect(zone.expiry == 1_800_000_000.25)
    }

    @Test("gets its arguments, its own environment over the process's, and what it may know of the cluster")
    func input() throws {
        let script = """
            { echo "$1|$2|$OWN|$ADDED"; cat; echo "$KUBERNETES_EXEC_INFO"; } > "$(dirname "$0")/seen"
            \(printing(#"{"token":"t"}"#))
            """
        let fields = """
            apiVersion: \(Self.group)/v1, interactiveMode: IfAvailable, provideClusterInfo: true, \
            args: [a, 'b c'], env: [{name: ADDED, value: x}, {name: OWN, value: '2'}]
            """
        let cluster = """
            server: https://h:1, tls-server-name: n, insecure-skip-tls-verify: true, \
            extensions: [{name: \(Self.group)/exec, extension: {audience: z}}]
            """
        _ = try plugin(script, fields: fields, cluster: cluster).run()
        let seen = try String(contentsOfFile: "\(folder.path)/bin/seen", encoding: .utf8).split(separator: "\n")
        #expect(seen[0] == "a|b c|2|x")
        let info = try JSONValue(parsing: String(seen[1]))
        let expected: JSONValue = [
            "server": "https://h:1", "tls-server-name": "n", "insecure-skip-tls-verify": true,
            "config": ["audience": "z"],
        ]
        #expect(info["kind"] == "ExecCredential" && info["apiVersion"]?.stringValue == "\(Self.group)/v1")
        #expect(info["spec"] == ["interactive": false, "cluster": expected])
    }

    @Test("tells nothing of the cluster unless asked to")
    func discretion() throws {
        let script = "echo \"$KUBERNETES_EXEC_INFO\" > \"$(dirname \"$0\")/seen\"\n" + printing(#"{"token":"t"}"#)
        _ = try plugin(script).run()
        let info = try JSONValue(parsing: String(contentsOfFile: "\(folder.path)/bin/seen", encoding: .utf8))
        #expect(info["spec"] == ["interactive": false])
    }

    @Test("is refused for versions and modes that cannot work here")
    func fields() throws {
        for (fields, problem) in [
            ("command: x, apiVersion: \(Self.group)/v1alpha1", "apiVersion"),
            ("command: x, apiVersion: \(Self.group)/v1", "interactiveMode: is missing"),
            ("command: x, apiVersion: \(Self.group)/v1, interactiveMode: Always", "needs a terminal"),
            ("command: x, apiVersion: \(Self.group)/v1, interactiveMode: Often", "not known"),
            ("apiVersion: \(Self.group)/v1", "command: is missing"),
            ("command: x, apiVersion: \(Self.group)/v1beta1, env: [{value: x}]", "env[0], name: is missing"),
        ] {
            let error = #expect(throws: APIError.self) { try plugin(fields: fields) }
            #expect(error?.message.contains(problem) == true, "\(error?.message ?? "")")
        }
        #expect(try plugin(fields: "command: x, apiVersion: \(Self.group)/v1beta1").command == "x")
    }

    @Test("that is not installed shows the hint of the kubeconfig")
    func hint() throws {
        let fields = "command: no-such-plugin, apiVersion: \(Self.group)/v1beta1, installHint: 'get it at example.com'"
        let message = failure(try plugin(fields: fields))
        #expect(message.contains("no-such-plugin") && message.hasSuffix(": get it at example.com"))
    }

    @Test("that fails is shown with its words, but not with what may be a secret")
    func words() throws {
        let jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJlc2lnbmF0dXJl"
        let script = """
            echo "login failed: AADSTS50173 for tenant 72f988bf" >&2
            echo "sent Bearer \(jwt) and password=hunter2 token: s3cr3t got $SECRET" >&2
            exit 3
            """
        let fields = "apiVersion: \(Self.group)/v1beta1, env: [{name: SECRET, value: swordfish}]"
        let message = failure(try plugin(script, fields: fields))
        #expect(message.contains("exit code 3") && message.contains("login failed: AADSTS50173 for tenant 72f988bf"))
        for secret in [jwt, "hunter2", "s3cr3t", "swordfish"] { #expect(!message.contains(secret)) }
    }

    @Test("that prints something else is refused, and what it printed is not repeated")
    func answers() throws {
        for (script, problem) in [
            ("echo hunter2", "did not print JSON"),
            ("echo '{\"kind\":\"hunter2\"}'", "did not print an ExecCredential"),
            (printing(#"{"token":"hunter2"}"#, version: "v1beta1"), "printed apiVersion \(Self.group)/v1beta1"),
            (printing("{}"), "neither a token nor a client certificate"),
            (printing(#"{"clientKeyData":"hunter2"}"#), "both are needed"),
            (printing(#"{"token":"hunter2","expirationTimestamp":"soon"}"#), "no time of RFC 3339"),
            ("head -c 3000000 /dev/zero", "printed more than 1 MiB"), ("kill -9 $$", "signal 9"),
        ] {
            let message = failure(try plugin(script))
            #expect(message.contains(problem) && !message.contains("hunter2"), "\(message)")
        }
    }

    @Test("that takes too long is ended, with all that it started")
    func deadline() throws {
        let script = "sleep 600 & echo $! > \"$(dirname \"$0\")/child\"; echo begun >&2; wait"
        var message = ""
        // A machine that takes longer than the limit to begin with the script says nothing about what ends it.
        for seconds in [2, 20] {
            message = failure(try plugin(script), limit: .seconds(seconds))
            #expect(message.contains("took longer than \(seconds).0 seconds"))
            if message.contains("begun") { break }
        }
        #expect(message.contains("begun"))
        let text = try String(contentsOfFile: "\(folder.path)/bin/child", encoding: .utf8)
        let child = try #require(pid_t(text.trimmingCharacters(in: .newlines)))
        // The kernel ends it in a moment; it may stay as a zombie where nobody collects those.
        let deadline = ContinuousClock.now + .seconds(60)
        var state = "R"
        while state != "Z", state != "", ContinuousClock.now < deadline {
            let status = try? String(contentsOfFile: "/proc/\(child)/stat", encoding: .utf8)
            state = status?.split(separator: " ").dropFirst(2).first.map(String.init) ?? ""
        }
        #expect(state == "Z" || state == "")
    }

    @Test("inherits none of this process's files and connections")
    func inheritance() throws {
        // A copy of a descriptor stays open in programs that are started.
        let descriptor = fcntl(2, F_DUPFD, 200)
        defer { close(descriptor) }
        let script = "if [ -e /proc/$$/fd/\(descriptor) ]; then exit 4; fi\n" + printing(#"{"token":"t"}"#)
        #expect(try plugin(script).run().token?.reveal() == "t")
    }

    @Test("that ends but leaves something behind is not waited for")
    func leftover() throws {
        let credential = try plugin("sleep 90 &\n" + printing(#"{"token":"t"}"#)).run(limit: .seconds(60))
        #expect(credential.token?.reveal() == "t")
    }

    @Test("gives a credential that is renewed in the last tenth of its life, and none that has ended")
    func life() throws {
        let clock = ManualClock()  // at 2027-01-15T08:00:00Z
        func fetch(_ expiry: String) throws(APIError) -> FetchedCredential {
            let plugin: ExecPlugin
            do {
                plugin = try self.plugin(printing(#"{"token":"t","expirationTimestamp":"\#(expiry)"}"#))
            } catch {
                throw APIError(.other, "\(error)")
            }
            return try ExecCredentialSource(plugin: plugin, clock: clock.clock).fetch()
        }
        let short = try fetch("2027-01-15T08:10:00Z")
        #expect(short.freshFor == .seconds(540) && short.usableFor == .seconds(600))
        #expect(try fetch("2027-01-15T18:00:00Z").freshFor == .seconds(36_000 - 300))
        let error = #expect(throws: APIError.self) { try fetch("2027-01-15T08:00:00Z") }
        #expect(error?.message.contains("has ended already") == true)
    }
}

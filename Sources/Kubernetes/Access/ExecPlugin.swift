internal import JSON
internal import Secrets

/// A program that prints a credential (`users[].user.exec` of a kubeconfig).
struct ExecPlugin: Sendable {
    /// How long a run may take.
    static let limit = Duration.seconds(60)

    private static let group = "client.authentication.k8s.io"

    /// The program, as the kubeconfig names it.
    let command: String
    let apiVersion: String
    private let path: String
    private let arguments: [String]
    private let environment: [String: String]
    /// What the kubeconfig adds to the environment: it may hold passwords.
    private let secrets: [String]
    private let installHint: String?
    private let place: String

    /// Reads the fields of `exec`.
    /// - Parameters:
    ///   - fields: The fields.
    ///   - cluster: What the plugin is told about, if it asks for that.
    ///   - environment: This process's environment.
    init(
        _ fields: KubeconfigFields,
        cluster: KubeconfigCluster,
        environment: [String: String]
    ) throws(APIError) {
        command = try fields.required("command")
        // As in a shell, a name without a slash is looked up in PATH.
        path = command.contains("/") ? fields.resolved(command) : command
        arguments = try fields.texts("args")
        installHint = try fields.text("installHint")
        place = "credential plugin \(command) of kubeconfig \(fields.entry.file), user \(fields.entry.name)"
        apiVersion = try fields.required("apiVersion")
        guard ["\(Self.group)/v1", "\(Self.group)/v1beta1"].contains(apiVersion) else {
            throw fields.error("apiVersion", "\(apiVersion) is not known; expected \(Self.group)/v1")
        }
        switch try fields.text("interactiveMode") {
        case "Never", "IfAvailable": break
        case "Always":
            throw fields.error(
                "interactiveMode",
                "Always needs a terminal, which this process does not offer; set IfAvailable or Never, and log in before"
            )
        case nil where apiVersion.hasSuffix("/v1beta1"): break
        case nil: throw fields.error("interactiveMode", "is missing; expected Never or IfAvailable")
        case let mode?: throw fields.error("interactiveMode", "\(mode) is not known; expected Never or IfAvailable")
        }
        var environment = environment
        var secrets: [String] = []
        for variable in try fields.objects("env") {
            let value = try variable.text("value") ?? ""
            environment[try variable.required("name")] = value
            secrets.append(value)
        }
        var spec: JSONObject = ["interactive": false]
        if try fields.flag("provideClusterInfo") { spec["cluster"] = try cluster.pluginInfo() }
        let info: JSONValue = [
            "apiVersion": .string(apiVersion), "kind": "ExecCredential", "spec": .object(spec),
        ]
        environment["KUBERNETES_EXEC_INFO"] = info.text
        self.environment = environment
        self.secrets = secrets
    }

    /// Runs the program and reads what it prints; blocks, at most for ``limit``.
    /// - Throws: ``APIError`` with `configuration` when it is not there, fails, takes too long, or prints something else.
    func run(limit: Duration = ExecPlugin.limit) throws(APIError) -> ExecCredential {
        let outcome: ChildProcess.Outcome
        do throws(ChildProcess.StartError) {
            outcome = try ChildProcess.run(
                path,
                arguments: arguments,
                environment: environment,
                limit: limit,
                outputLimit: 1 << 20
            )
        } catch {
            let hint = installHint.map { ": \($0)" } ?? "; install it, or correct the path"
            throw APIError(.configuration, "\(place) cannot be started, \(error.reason)\(hint)")
        }
        switch outcome.end {
        case .exited(0): break
        case .exited(let code): throw failure("ended with exit code \(code)", outcome)
        case .signalled(let signal): throw failure("was ended by signal \(signal)", outcome)
        case .timedOut: throw failure("was ended because it took longer than \(limit)", outcome)
        case .printedTooMuch: throw failure("was ended because it printed more than 1 MiB", outcome)
        }
        do throws(ExecCredential.Problem) {
            return try ExecCredential(outcome.output, apiVersion: apiVersion)
        } catch {
            throw failure(error.text, outcome)
        }
    }

    private func failure(_ problem: String, _ outcome: ChildProcess.Outcome) -> APIError {
        let words = PluginWords.shown(outcome.errors, without: secrets)
        return APIError(.configuration, "\(place) \(problem)" + (words.isEmpty ? "" : "; it says: \(words)"))
    }
}

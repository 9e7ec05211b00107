internal import Identity
internal import Secrets

/// Translates how a client signs in and encrypts: properties of Java's clients that depend on each other.
///
/// What librdkafka has properties for becomes such ones, the rest a ``KafkaSecurity``. Settings of a way that
/// `security.protocol` does not go are passed over, as Java's clients do.
struct SecurityTranslation {
    typealias Source = ClientTranslation.Source

    /// A property for librdkafka, and where it comes from.
    struct Property {
        let value: ClientProperties.Value
        let source: Source
    }

    /// The client's properties that are not empty, by their Java names.
    let sources: [String: Source]
    /// What they depend on.
    let surroundings: SecuritySurroundings
    /// What librdkafka has no properties for.
    var security = KafkaSecurity()
    /// Properties by librdkafka's names.
    private(set) var properties: [String: Property] = [:]
    /// Properties of librdkafka's own in whose place others stand.
    private(set) var replaced: Set<String> = []
    private(set) var problems: [ConfigurationError.Problem] = []
    private(set) var warnings: [String] = []

    /// Translates the security among a client's properties.
    init(_ sources: [String: Source], in surroundings: SecuritySurroundings) {
        // Java takes an empty value for none.
        self.sources = sources.filter { !$0.value.value.isEmpty }
        self.surroundings = surroundings
        let chosen = self.sources["security.protocol"]
        let name = chosen?.value.uppercased() ?? "PLAINTEXT"
        let isKnown = !(chosen?.isOpaque ?? false)
        if name.hasPrefix("SASL_") || !isKnown {
            signIn()
        } else {
            tellUnused(["sasl.jaas.config", "sasl.login.callback.handler.class"], name)
        }
        if name.hasSuffix("SSL") || !isKnown {
            encrypt()
        } else {
            let stores = ["truststore.location", "truststore.certificates", "keystore.location", "keystore.key"]
            tellUnused(stores.map { "ssl.\($0)" } + ["ssl.cipher.suites", "ssl.enabled.protocols"], name)
        }
    }

    private mutating func tellUnused(_ names: [String], _ securityProtocol: String) {
        for source in names.compactMap({ sources[$0] }) where !source.isAmbient {
            warn("\(source.writtenName) is not used: security.protocol is \(securityProtocol)")
        }
    }

    // MARK: Signing in

    /// An entry of JAAS, and the property that holds or names it.
    struct Login {
        let entry: JAASEntry
        let source: Source
    }

    /// What is known of the entry.
    enum LoginState {
        case absent, unknown
        case known(Login)
    }

    private mutating func signIn() {
        let chosen = sources["sasl.mechanism"]
        if let chosen, chosen.isOpaque { return }
        let mechanism = chosen?.value.uppercased() ?? KafkaMechanism.standard
        // Another one has been refused where words are.
        guard KafkaMechanism.all.contains(mechanism) else { return }
        let isByPassword = mechanism != "GSSAPI" && mechanism != "OAUTHBEARER"
        let login = isByPassword && hasOwnPassword ? .absent : login()
        if case .known(let login) = login, !checkModule(of: login, mechanism, chosen) { return }
        if mechanism != "OAUTHBEARER", let handler = sources["sasl.login.callback.handler.class"], !handler.isAmbient {
            warn("\(handler.writtenName) is ignored: it is for OAUTHBEARER, and sasl.mechanism is \(mechanism)")
        }
        switch mechanism {
        case "GSSAPI": signInByKerberos(login)
        case "OAUTHBEARER": signInByToken(login)
        default: signInByPassword(login, mechanism)
        }
    }

    /// Whether user and password are said of the client more closely than an entry of JAAS, which then means nothing.
    private var hasOwnPassword: Bool {
        guard let user = sources["sasl.username"], let password = sources["sasl.password"] else { return false }
        return max(user.layer, password.layer) > sources["sasl.jaas.config"]?.layer ?? -1
    }

    private mutating func login() -> LoginState {
        if let source = sources["sasl.jaas.config"] {
            do throws(JAASEntry.Fault) {
                return .known(Login(entry: try JAASEntry(parsing: source.value), source: source))
            } catch {
                // A reference stands for the whole entry, or for a part that quotes do not enclose.
                if !source.isOpaque { refuse(source, error.message) }
                return .unknown
            }
        }
        guard let file = surroundings.loginFile else { return .absent }
        let source = Source(
            writtenName: LoginFile.property,
            value: file.path,
            printable: file.path,
            isAmbient: false,
            isOpaque: false,
            layer: -1
        )
        switch file.content {
        case .unknown: return .unknown
        case .failure(let reason):
            refuse(source, reason)
            return .unknown
        case .text(let text):
            do throws(JAASEntry.Fault) {
                return .known(Login(entry: try JAASFile(parsing: text).client(), source: source))
            } catch {
                refuse(source, error.message)
                return .unknown
            }
        }
    }

    /// Whether an entry's class signs in by the mechanism; notes when it does not.
    private mutating func checkModule(of login: Login, _ mechanism: String, _ chosen: Source?) -> Bool {
        guard let module = LoginModule(className: login.entry.module) else {
            refuse(login.source, LoginModule.refusal(of: login.entry.module))
            return false
        }
        guard module.mechanisms.contains(mechanism) else {
            let other = module.mechanisms.joined(separator: " or ")
            let told = chosen == nil ? "\(mechanism), since it is not set" : mechanism
            refuse(
                login.source,
                """
                its login module is for \(other), and sasl.mechanism is \(told); set sasl.mechanism to \(other), or use \
                \(LoginModule.className(for: mechanism))
                """
            )
            return false
        }
        return true
    }

    private mutating func signInByPassword(_ state: LoginState, _ mechanism: String) {
        switch state {
        case .known(let login): takePassword(login, mechanism)
        case .absent: takePassword(sources["sasl.username"], sources["sasl.password"], mechanism)
        case .unknown: break
        }
    }

    private mutating func takePassword(_ login: Login, _ mechanism: String) {
        let (options, source) = (login.entry.options, login.source)
        if options["tokenauth"]?.reveal().lowercased() == "true" {
            refuse(
                source,
                "tokenauth=true signs in with a delegation token, which librdkafka cannot; give the sink a user of its own"
            )
            return
        }
        guard let user = options["username"], !user.isEmpty, let password = options["password"], !password.isEmpty
        else {
            refuse(source, "its login module needs the options username and password for \(mechanism)")
            return
        }
        guard !user.reveal().utf8.contains(0), !password.reveal().utf8.contains(0) else {
            refuse(source, "its username or password holds a NUL character, at which C libraries would cut it off")
            return
        }
        put("sasl.username", .secret(user), source)
        put("sasl.password", .secret(password), source)
        security.password = RotatedKafkaPassword(entry: source.written, property: source.writtenName)
    }

    private mutating func takePassword(_ user: Source?, _ password: Source?, _ mechanism: String) {
        guard let user, let password else {
            let missing =
                user == nil && password == nil ? "sasl.jaas.config" : user == nil ? "sasl.username" : "sasl.password"
            let name = written(missing)
            let needs = "sasl.mechanism=\(mechanism) needs a user and a password"
            add(
                name,
                "\(SettingsBuilder.missing(name)) \(needs): set it, or both of \(written("sasl.username")) and .password"
            )
            return
        }
        security.password = RotatedKafkaPassword(
            user: user.written,
            password: password.written,
            property: password.writtenName
        )
    }

    // MARK: Noting

    /// The name under which a property would stand beside the others of the client, for messages about one that is missing.
    func written(_ name: String) -> String {
        guard let near = sources["sasl.mechanism"] ?? sources["security.protocol"] else { return name }
        for known in ["sasl.mechanism", "sasl.mechanisms", "security.protocol"] where near.writtenName.hasSuffix(known)
        {
            return near.writtenName.dropLast(known.count) + name
        }
        return name
    }

    /// Sets a property of librdkafka's.
    mutating func put(_ name: String, _ value: ClientProperties.Value, _ source: Source) {
        properties[name] = Property(value: value, source: source)
    }

    /// Takes away a property of librdkafka's own, in whose place another stands.
    mutating func remove(_ name: String) { replaced.insert(name) }

    /// Notes that a value is bad.
    mutating func refuse(_ source: Source, _ reason: String) {
        add(
            source.writtenName,
            "Invalid value \(source.printable) for configuration \(source.writtenName): \(reason)"
        )
    }

    /// Notes a problem.
    mutating func add(_ name: String, _ message: String) { problems.append(.init(subject: name, message: message)) }

    /// Notes what a person should know.
    mutating func warn(_ text: String) { warnings.append(text) }
}

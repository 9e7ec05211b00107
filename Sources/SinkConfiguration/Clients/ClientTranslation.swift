internal import Secrets
internal import Text

/// Translates the properties of a Java client into librdkafka's.
struct ClientTranslation {
    /// A property as the user gave it.
    struct Source {
        /// The name with its prefix, for messages.
        let writtenName: String
        let value: String
        /// The value as it may be printed.
        let printable: String
        /// Whether the value comes from the environment, where it may be meant for somebody else.
        let isAmbient: Bool
        /// Whether the value is a reference that was kept, so that nothing can be said about it.
        let isOpaque: Bool
        /// The value as the configuration has it, with its references.
        var written = ""
        /// How to read a secret value again, when it may change.
        var rotated: RotatedSecret?
        /// The place of the name's prefix among those of its client: what stands further behind wins.
        var layer = 0
    }

    private(set) var values: [String: ClientProperties.Value] = [:]
    /// Which source each of the values comes from.
    private(set) var origins: [String: ClientProperties.Origin] = [:]
    private(set) var problems: [ConfigurationError.Problem] = []
    private(set) var warnings: [String] = []
    /// What is wrong with how the client signs in and encrypts.
    private(set) var securityProblems: [ConfigurationError.Problem] = []
    /// What a person should know about that.
    private(set) var securityWarnings: [String] = []
    /// What librdkafka has no properties for.
    private(set) var security = KafkaSecurity()
    private let isConsumer: Bool
    private var unknownNames: [String] = []
    /// The protocols that stand in front of brokers.
    private var schemes: Set<String> = []

    /// The most unknown names that are reported.
    private static let toldUnknownNames = 20

    /// Translates a client's properties.
    /// - Parameters:
    ///   - given: The properties by their Java names.
    ///   - isConsumer: Whether the client consumes.
    ///   - surroundings: What its security depends on beside them.
    init(_ given: [String: Source], isConsumer: Bool, in surroundings: SecuritySurroundings) {
        self.isConsumer = isConsumer
        var sources = given
        // librdkafka's name for the same.
        if let other = sources["sasl.mechanisms"], other.layer > sources["sasl.mechanism"]?.layer ?? -1 {
            sources["sasl.mechanism"] = other
        }
        for (name, source) in sources.sorted(by: { $0.key < $1.key }) { translate(name, source) }
        for name in unknownNames.prefix(Self.toldUnknownNames) {
            warn("\(name) is ignored: librdkafka has no property like it")
        }
        let more = unknownNames.count - Self.toldUnknownNames
        if more > 0 {
            warn("\(more) more properties like \(unknownNames[0]) are ignored: librdkafka has none like them")
        }
        adaptLimits(sources)
        tellSchemes(sources)
        take(SecurityTranslation(sources, in: surroundings))
    }

    private mutating func take(_ translation: SecurityTranslation) {
        for name in translation.replaced {
            values[name] = nil
            origins[name] = nil
        }
        for (name, property) in translation.properties { put(name, property.value, property.source) }
        securityProblems = translation.problems
        securityWarnings = translation.warnings
        security = translation.security
    }

    /// Warns when a protocol in front of a broker is not the one that the client speaks, since it does nothing.
    private mutating func tellSchemes(_ sources: [String: Source]) {
        guard let brokers = sources["bootstrap.servers"] else { return }
        let chosen = sources["security.protocol"]
        let name = chosen.map { $0.value.uppercased() } ?? "PLAINTEXT"
        guard chosen?.isOpaque != true, let other = schemes.filter({ $0 != name }).min() else { return }
        warn(
            """
            \(brokers.writtenName): \(other):// does nothing there, and security.protocol is \(name); set \
            security.protocol=\(other)
            """
        )
    }

    /// Brings numbers into an order without which librdkafka makes no client.
    private mutating func adaptLimits(_ sources: [String: Source]) {
        func number(_ name: String, else other: Int64) -> Int64? {
            guard let value = values[name] else { return other }
            guard case .plain(let text) = value else { return nil }
            return Int64(text)
        }
        if let source = sources["reconnect.backoff.ms"], let first = number("reconnect.backoff.ms", else: 100),
            let last = number("reconnect.backoff.max.ms", else: 10_000), last < first
        {
            // Java's clients take the longer one, too.
            put("reconnect.backoff.max.ms", .plain("\(first)"), sources["reconnect.backoff.max.ms"] ?? source)
        } else if let source = sources["reconnect.backoff.max.ms"], sources["reconnect.backoff.ms"] == nil,
            let last = number("reconnect.backoff.max.ms", else: 10_000), last < 100
        {
            put("reconnect.backoff.ms", .plain("\(last)"), source)
        }
    }

    private mutating func translate(_ name: String, _ source: Source) {
        let rule = ClientRules.rule(for: name, isConsumer: isConsumer)
        switch rule {
        // What is not known cannot be checked; it is handed on under a name that its client has.
        case .number(let bounds) where source.isOpaque:
            return put(bounds.name ?? name, .secret(Secret(source.value)), source)
        case .word where source.isOpaque, .special where source.isOpaque:
            return put(name, .secret(Secret(source.value)), source)
        default: break
        }
        switch rule {
        case .same: set(name, source)
        case .renamed(let other): set(other, source)
        case .word(let words):
            guard let word = words.first(where: { $0.lowercased() == source.value.lowercased() }) else {
                return refuse(source, PropertyValue.reason(source.value, words))
            }
            put(name, .plain(word), source)
        case .number(let bounds):
            guard let number = number(source, bounds.accepted) else { return }
            put(bounds.name ?? name, .plain("\(clamp(number, bounds.supported, source))"), source)
        case .special(let special): translate(name, source, special)
        case .ignored(let reason): warn("\(source.writtenName) is ignored: \(reason)")
        case .security: break
        case .refused(let reason):
            problems.append(.init(subject: source.writtenName, message: "\(source.writtenName): \(reason)"))
        case nil:
            if !source.isAmbient { unknownNames.append(HarmlessText.shown(name: source.writtenName)) }
        }
    }

    private mutating func translate(_ name: String, _ source: Source, _ special: ClientRule.Special) {
        switch special {
        case .brokers:
            translateBrokers(name, source)
        case .securityProtocol:
            guard PropertyTable.securityProtocols.contains(source.value.uppercased()) else {
                return refuse(source, PropertyValue.reason(source.value, PropertyTable.securityProtocols))
            }
            put(name, .plain(source.value.lowercased()), source)
        case .offsetReset:
            let words = ["earliest": "earliest", "latest": "latest", "none": "error"]
            guard let word = words[source.value.lowercased()] else {
                return refuse(source, PropertyValue.reason(source.value, ["earliest", "latest", "none"]))
            }
            put(name, .plain(word), source)
        case .hostnameCheck:
            guard ["", "https", "none"].contains(source.value.lowercased()) else {
                return refuse(source, "String must be https, or empty for no check")
            }
            put(name, .plain(source.value.lowercased() == "https" ? "https" : "none"), source)
        case .socketBuffer(let other):
            guard let size = number(source, -1...Int64(Int32.max)) else { return }
            put(other, .plain("\(size < 0 ? 0 : clamp(size, 0...100_000_000, source))"), source)
        case .requestTimeout:
            guard let time = number(source, 0...Int64(Int32.max)) else { return }
            put("socket.timeout.ms", .plain("\(clamp(time, 10...300_000, source))"), source)
        case .metadataAge:
            guard let age = number(source, 0...Int64.max) else { return }
            let interval = clamp(age, 10...3_600_000, source)
            put("topic.metadata.refresh.interval.ms", .plain("\(interval)"), source)
            put("metadata.max.age.ms", .plain("\(min(interval * 3, 86_400_000))"), source)
        case .pollInterval:
            guard let interval = number(source, 1...Int64(Int32.max)) else { return }
            put(name, .plain("\(clamp(interval, 1...86_400_000, source))"), source)
        case .bufferMemory:
            guard let bytes = number(source, 0...Int64.max) else { return }
            put("queue.buffering.max.kbytes", .plain("\(min(max(1, bytes / 1024), 2_147_483_647))"), source)
        case .partitioner: warn("\(source.writtenName) is ignored: records keep Java's default placement by key")
        case .autoCommit:
            guard source.value.lowercased() != "false" else { return }
            warn("\(source.writtenName) is ignored: offsets are committed by the sink, after ingestion")
        case .fetchMaximum:
            guard let given = number(source, 0...Int64(Int32.max)) else { return }
            // No response may be smaller than librdkafka's `message.max.bytes`, which is this unless it is set.
            let bytes = clamp(given, 1_000_000...2_147_483_135, source)
            put(name, .plain("\(bytes)"), source)
            // librdkafka refuses to start when the largest response allowed is smaller than a fetch with its framing.
            if bytes + 512 > ClientDefaults.responseLimit {
                put("receive.message.max.bytes", .plain("\(bytes + 512)"), source)
            }
        case .assignors: translateAssignors(name, source)
        case .acknowledgements:
            switch source.value.lowercased() {
            case "all", "-1": put(name, .plain("all"), source)
            case "0", "1":
                warn("\(source.writtenName) is ignored: an offset passes when all replicas have its dead letter")
            default: refuse(source, "String must be one of: all, -1, 0, 1")
            }
        }
    }

    private mutating func translateAssignors(_ name: String, _ source: Source) {
        let package = "org.apache.kafka.clients.consumer."
        let known = [
            "RangeAssignor": "range", "RoundRobinAssignor": "roundrobin",
            "CooperativeStickyAssignor": "cooperative-sticky",
            "range": "range", "roundrobin": "roundrobin", "cooperative-sticky": "cooperative-sticky",
        ]
        var names: [String] = []
        for written in PropertyValue.list(source.value) {
            let simple = written.hasPrefix(package) ? String(written.dropFirst(package.count)) : written
            guard let assignor = known[simple] else {
                let reason =
                    "\(HarmlessText.shown(written)) is not supported; use RangeAssignor, RoundRobinAssignor or CooperativeStickyAssignor"
                return refuse(source, reason)
            }
            if !names.contains(assignor) { names.append(assignor) }
        }
        if names.contains("cooperative-sticky"), names.count > 1 {
            // Java's default list mixes both so that a group can move over; librdkafka cannot.
            names.removeAll { $0 == "cooperative-sticky" }
            warn(
                """
                \(source.writtenName): eager and cooperative assignors cannot be mixed; using \
                \(names.joined(separator: ","))
                """
            )
        }
        if !names.isEmpty { put(name, .plain(names.joined(separator: ",")), source) }
    }

    /// Takes brokers as Java's clients read them, which pass over a protocol in front (`SASL_SSL://host:9092`).
    private mutating func translateBrokers(_ name: String, _ source: Source) {
        var brokers: [String] = []
        for text in PropertyValue.list(source.value) {
            guard
                let match = text.wholeMatch(
                    of: /(?:([0-9a-zA-Z%._+\-]*):\/\/)?(\[[0-9a-fA-F:.%]+\]|[0-9a-zA-Z._\-]+):([0-9]{1,5})/
                ), (1...65535).contains(Int(match.output.3) ?? 0)
            else {
                let advice = Self.advice(forBroker: text)
                return refuse(source, "Invalid url in bootstrap.servers: \(HarmlessText.shown(text)); \(advice)")
            }
            let scheme = match.output.1.map { $0.uppercased() } ?? ""
            if PropertyTable.securityProtocols.contains(scheme) { schemes.insert(scheme) }
            if scheme == "HTTP" || scheme == "HTTPS" {
                warn(
                    """
                    \(source.writtenName): \(scheme.lowercased()):// does nothing there, since brokers do not speak it; name a \
                    broker's own port, not that of a REST proxy or a registry
                    """
                )
            }
            let broker = "\(match.output.2):\(match.output.3)"
            if !brokers.contains(broker) { brokers.append(broker) }
        }
        put(name, .plain(brokers.joined(separator: ",")), source)
    }

    private static func advice(forBroker text: String) -> String {
        if text.contains(where: { "[]\"'".contains($0) }), text.hasPrefix("[\"") || text.contains("\"") {
            return "write host:port without quotes and brackets, and commas between brokers"
        }
        if text.contains(where: { ";| ".contains($0) }) { return "write host:port, and commas between brokers" }
        if text.wholeMatch(of: /[0-9a-zA-Z._\-]+/) != nil {
            return "the port is missing: write host:port, such as broker:9092"
        }
        if text.wholeMatch(of: /(?:[0-9a-zA-Z%._+\-]*:\/\/)?[^\/]+:[0-9]+\/.*/) != nil {
            return "write host:port without a path"
        }
        return "write host:port"
    }

    private mutating func put(_ name: String, _ value: ClientProperties.Value, _ source: Source) {
        values[name] = value
        origins[name] = ClientProperties.Origin(name: source.writtenName, printable: source.printable)
    }

    private mutating func set(_ name: String, _ source: Source) {
        let isSecret = PropertyTable.isSecret(source.writtenName) || PropertyTable.isSecret(name)
        put(name, isSecret ? .secret(Secret(source.value)) : .plain(source.value), source)
    }

    private mutating func number(_ source: Source, _ range: ClosedRange<Int64>) -> Int64? {
        do throws(PropertyValue.Mismatch) {
            guard
                case .number(let number) = try PropertyValue.parse(
                    source.value,
                    as: .long(range),
                    unit: NumberUnit(of: source.writtenName)
                )
            else { return nil }
            return number
        } catch {
            refuse(source, error.reason)
            return nil
        }
    }

    private mutating func clamp(_ value: Int64, _ range: ClosedRange<Int64>, _ source: Source) -> Int64 {
        let clamped = min(max(value, range.lowerBound), range.upperBound)
        if clamped != value {
            warn("\(source.writtenName)=\(value) is outside what librdkafka allows; using \(clamped)")
        }
        return clamped
    }

    private mutating func refuse(_ source: Source, _ reason: String) {
        let message = "Invalid value \(source.printable) for configuration \(source.writtenName): \(reason)"
        problems.append(.init(subject: source.writtenName, message: message))
    }

    private mutating func warn(_ text: String) { warnings.append(text) }
}

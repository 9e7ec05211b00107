internal import Converters
internal import Secrets
internal import Text

extension SettingsBuilder {
    /// Reads a converter; `side` is `key` or `value`.
    mutating func converter(_ side: String) -> ConverterSettings? {
        let name = "\(side).converter"
        let prefix = name + "."
        guard let className = text(name) else { return nil }
        guard !isOpaque(name) else {
            refuseOpaque(name)
            return nil
        }
        guard let kind = ConverterKind(className: className) else {
            let known = ConverterKind.allCases.map(\.rawValue).joined(separator: ", ")
            let advice = Self.meantConverter(className).map { "; did you mean \($0.rawValue)?" } ?? ""
            refuse(name, "Class must be one of: \(known)\(advice)")
            return nil
        }
        let urls = kind.usesRegistry ? registry(prefix, of: kind.rawValue) : list(prefix + "schema.registry.url")
        warnAboutUnusedOptions(prefix, usesRegistry: kind.usesRegistry, kind.description)
        if kind == .string { checkEncoding(prefix + "converter.encoding") }
        checkSubjectNames("\(prefix)\(side).subject.name.strategy")
        return ConverterSettings(
            side: side == "key" ? .key : .value,
            kind: kind,
            encoding: text(prefix + "converter.encoding") ?? "UTF-8",
            schemasEnable: kind == .json && flag(prefix + "schemas.enable"),
            registryURLs: urls,
            options: options(prefix)
        )
    }

    /// The converter whose name is nearest, or that reads what a serializer or deserializer of that name is for.
    private static func meantConverter(_ className: String) -> ConverterKind? {
        let last = (className.split(separator: ".").last.map(String.init) ?? className).lowercased()
        let endings = ["deserializer", "serializer", "converter", "serde"]
        let ending = endings.first { last.hasSuffix($0) } ?? ""
        let word = last.dropLast(ending.count).replacing("kafka", with: "").replacing("_", with: "")
        let names = ConverterKind.allCases.map { $0.description.dropLast("Converter".count).lowercased() }
        guard let near = NearestWord.find(String(word), among: names, within: max(1, word.count / 4)) else {
            return nil
        }
        return ConverterKind.allCases.first { $0.description.lowercased() == near + "converter" }
    }

    private mutating func checkEncoding(_ name: String) {
        guard let encoding = text(name) else { return }
        guard Charset(javaName: encoding) == nil else { return }
        let known = Charset.allCases.map(\.name).joined(separator: ", ")
        refuse(name, "Unsupported encoding \(HarmlessText.shown(encoding)); use one of \(known)")
    }

    private mutating func checkSubjectNames(_ name: String) {
        guard isPresent(name), let written = text(name), !isOpaque(name) else { return }
        let package = "io.confluent.kafka.serializers.subject."
        // Confluent's newest default falls back to the topic's name where the registry knows nothing else.
        let known = ["TopicNameStrategy", "TopicRecordNameStrategy", "RecordNameStrategy", "AssociatedNameStrategy"]
        guard !known.contains(written.hasPrefix(package) ? String(written.dropFirst(package.count)) : written) else {
            return
        }
        refuse(name, "Class must be one of: \(known.map { package + $0 }.joined(separator: ", "))")
    }

    /// The settings of the converter that have no property of ``ConverterSettings`` to themselves, each under the name
    /// that the table has first; words are written as the table has them.
    private func options(_ prefix: String) -> [String: ClientProperties.Value] {
        let typed: Set<String> = ["schemas.enable", "converter.encoding", "schema.registry.url"]
        var options = propertiesBelow(prefix) { !typed.contains($0) }
        for definition in PropertyTable.schemaRegistries where definition.name.hasPrefix(prefix) {
            let name = String(definition.name.dropFirst(prefix.count))
            for alias in definition.aliases {
                let value = options.removeValue(forKey: String(alias.dropFirst(prefix.count)))
                options[name] = options[name] ?? value
            }
            guard name.hasSuffix(".credentials.source") else { continue }
            switch options[name] {
            case .plain(let word)?: options[name] = .plain(word.uppercased())
            case .secret(let word)? where !isOpaque(prefix + name):
                options[name] = .secret(Secret(word.reveal().uppercased()))
            default: break
            }
        }
        for (name, value) in options where name.hasPrefix("schema.registry.request.header.") {
            let short = String(name.dropFirst("schema.registry.".count))
            options[short] = options[short] ?? value
            options[name] = nil
        }
        return options
    }
}

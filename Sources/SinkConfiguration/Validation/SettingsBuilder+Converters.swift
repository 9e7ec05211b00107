internal import Converters

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
            refuse(
                name,
                "Class must be one of: \(ConverterKind.allCases.map(\.rawValue).joined(separator: ", "))"
            )
            return nil
        }
        let urls = registryURLs(prefix, for: kind)
        if kind == .string { checkEncoding(prefix + "converter.encoding") }
        if isPresent(prefix + "basic.auth.credentials.source"), isPresent(prefix + "bearer.auth.credentials.source") {
            add(
                prefix + "bearer.auth.credentials.source",
                """
                Only one of '\(prefix)basic.auth.credentials.source' and '\(prefix)bearer.auth.credentials.source' may be \
                specified
                """
            )
        }
        if text(prefix + "basic.auth.credentials.source") == "USER_INFO",
            secret(prefix + "basic.auth.user.info") == nil,
            properties.entries[prefix + "schema.registry.basic.auth.user.info"] == nil
        {
            add(
                prefix + "basic.auth.user.info",
                """
                UserInfo must be provided when basic.auth.credentials.source is set to USER_INFO: set \
                \(prefix)basic.auth.user.info
                """
            )
        }
        return ConverterSettings(
            kind: kind,
            encoding: text(prefix + "converter.encoding") ?? "UTF-8",
            schemasEnable: kind == .json && flag(prefix + "schemas.enable"),
            registryURLs: urls,
            options: options(prefix)
        )
    }

    private mutating func registryURLs(_ prefix: String, for kind: ConverterKind) -> [String] {
        let name = prefix + "schema.registry.url"
        let urls = list(name)
        guard kind.usesRegistry else { return urls }
        if urls.isEmpty { add(name, "\(Self.missing(name)) \(kind.rawValue) needs it") }
        for url in urls where url.wholeMatch(of: /https?:\/\/[^\s]+/.ignoresCase()) == nil {
            refuse(name, "every address must begin with http:// or https://")
        }
        return urls
    }

    private mutating func checkEncoding(_ name: String) {
        guard let encoding = text(name) else { return }
        let known = ["UTF-8", "UTF8", "US-ASCII", "ASCII", "ISO-8859-1", "LATIN1", "UTF-16", "UTF-16BE", "UTF-16LE"]
        guard known.contains(encoding.uppercased()) else {
            return refuse(name, "Unsupported encoding \(encoding); use one of \(known.joined(separator: ", "))")
        }
    }

    /// The settings of the converter that have no property of ``ConverterSettings`` to themselves.
    private func options(_ prefix: String) -> [String: ClientProperties.Value] {
        let typed: Set<String> = ["schemas.enable", "converter.encoding", "schema.registry.url"]
        return propertiesBelow(prefix) { !typed.contains($0) }
    }
}

internal import FoundationEssentials
internal import Logging

extension SettingsBuilder {
    /// Reads how much may wait for its ingestion.
    mutating func buffers() -> BufferSettings {
        let given = isPresent("tempdir.path") ? text("tempdir.path") : nil
        if let given, !given.hasPrefix("/") { refuse("tempdir.path", "must be an absolute path") }
        let temporary = environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
        return BufferSettings(
            memoryBytes: number("buffer.memory.bytes"),
            diskBytes: number("buffer.disk.bytes"),
            temporaryDirectory: given ?? temporary
        )
    }

    /// Reads how batches are compressed.
    mutating func compression() -> CompressionSettings {
        let kind = word("compression.type", default: CompressionSettings.Kind.isal)
        // A level that is not a number has already been noted as a problem.
        let level = optionalNumber("compression.level") ?? kind.levels.upperBound
        if !kind.levels.contains(level) {
            refuse(
                "compression.level",
                "Value must be from \(kind.levels.lowerBound) to \(kind.levels.upperBound) with compression.type=\(kind.rawValue)"
            )
        }
        return CompressionSettings(kind: kind, level: level)
    }

    /// Reads the settings of the process around the sink.
    mutating func process() -> ProcessSettings {
        ProcessSettings(
            commitInterval: duration("commit.interval.ms"),
            shutdownDrain: duration("shutdown.drain.ms"),
            startupTimeout: duration("startup.timeout.ms"),
            metricsAddress: metricsAddress(),
            logLevel: word("log.level", default: LogLevel.info),
            logFormat: text("log.format").flatMap(LogFormat.init)
        )
    }

    private mutating func metricsAddress() -> ProcessSettings.Address? {
        let name = "metrics.address"
        guard let text = text(name), text.lowercased() != "off" else { return nil }
        let expected = "must be host:port, such as 0.0.0.0:9404 or [::1]:9404, or off"
        guard let colon = text.lastIndex(of: ":") else {
            refuse(name, expected)
            return nil
        }
        var host = text[..<colon]
        let digits = text[text.index(after: colon)...]
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        if isBracketed { host = host.dropFirst().dropLast() }
        guard let port = UInt16(digits), digits.allSatisfy(\.isNumber), host.contains(":") == isBracketed,
            !host.isEmpty,
            host.unicodeScalars.allSatisfy({ KafkaName.isNameCharacter($0) || $0 == ":" })
        else {
            refuse(name, expected)
            return nil
        }
        return ProcessSettings.Address(host: String(host), port: Int(port))
    }

    /// Reads the sink's name.
    mutating func sinkName() -> String {
        guard let name = text("name") else { return "" }
        if name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
            refuse("name", "must not contain control characters")
        }
        return name
    }

    /// Checks that the configuration is meant for this sink.
    mutating func checkConnectorClass() {
        let known = [
            "com.microsoft.azure.kusto.kafka.connect.sink.KustoSinkConnector", "KustoSinkConnector", "KustoSink",
        ]
        guard let name = text("connector.class"), !known.contains(name) else { return }
        refuse("connector.class", "Class must be \(known[0])")
    }
}

internal import Converters
internal import JSON
internal import Logging
internal import Secrets

extension SinkSettings {
    /// Reads files, of which the later ones win, over `CONNECT_…` of the environment, and checks what they say.
    /// - Throws: ``ConfigurationError`` with every problem at once.
    package init(files: [String], environment: [String: String]) throws(ConfigurationError) {
        try self.init(try PropertySet(files: files, environment: environment), environment: environment)
    }

    /// Checks properties.
    /// - Parameters:
    ///   - properties: What was read.
    ///   - environment: The process's variables, for the default of `tempdir.path`, proxies, and the system's authorities.
    /// - Throws: ``ConfigurationError`` with every problem at once.
    package init(_ properties: PropertySet, environment: [String: String] = [:]) throws(ConfigurationError) {
        if let problem = properties.foreignProblem {
            throw ConfigurationError(code: .invalid, problems: [problem], warnings: properties.warnings)
        }
        var builder = SettingsBuilder(properties, environment: environment)
        let name = builder.sinkName()
        builder.checkConnectorClass()
        let topics = builder.topics()
        let network = builder.network()
        let kusto = builder.kusto(network)
        builder.azureCredential = kusto.credential
        let mappings = builder.mappings(for: topics)
        let keyConverter = builder.converter("key")
        let valueConverter = builder.converter("value")
        let decimals: DecimalFormat = builder.word("json.decimal.format", default: .numeric)
        builder.checkConversions(of: mappings, valueConverter, decimals)
        builder.warnAboutFormats(of: mappings, valueConverter)
        builder.warnAboutRawFormat(of: mappings)
        let consumer = builder.client(.consumer, name: name, topics: topics)
        builder.requireBrokers(consumer)
        let producer = builder.client(.producer, name: name, topics: topics)
        let errors = builder.errors(topics: topics, name: name)
        let flush = FlushSettings(
            sizeBytes: builder.number("flush.size.bytes"),
            interval: builder.duration("flush.interval.ms")
        )
        builder.warnAboutStreamedSizes(of: mappings, flush.sizeBytes)
        let reports = builder.reports()
        let buffers = builder.buffers()
        let compression = builder.compression()
        let process = builder.process()
        builder.warnAboutUnknownNames()
        guard builder.problems.isEmpty, let valueConverter else {
            throw ConfigurationError(
                code: .invalid,
                problems: builder.placedProblems,
                warnings: builder.warnings
            )
        }
        self.init(
            name: name,
            topics: topics,
            tasksMax: builder.number("tasks.max"),
            kusto: kusto,
            network: network,
            mappings: mappings,
            keyConverter: keyConverter,
            valueConverter: valueConverter,
            decimals: decimals,
            reports: reports,
            flush: flush,
            errors: errors,
            buffers: buffers,
            compression: compression,
            process: process,
            consumer: consumer,
            producer: producer,
            warnings: builder.warnings
        )
    }
}

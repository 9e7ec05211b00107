internal import JSON

extension SinkSpec {
    /// Reads a spec that the table's checks have passed.
    init(_ reader: SpecReader) {
        self.init()
        isPaused = reader.flag("paused") ?? isPaused
        replicas = reader.integer("replicas") ?? replicas
        kafka = KafkaSpec(reader.part("kafka"))
        kusto = KustoSpec(reader.part("kusto"))
        topics = reader.list("topics", TopicSpec.init)
        converters.key = reader.part("converters").optional("key", ConverterSpec.init)
        converters.value = reader.part("converters").optional("value", ConverterSpec.init) ?? converters.value
        let flushReader = reader.part("flush")
        flush.sizeBytes = flushReader.integer("sizeBytes")
        flush.interval = flushReader.duration("interval")
        errors = ErrorsSpec(reader.part("errors"))
        buffers = BuffersSpec(reader.part("buffers"))
        log.level = reader.part("log").text("level")
        log.format = reader.part("log").text("format")
        scaling = ScalingSpec(reader.part("scaling"))
        template = WorkerTemplateSpec(reader.part("template"))
        networkPolicy = reader.optional("networkPolicy") { part in
            var policy = NetworkPolicySpec()
            policy.metricsNamespaceLabels = part.map("metricsNamespaceLabels")
            policy.egressPorts = part.integers("egressPorts")
            return policy
        }
        deletionPolicy.deletesConsumerGroup = reader.part("deletionPolicy").text("consumerGroup") == "Delete"
        config = reader.map("config")
    }
}

extension TopicSpec {
    init(_ reader: SpecReader) {
        self.init(
            topic: reader.text("topic") ?? "",
            database: reader.text("database") ?? "",
            table: reader.text("table") ?? ""
        )
        format = reader.text("format")
        mapping = reader.text("mapping")
        isStreaming = reader.flag("streaming") ?? isStreaming
    }
}

extension ConverterSpec {
    init(_ reader: SpecReader) {
        self.init(type: reader.text("type") ?? "")
        schemasEnable = reader.flag("schemasEnable")
        encoding = reader.text("encoding")
        schemaRegistry = reader.optional("schemaRegistry") { part in
            var registry = SchemaRegistrySpec(urls: part.texts("url"))
            registry.username = part.valueSource("username")
            registry.password = part.secret("password")
            registry.bearerToken = part.secret("bearerToken")
            registry.oauth = part.optional("oauth", OAuthSpec.init)
            registry.tls = part.optional("tls", TLSSpec.init)
            return registry
        }
        options = reader.map("options")
    }
}

extension KustoSpec {
    init(_ reader: SpecReader) {
        self.init()
        ingestionURL = reader.text("ingestionUrl") ?? ingestionURL
        queryURL = reader.text("queryUrl")
        let authReader = reader.part("auth")
        auth.strategy = authReader.text("strategy") ?? auth.strategy
        auth.tenantId = authReader.valueSource("tenantId")
        auth.clientId = authReader.valueSource("clientId")
        auth.clientSecret = authReader.secret("clientSecret")
        auth.clientCertificate = authReader.secret("clientCertificate")
        auth.clientCertificatePassword = authReader.secret("clientCertificatePassword")
        auth.accessToken = authReader.secret("accessToken")
        validatesTables = reader.flag("validateTables") ?? validatesTables
        proxy = reader.optional("proxy") { part in
            var proxy = ProxySpec(host: part.text("host") ?? "", port: part.integer("port") ?? 0)
            proxy.proxyProtocol = part.text("protocol")
            proxy.username = part.valueSource("username")
            proxy.password = part.secret("password")
            proxy.noProxy = part.texts("noProxy")
            return proxy
        }
        tls.ca = reader.part("tls").secret("ca")
        tls.trustStore = reader.part("tls").optional("trustStore", KeyStoreSpec.init) ?? nil
        trustedHosts = reader.texts("trustedHosts")
    }
}

extension ErrorsSpec {
    init(_ reader: SpecReader) {
        self.init()
        behavior = reader.text("behavior")
        tolerance = reader.text("tolerance")
        retryMaxTime = reader.part("retry").duration("maxTime")
        retryBackoff = reader.part("retry").duration("backoff")
        conversionRetryTimeout = reader.part("conversionRetry").duration("timeout")
        conversionRetryMaxDelay = reader.part("conversionRetry").duration("maxDelay")
        logsFailures = reader.part("log").flag("enable")
        logsMessages = reader.part("log").flag("includeMessages")
        deadLetterQueue = reader.optional("deadLetterQueue") { part in
            var queue = DeadLetterQueueSpec(part)
            queue.replicationFactor = part.integer("replicationFactor")
            queue.contextHeaders = part.flag("contextHeaders")
            return queue
        }
        miscDeadLetterQueue = reader.optional("miscDeadLetterQueue", DeadLetterQueueSpec.init)
    }
}

extension DeadLetterQueueSpec {
    init(_ reader: SpecReader) {
        self.init(topic: reader.text("topic") ?? "")
        bootstrapServers = reader.texts("bootstrapServers")
        security = reader.optional("security", KafkaSecuritySpec.init)
    }
}

extension BuffersSpec {
    init(_ reader: SpecReader) {
        self.init()
        memoryBytes = reader.integer("memoryBytes")
        diskBytes = reader.integer("diskBytes")
        shutdownDrain = reader.duration("shutdownDrain")
        commitInterval = reader.duration("commitInterval")
        startupTimeout = reader.duration("startupTimeout")
        compressionType = reader.text("compressionType")
        compressionLevel = reader.integer("compressionLevel")
    }
}

extension ScalingSpec {
    init(_ reader: SpecReader) {
        self.init()
        mode = reader.text("mode").flatMap(Mode.init) ?? mode
        minReplicas = reader.integer("minReplicas") ?? minReplicas
        maxReplicas = reader.integer("maxReplicas") ?? maxReplicas
        lagThreshold = reader.integer("lagThreshold") ?? lagThreshold
        activationLag = reader.integer("activationLag") ?? activationLag
        targetDrainTime = reader.duration("targetDrainTime") ?? targetDrainTime
        scaleUpStabilization = reader.duration("scaleUpStabilization") ?? scaleUpStabilization
        scaleDownStabilization = reader.duration("scaleDownStabilization") ?? scaleDownStabilization
        cooldown = reader.duration("cooldown") ?? cooldown
    }
}

extension WorkerTemplateSpec {
    init(_ reader: SpecReader) {
        self.init()
        image = reader.text("image")
        imagePullPolicy = reader.text("imagePullPolicy")
        imagePullSecrets = reader.list("imagePullSecrets") { $0.text("name") ?? "" }
        labels = reader.map("labels")
        annotations = reader.map("annotations")
        serviceAccountName = reader.text("serviceAccountName")
        serviceAccountAnnotations = reader.map("serviceAccountAnnotations")
        resources = reader.whole("resources")
        nodeSelector = reader.map("nodeSelector")
        tolerations = reader.whole("tolerations")
        affinity = reader.whole("affinity")
        topologySpreadConstraints = reader.whole("topologySpreadConstraints")
        priorityClassName = reader.text("priorityClassName")
        runtimeClassName = reader.text("runtimeClassName")
        podSecurityContext = reader.whole("podSecurityContext")
        securityContext = reader.whole("securityContext")
        hostAliases = reader.whole("hostAliases")
        dnsConfig = reader.whole("dnsConfig")
        terminationGracePeriodSeconds = reader.integer("terminationGracePeriodSeconds")
        for variable in reader.list("env", { ($0.text("name") ?? "", $0.text("value") ?? "") }) {
            environment[variable.0] = variable.1
        }
    }
}

// swift-tools-version: 6.2
import PackageDescription

/// A C library of the system, imported by exactly one Swift module.
func system(_ name: String, pkgConfig: String, apt: String) -> Target {
    .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([apt])])
}

/// A module of ours: a folder of `Sources`, one concept.
func module(_ name: String, _ dependencies: [String] = []) -> Target {
    .target(name: name, dependencies: dependencies.map { .init(stringLiteral: $0) })
}

/// What several test targets share; lives under `Tests`.
func kit(_ name: String, _ dependencies: [String] = []) -> Target {
    .target(name: name, dependencies: dependencies.map { .init(stringLiteral: $0) }, path: "Tests/\(name)")
}

func executable(_ name: String, _ dependencies: [String]) -> Target {
    .executableTarget(name: name, dependencies: dependencies.map { .init(stringLiteral: $0) })
}

func tests(_ name: String, _ dependencies: [String], resources: [Resource]? = nil) -> Target {
    .testTarget(name: name, dependencies: dependencies.map { .init(stringLiteral: $0) }, resources: resources)
}

/// The commit that is built, as `make release`, `make image` and the Dockerfile say it; it reaches one C file only.
///
/// Not from git: the package manager keeps what this file said until the file or the environment changes.
let revision = (Context.environment["KUSTO_SINK_REVISION"] ?? "")
    .filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == ".") }

let package = Package(
    name: "kusto-sink",
    targets: [
        // A module imports only modules above it in this list.
        system("CRdKafka", pkgConfig: "rdkafka", apt: "librdkafka-dev"),
        system("CCurl", pkgConfig: "libcurl", apt: "libcurl4-openssl-dev"),
        system("CZlib", pkgConfig: "zlib", apt: "zlib1g-dev"),
        system("CIsal", pkgConfig: "libisal", apt: "libisal-dev"),
        system("CYaml", pkgConfig: "yaml-0.1", apt: "libyaml-dev"),
        system("CMicroHTTPD", pkgConfig: "libmicrohttpd", apt: "libmicrohttpd-dev"),
        system("COpenSSL", pkgConfig: "libcrypto", apt: "libssl-dev"),
        .systemLibrary(name: "CGlibc"),
        .target(name: "CSimdJSON", linkerSettings: [.linkedLibrary("simdjson")]),
        .target(name: "CProtobuf", linkerSettings: [.linkedLibrary("protobuf")]),
        .target(name: "CRevision", cSettings: [.define("KUSTO_SINK_REVISION", to: "\"\(revision)\"")]),

        module("Logging"),
        module("Metrics"),
        module("Text"),
        module("Secrets", ["Text"]),
        module("Threads", ["CGlibc"]),
        module("Daemon", ["Logging", "Text", "Threads", "CGlibc", "CRevision"]),
        module("Compression", ["CIsal", "CZlib"]),
        module("Cryptography", ["Secrets", "COpenSSL"]),
        module("JSON", ["CSimdJSON"]),
        module("Avro", ["JSON"]),
        module("Protobuf", ["CProtobuf"]),
        module("YAML", ["JSON", "CYaml"]),
        module("Refreshing", ["Logging", "Metrics"]),
        module("HTTP", ["Logging", "Secrets", "Text", "Threads", "CCurl", "CGlibc"]),
        module("HTTPServer", ["Logging", "Threads", "CMicroHTTPD"]),
        module("Identity", ["Text", "Secrets", "Cryptography", "Refreshing", "JSON", "HTTP"]),
        module("SchemaRegistry", ["Logging", "Metrics", "Secrets", "Text", "JSON", "HTTP", "Identity"]),
        module("Kafka", ["Logging", "Text", "Secrets", "Threads", "JSON", "CRdKafka", "CGlibc"]),
        module("Kusto", ["Logging", "Metrics", "Secrets", "Text", "Refreshing", "JSON", "HTTP", "Identity"]),
        module("Converters", ["JSON", "Avro", "Protobuf", "SchemaRegistry"]),
        module(
            "SinkConfiguration",
            ["Logging", "Secrets", "Text", "JSON", "YAML", "HTTP", "Identity", "SchemaRegistry", "Converters"]
        ),
        module(
            "KafkaClients",
            [
                "Logging", "Metrics", "Secrets", "Cryptography", "Refreshing", "HTTP", "Identity", "Kafka",
                "SinkConfiguration",
            ]
        ),
        module(
            "Sink",
            [
                "Logging", "Metrics", "Text", "Secrets", "Threads", "Daemon", "Compression", "JSON", "HTTP",
                "SchemaRegistry", "Kafka", "Kusto", "Identity", "Converters", "SinkConfiguration", "KafkaClients",
            ]
        ),
        module("Observability", ["Logging", "Metrics", "Daemon", "HTTPServer"]),
        module(
            "Kubernetes",
            ["Logging", "Metrics", "Secrets", "Text", "Threads", "Daemon", "JSON", "YAML", "HTTP", "CGlibc"]
        ),
        module(
            "Operator",
            [
                "Logging", "Metrics", "Secrets", "Text", "Threads", "Daemon", "Cryptography", "JSON", "YAML", "HTTP",
                "Identity", "Kafka", "Converters", "SinkConfiguration", "KafkaClients", "Kubernetes",
            ]
        ),
        module(
            "KustoEmulator",
            [
                "Logging", "Text", "Secrets", "Daemon", "Compression", "Cryptography", "JSON", "Avro", "HTTPServer",
            ]
        ),

        executable(
            "kusto-sink-worker",
            [
                "Logging", "Metrics", "Secrets", "Daemon", "Kafka", "SinkConfiguration", "Sink", "Observability",
                "CGlibc",
            ]
        ),
        executable(
            "kusto-sink-operator",
            ["Logging", "Metrics", "Daemon", "Kafka", "Observability", "Operator", "CGlibc"]
        ),
        executable("kusto-emulator", ["Logging", "Daemon", "KustoEmulator"]),
        executable(
            "kusto-sink-demo",
            ["Logging", "Threads", "Daemon", "HTTP", "Kafka", "KustoEmulator"]
        ),

        .target(name: "CThreads", path: "Tests/CThreads"),
        .executableTarget(name: "AvroProbe", dependencies: ["Avro", "JSON"], path: "Tests/AvroProbe"),
        kit("KafkaBroker", ["CGlibc"]),
        kit("NetworkKit"),
        kit("ScriptedAPI", ["Logging", "JSON", "HTTPServer", "Kubernetes"]),

        .executableTarget(name: "ProtobufProbe", dependencies: ["Protobuf"], path: "Tests/ProtobufProbe"),

        tests("LoggingTests", ["Logging"]),
        tests("MetricsTests", ["Metrics"]),
        tests("SecretsTests", ["Secrets"]),
        tests("TextTests", ["Text"]),
        tests("ThreadsTests", ["Threads"]),
        tests("DaemonTests", ["Daemon", "Logging", "Threads", "CGlibc"]),
        tests("CompressionTests", ["Compression"]),
        tests("CryptographyTests", ["Cryptography", "Secrets"], resources: [.copy("Stores")]),
        tests("JSONTests", ["JSON"]),
        tests("AvroTests", ["Avro", "JSON"]),
        tests("ProtobufTests", ["Protobuf", "JSON"]),
        tests("YAMLTests", ["YAML", "JSON"]),
        tests("HTTPServerTests", ["HTTPServer", "Logging"]),
        tests("HTTPTests", ["NetworkKit", "HTTP", "HTTPServer", "Logging", "Secrets"]),
        tests(
            "SchemaRegistryTests",
            ["SchemaRegistry", "Identity", "HTTPServer", "Logging", "Metrics", "Secrets"]
        ),
        tests("KafkaTests", ["KafkaBroker", "Kafka", "CThreads", "HTTPServer", "Logging", "Secrets"]),
        tests("WorkerTests", ["KafkaBroker"]),
        tests("BrokerTests", ["KafkaBroker", "Kafka", "KustoEmulator", "Cryptography", "Secrets", "HTTP", "Logging"]),
        tests("IdentityTests", ["Secrets", "Cryptography", "JSON", "Refreshing", "HTTP", "Identity"]),
        tests(
            "KustoTests",
            [
                "NetworkKit", "Kusto", "Identity", "Text", "HTTP", "HTTPServer", "JSON", "Logging", "Metrics",
                "Secrets",
            ]
        ),
        tests(
            "ConvertersTests",
            ["Converters", "JSON", "Avro", "SchemaRegistry"],
            resources: [.copy("Vectors")]
        ),
        tests(
            "SinkConfigurationTests",
            ["SinkConfiguration", "HTTP", "Identity", "Converters", "Logging", "Secrets", "JSON", "YAML"]
        ),
        tests(
            "KafkaClientsTests",
            [
                "KafkaClients", "Kafka", "Identity", "HTTP", "SinkConfiguration", "Logging", "Metrics", "Secrets",
            ]
        ),
        tests("ObservabilityTests", ["Observability", "Metrics", "Logging", "Threads", "Daemon"]),
        tests(
            "KubernetesTests",
            ["ScriptedAPI", "Kubernetes", "HTTP", "JSON", "Logging", "Metrics", "Secrets", "Daemon"]
        ),
        tests(
            "OperatorTests",
            [
                "KafkaBroker", "ScriptedAPI", "Operator", "Kubernetes", "Kafka", "Converters", "SinkConfiguration",
                "Secrets", "HTTP",
                "JSON", "YAML", "Logging", "Metrics", "Daemon",
            ],
            resources: [.copy("Golden")]
        ),
        tests("KustoEmulatorTests", ["KustoEmulator", "Daemon", "Cryptography", "Secrets", "Avro", "JSON", "Logging"]),
        tests(
            "EntraTests",
            [
                "KustoEmulator", "Kusto", "Identity", "Cryptography", "HTTP", "JSON", "Logging", "Metrics", "Secrets",
            ]
        ),
        tests(
            "SinkTests",
            [
                "KafkaBroker", "NetworkKit", "Sink", "Kafka", "Kusto", "Identity", "KustoEmulator", "HTTP",
                "Compression", "Avro", "SchemaRegistry",
                "Converters", "SinkConfiguration", "KafkaClients", "Metrics", "Logging", "Secrets", "Daemon",
            ]
        ),
    ],
    swiftLanguageModes: [.v6]
)

// libFuzzer is there only for what is built to be fuzzed (Tests/Fuzz/run).
if Context.environment["KUSTO_SINK_FUZZ"] != nil {
    package.targets += [
        .target(name: "CFuzzer", path: "Tests/CFuzzer"),
        .executableTarget(
            name: "Fuzz",
            dependencies: [
                "CFuzzer", "Secrets", "Cryptography", "JSON", "Avro", "Protobuf", "SchemaRegistry", "Converters",
                "SinkConfiguration",
            ],
            path: "Tests/Fuzz",
            exclude: ["Corpus", "README.md", "run", "seeds.py", "store-seeds"]
        ),
    ]
}

// Sanitizers build everything once more, so they leave out what their tests do not use (Tests/run-sanitized).
if let tests = Context.environment["KUSTO_SINK_TESTS"] {
    var wanted = tests.split(separator: " ").map(String.init)
    var used: Set<String> = []
    while let name = wanted.popLast() {
        guard used.insert(name).inserted else { continue }
        for case .byNameItem(let dependency, _) in package.targets.first(where: { $0.name == name })?.dependencies ?? []
        {
            wanted.append(dependency)
        }
    }
    package.targets.removeAll { !used.contains($0.name) }
}

for target in package.targets
where target.type != .system
    && !["CSimdJSON", "CProtobuf", "CRevision", "CThreads", "CFuzzer"].contains(target.name)
{
    target.swiftSettings =
        (target.swiftSettings ?? []) + [
            .enableUpcomingFeature("ExistentialAny"),  // SE-0335: existentials are spelled `any`
            .enableUpcomingFeature("MemberImportVisibility"),  // SE-0444: import what you use
            .enableUpcomingFeature("InternalImportsByDefault"),  // SE-0409: a wider import is said
            .enableUpcomingFeature("NonisolatedNonsendingByDefault"),  // SE-0461: async stays on the caller's actor
            .strictMemorySafety(),  // SE-0458: every unsafe use says `unsafe`
            .treatAllWarnings(as: .error),  // SE-0480
        ]
}

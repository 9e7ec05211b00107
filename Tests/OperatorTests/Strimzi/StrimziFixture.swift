import JSON
import Kubernetes
import Operator

/// Resources as Strimzi keeps them.
enum StrimziFixture {
    /// A cluster with the listeners plain, tls, scram, mtls, external and own.
    static let kafka = KubernetesObject([
        "metadata": ["name": "events", "namespace": "data"],
        "spec": [
            "kafka": [
                "listeners": [
                    ["name": "plain", "port": 9092, "type": "internal", "tls": false],
                    ["name": "tls", "port": 9093, "type": "internal", "tls": true],
                    [
                        "name": "scram", "port": 9095, "type": "internal", "tls": true,
                        "authentication": ["type": "scram-sha-512"],
                    ],
                    [
                        "name": "mtls", "port": 9096, "type": "internal", "tls": true,
                        "authentication": ["type": "tls"],
                    ],
                    [
                        "name": "own", "port": 9097, "type": "route", "tls": true,
                        "configuration": [
                            "brokerCertChainAndKey": ["secretName": "c", "certificate": "c.crt", "key": "c.key"]
                        ],
                    ],
                    [
                        "name": "custom", "port": 9098, "type": "internal", "tls": false,
                        "authentication": ["type": "custom", "sasl": true],
                    ],
                    ["name": "late", "port": 9099, "type": "internal", "tls": true],
                ]
            ]
        ],
        "status": [
            "listeners": [
                published("plain", 9092), published("tls", 9093), published("scram", 9095), published("mtls", 9096),
                published("own", 9097), published("custom", 9098), published("gone", 9100),
            ]
        ],
    ])

    private static func published(_ name: String, _ port: Int64) -> JSONValue {
        [
            "name": .string(name),
            "bootstrapServers": .string("events-kafka-bootstrap.data.svc:\(port),events-1.data.svc:\(port)"),
        ]
    }

    /// A user with this authentication.
    static func user(
        _ authentication: String?,
        cluster: String = "events",
        status: JSONObject = ["username": "reader", "secret": "reader-credential"]
    ) -> KubernetesObject {
        var spec: JSONObject = [:]
        if let authentication { spec["authentication"] = ["type": .string(authentication)] }
        return KubernetesObject([
            "metadata": [
                "name": "reader", "namespace": "data", "labels": ["strimzi.io/cluster": .string(cluster)],
            ],
            "spec": .object(spec), "status": .object(status),
        ])
    }

    /// A part of a spec that refers to a listener and, if any, to the user.
    static func spec(_ listener: String, user: Bool = false, _ change: (inout KafkaSpec) -> Void = { _ in })
        -> KafkaSpec
    {
        var spec = KafkaSpec()
        spec.clusterReference = StrimziClusterReference(name: "events", listener: listener)
        if user { spec.userReference = "reader" }
        change(&spec)
        return spec
    }
}

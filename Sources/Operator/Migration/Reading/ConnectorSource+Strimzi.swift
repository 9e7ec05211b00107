internal import JSON

extension ConnectorSource {
    /// Takes a Strimzi `KafkaConnector`.
    init(strimzi resource: JSONValue, place: String) {
        let spec = resource["spec"]
        var config = ConfigMap.texts(of: spec?["config"]?.objectValue ?? [:])
        // Strimzi itself sets these three.
        config["connector.class"] = spec?["class"]?.stringValue ?? config["connector.class"]
        if let tasks = spec?["tasksMax"], !tasks.isNull { config["tasks.max"] = tasks.stringValue ?? tasks.text }
        config["name"] = nil
        var state = spec?["state"]?.stringValue?.lowercased()
        if state == nil, spec?["pause"]?.boolValue == true { state = "paused" }
        self.init(
            place: place,
            name: resource["metadata"]?["name"]?.stringValue ?? "",
            namespace: resource["metadata"]?["namespace"]?.stringValue ?? "",
            cluster: resource["metadata"]?["labels"]?["strimzi.io/cluster"]?.stringValue,
            config: config,
            restState: state == "paused" || state == "stopped" ? state : nil
        )
    }
}

internal import JSON
package import Kubernetes

extension KustoSink {
    /// Reads an object as the API server or a file has it.
    ///
    /// It is checked against the whole table, as an object may be older than the rules, or come from a server that does
    /// not know them. Every problem is found at once, each with the field's path.
    package init(decoding object: KubernetesObject) {
        let problems = Self.problems(of: object)
        guard problems.isEmpty else {
            self.init(object: object, spec: .failure(SpecProblems(problems)))
            return
        }
        let spec = object.json["spec"].map(SinkSchema.spec.withoutNulls)
        self.init(object: object, spec: .success(SinkSpec(SpecReader(spec, path: "spec"))))
    }

    /// Returns everything that is wrong with an object's spec.
    /// - Parameter old: The object before a change, when it is known: some fields must not change.
    package static func problems(of object: KubernetesObject, changedFrom old: KubernetesObject? = nil) -> [SpecProblem]
    {
        let json = SinkSchema.resource.withoutNulls(object.json)
        guard let spec = json["spec"] else {
            return [SpecProblem(.invalidSpec, "spec", "is missing. \(SinkSchema.spec.summary)")]
        }
        var problems = SchemaChecker.problems(of: spec, SinkSchema.spec, at: "spec", old: old?.json["spec"])
        guard problems.isEmpty else { return problems }
        for rule in SinkSchema.resource.rules where !rule.isKept(json, old?.json) {
            problems.append(SpecProblem(.invalidSpec, String((rule.fieldPath ?? ".").dropFirst()), rule.message))
        }
        return problems
    }
}

internal import JSON
internal import Kubernetes
internal import SinkConfiguration

/// Turns a sink's spec into the worker's properties and into the objects that run it: a pure function, so that the same
/// spec always gives the same bytes and a change is seen by comparing them.
///
/// The properties are checked by the worker's own rules before anything is applied. What these refuse is told by the
/// field of the spec that it came from.
package enum SinkRenderer {
    /// Renders a sink.
    /// - Throws: ``SpecProblems`` with everything that keeps a worker from starting with this spec.
    package static func render(_ input: RenderInput) throws(SpecProblems) -> RenderedSink {
        let properties = SinkProperties(input.spec, name: input.object.name, strimzi: input.strimzi)
        let checked = PropertyCheck(properties)
        var pod = WorkerPod(input, properties, memoryNeed: checked.memoryNeed)
        let problems =
            properties.problems + pod.problems + checked.problems + Placeholder.problems(in: input.object.json["spec"])
        guard problems.isEmpty else { throw SpecProblems(problems.withoutDuplicates) }
        let text = properties.text
        pod.configHash = ShortDigest.of(text)
        pod.credentialsHash = credentialsHash(of: properties.secrets, input.secretDigests)
        let objects = ChildObjects(input, properties, pod: pod, configText: text)
        return RenderedSink(
            properties: properties.values,
            configHash: pod.configHash,
            credentialsHash: pod.credentialsHash,
            objects: objects.all,
            selector: pod.labels.selectorText,
            warnings: properties.warnings + checked.warnings + pod.warnings
        )
    }

    /// The digest of all Secrets in use; one without a digest of its own counts as missing.
    private static func credentialsHash(of secrets: [String: Set<String>], _ digests: [String: String]) -> String {
        ShortDigest.of(secrets.keys.sorted().map { "\($0) \(digests[$0] ?? "")\n" }.joined())
    }

    /// The keys of Secrets that a sink's workers use, by the Secret's name; also of a spec that has problems.
    /// - Parameter strimzi: What references to Strimzi's resources stand for; they name Secrets too.
    package static func referencedSecrets(
        _ spec: SinkSpec,
        strimzi: StrimziConnection? = nil
    ) -> [String: Set<String>] {
        SinkProperties(spec, name: "sink", strimzi: strimzi).secrets
    }
}

extension [SpecProblem] {
    /// The problems in order, each once: the worker's rules may find again what rendering found.
    fileprivate var withoutDuplicates: [SpecProblem] {
        var known: Set<SpecProblem> = []
        return filter { known.insert($0).inserted }
    }
}

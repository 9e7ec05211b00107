internal import JSON

/// The page `docs/kustosink.md`, made from the table.
package enum SinkReference {
    /// The whole page in Markdown.
    package static func markdown() -> String {
        var page = SinkReferencePage()
        page.write(SinkSchema.spec, at: "spec")
        page.write(SinkSchema.status, at: "status")
        return introduction + page.sections.joined(separator: "\n")
    }

    private static let introduction = """
        # KustoSink

        <!-- Made from the table by `UPDATE_DOCS=1 swift test --filter SchemaReferenceTests`; do not edit. -->

        A KustoSink (`kustosink.dev/v1alpha1`, short name `ksink`) moves records from topics of Kafka into tables of
        Azure Data Explorer. `kubectl explain kustosink.spec` tells what stands here, too.

        ```yaml
        apiVersion: kustosink.dev/v1alpha1
        kind: KustoSink
        metadata: {name: orders, namespace: data}
        spec:
          kafka: {bootstrapServers: ["broker-1:9092"]}
          kusto:
            ingestionUrl: https://ingest-mycluster.westeurope.kusto.windows.net
            auth:
              tenantId: {value: contoso.example}
              clientId: {value: 2c9c3a0e-0000-4000-8000-5d2c9f0b0a11}
              clientSecret: {secretKeyRef: {name: adx, key: client-secret}}
          topics:
          - {topic: orders, database: shop, table: Orders, format: json}
        ```

        - **Names in brackets** at the end of a description are the properties of the connector that a field stands for;
          [configuration.md](configuration.md) tells more about them.
        - **Times** are written in hours, minutes, seconds and milliseconds, in this order: `1h30m`, `5m`, `30s`,
          `500ms`.
        - **Credentials** stand in Secrets alone: `{secretKeyRef: {name: …, key: …}}` names a key of a Secret in the
          sink's own namespace. A field that takes a _value or a key of a Secret_ also takes `{value: …}`.
        - **A field that is left out** has the default of the connector's property. The API server writes one default
          only: `spec.replicas: 1`.
        - The API server refuses what breaks a rule below. The operator checks the same rules, as an object may be older
          than they are, and tells every problem at once in the condition `ConfigValid`.


        """
}

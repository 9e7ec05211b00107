package import JSON

/// Everything that a sink is told, checked and typed.
package struct SinkSettings: Sendable {
    /// The sink's name; the consumer group is `connect-<name>` unless told otherwise.
    package var name: String
    /// Which topics are consumed.
    package var topics: TopicSelection
    /// How many consumers run in this process.
    package var tasksMax: Int
    /// Where to ingest, and as whom.
    package var kusto: KustoSettings
    /// What the environment says about the way to other machines.
    package var network: NetworkSettings
    /// Which topic goes to which table.
    package var mappings: [TopicMapping]
    /// How keys are checked; `nil` without a key converter.
    package var keyConverter: ConverterSettings?
    /// How values are read.
    package var valueConverter: ConverterSettings
    /// How decimals are written to JSON.
    package var decimals: DecimalFormat
    /// What is asked of ADX after it has queued a batch.
    package var reports: ReportSettings
    /// When a batch is sealed.
    package var flush: FlushSettings
    /// What happens to what cannot be converted or ingested.
    package var errors: ErrorSettings
    /// How much may wait for its ingestion.
    package var buffers: BufferSettings
    /// How batches are compressed.
    package var compression: CompressionSettings
    /// The process around the sink.
    package var process: ProcessSettings
    /// The consumer's properties under librdkafka's names.
    package var consumer: ClientProperties
    /// Properties that every producer shares, under librdkafka's names.
    package var producer: ClientProperties
    /// What a person should know about this configuration, one sentence each.
    package var warnings: [String]
}

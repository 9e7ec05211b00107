/// What a property is about; the sections of the reference.
package enum PropertyGroup: String, Sendable, CaseIterable {
    case connector = "The connector"
    case kusto = "Azure Data Explorer"
    case routing = "Topics and tables"
    case converters = "Converters"
    case schemaRegistry = "Schema registries"
    case batching = "Batches and buffers"
    case errors = "Errors and retries"
    case deadLetters = "Dead-letter queues"
    case kafka = "Kafka clients"
    case process = "The process"
}

internal import Kafka

/// What went wrong with a record, for the headers of its dead letter.
///
/// The headers `__connect.errors.*` are those of Kafka Connect's `DeadLetterQueueReporter`, in its order; those that begin
/// with `kusto_sink.` are ours, and stand on letters whose batch ADX did not take.
package struct DeadLetterContext: Sendable, Hashable {
    /// What Connect calls the step that failed.
    package enum Stage: String, Sendable, Hashable {
        case keyConverter = "KEY_CONVERTER"
        case valueConverter = "VALUE_CONVERTER"
        case put = "TASK_PUT"
    }

    /// One of the errors that caused each other.
    package struct Cause: Sendable, Hashable {
        /// The Java class that Connect or the connector would name.
        package let exceptionClass: String
        /// The sentence; `nil` when there is none.
        package let message: String?

        /// Creates a cause.
        package init(_ exceptionClass: String, _ message: String?) {
            self.exceptionClass = exceptionClass
            self.message = message
        }
    }

    /// What ADX said of the record's batch.
    package struct Ingestion: Sendable, Hashable {
        /// The database that the record was for.
        package let database: String
        /// The table that the record was for.
        package let table: String
        /// The kind of error, such as `BadRequest_InvalidBlob` or `throttled`.
        package let code: String
        /// Whether ADX would say the same again.
        package let isPermanent: Bool
        /// The name of the batch at ADX, its source id.
        package let batch: String
        /// How often the batch was tried.
        package let attempts: Int

        /// Creates a description.
        package init(
            database: String,
            table: String,
            code: String,
            isPermanent: Bool,
            batch: String,
            attempts: Int
        ) {
            self.database = database
            self.table = table
            self.code = code
            self.isPermanent = isPermanent
            self.batch = batch
            self.attempts = attempts
        }

        fileprivate var headers: [KafkaHeader] {
            [
                ("database", database), ("table", table), ("error.code", code), ("error.permanent", "\(isPermanent)"),
                ("batch.id", batch), ("attempts", "\(attempts)"),
            ].map { KafkaHeader(name: "kusto_sink.\($0)", value: Array($1.utf8)) }
        }
    }

    /// The class that the connector's users know as the one that puts records.
    package static let putClass = "com.microsoft.azure.kusto.kafka.connect.sink.KustoSinkTask"
    /// The class of the connector's SDK for what ADX would refuse again.
    package static let permanentException = "com.microsoft.azure.kusto.ingest.exceptions.IngestionClientException"
    /// The class of the connector's SDK for what may succeed later.
    package static let transientException = "com.microsoft.azure.kusto.ingest.exceptions.IngestionServiceException"

    /// The sink's name.
    package let connector: String
    /// The number of the task that had the record.
    package let task: Int
    /// The step that failed.
    package let stage: Stage
    /// The Java class of the converter, or ``putClass``.
    package let executingClass: String
    /// The error, and what caused it; never empty.
    package let causes: [Cause]
    /// What ADX said; `nil` for a conversion.
    package let ingestion: Ingestion?

    private init(
        _ connector: String,
        _ task: Int,
        _ stage: Stage,
        _ executingClass: String,
        _ causes: [Cause],
        _ ingestion: Ingestion?
    ) {
        precondition(!causes.isEmpty, "a dead letter has a cause")
        self.connector = connector
        self.task = task
        self.stage = stage
        self.executingClass = executingClass
        self.causes = causes
        self.ingestion = ingestion
    }

    /// Describes a record whose key or value could not be converted.
    package static func conversion(
        connector: String,
        task: Int,
        stage: Stage,
        converter: String,
        causes: [Cause]
    ) -> DeadLetterContext {
        DeadLetterContext(connector, task, stage, converter, causes, nil)
    }

    /// Describes a record whose batch ADX did not take.
    /// - Parameter reasons: The sentences of the error and of what caused it, outermost first.
    package static func ingestion(
        connector: String,
        task: Int,
        reasons: [String],
        _ ingestion: Ingestion
    ) -> DeadLetterContext {
        let exception = ingestion.isPermanent ? permanentException : transientException
        let causes = reasons.map { Cause(exception, $0) }
        return DeadLetterContext(
            connector,
            task,
            .put,
            putClass,
            causes.isEmpty ? [Cause(exception, nil)] : causes,
            ingestion
        )
    }

    /// Returns the headers for the letter of one record.
    func headers(source: TopicPartition, offset: Int64) -> [KafkaHeader] {
        let texts: [(name: String, value: String?)] = [
            ("topic", source.topic), ("partition", "\(source.partition)"), ("offset", "\(offset)"),
            ("connector.name", connector), ("task.id", "\(task)"), ("stage", stage.rawValue),
            ("class.name", executingClass), ("exception.class.name", causes[0].exceptionClass),
            ("exception.message", causes[0].message), ("exception.stacktrace", chain),
        ]
        return texts.map { KafkaHeader(name: "__connect.errors.\($0.name)", value: $0.value.map { Array($0.utf8) }) }
            + (ingestion?.headers ?? [])
    }

    /// The errors in the form of a Java stack trace, without the frames, which would say nothing here.
    private var chain: String {
        causes.map { cause in cause.exceptionClass + (cause.message.map { ": \($0)" } ?? "") }.joined(
            separator: "\nCaused by: "
        )
    }
}

package import FoundationEssentials
internal import JSON

/// What ADX says about a queued batch (Kusto, "IngestionStatus").
package struct IngestionReport: Sendable, Hashable {
    /// What became of the batch.
    package enum Status: String, Sendable, Hashable, CaseIterable {
        /// ADX has not said anything yet.
        case pending = "Pending"
        /// The rows are in the table.
        case succeeded = "Succeeded"
        /// No row is in the table.
        case failed = "Failed"
        /// ADX has the message and says no more about it.
        case queued = "Queued"
        /// There was nothing to ingest, or it had been ingested before.
        case skipped = "Skipped"
        /// Some rows are in the table.
        case partiallySucceeded = "PartiallySucceeded"

        /// Whether ADX will not change it any more.
        package var isFinal: Bool { self != .pending }

        /// Which of two reports of one batch says more: a batch that is in the table once is in it, whatever a second
        /// message for it came to.
        fileprivate var weight: Int {
            switch self {
            case .succeeded: 5
            case .partiallySucceeded: 4
            case .skipped: 3
            case .failed: 2
            case .queued: 1
            case .pending: 0
            }
        }
    }

    /// Whether trying again makes sense, as ADX sees it.
    package enum FailureStatus: String, Sendable, Hashable, CaseIterable {
        case unknown = "Unknown"
        /// The same batch will be refused again.
        case permanent = "Permanent"
        /// The same batch may get in later.
        case transient = "Transient"
        /// ADX has tried several times and given up; the same batch may get in later.
        case exhausted = "Exhausted"
    }

    /// The batch's name, as the caller gave it.
    package let sourceID: UUID
    /// What became of the batch.
    package let status: Status
    /// ADX's name for the failure; empty when there is none.
    package let errorCode: String
    /// Whether trying again makes sense; `nil` when nothing failed.
    package let failureStatus: FailureStatus?
    /// ADX's words about the failure, which may quote rows; empty when there are none.
    package let details: String
    /// The database's name.
    package let database: String
    /// The table's name.
    package let table: String
    /// When ADX or the caller wrote last, as Azure writes times.
    package let updated: String
    /// What the caller asked to find here.
    package let properties: [String: String]
    /// Where it stands: partition key and the status tables, without signatures.
    let partitionKey: String
    let tables: Set<String>

    /// What failed: ``IngestionFault/unknown`` when ADX gave no name for it; `nil` when nothing failed.
    package var fault: IngestionFault? {
        status == .failed || status == .partiallySucceeded ? IngestionFault(code: errorCode) : nil
    }

    /// Creates a report, for tests of those who work with reports.
    package init(
        sourceID: UUID,
        status: Status,
        errorCode: String = "",
        failureStatus: FailureStatus? = nil,
        details: String = "",
        database: String = "",
        table: String = "",
        updated: String = "",
        properties: [String: String] = [:]
    ) {
        self.sourceID = sourceID
        self.status = status
        self.errorCode = errorCode
        self.failureStatus = failureStatus
        self.details = details
        self.database = database
        self.table = table
        self.updated = updated
        self.properties = properties
        partitionKey = ""
        tables = []
    }

    /// Reads an entity of a status table; `nil` when it is none of ours or says nothing that is known.
    init?(_ entity: JSONValue, in table: String) {
        guard let members = entity.objectValue,
            let id = members["RowKey"]?.stringValue.flatMap({ UUID(uuidString: $0) }),
            let partition = members["PartitionKey"]?.stringValue,
            let status = members["Status"]?.stringValue.flatMap({ Status(rawValue: $0) })
        else { return nil }
        func text(_ name: String) -> String { members[name]?.stringValue ?? "" }
        sourceID = id
        self.status = status
        errorCode = text("ErrorCode")
        let hasFailed = status == .failed || status == .partiallySucceeded
        failureStatus = hasFailed ? FailureStatus(rawValue: text("FailureStatus")) ?? .unknown : nil
        details = text("Details")
        database = text("Database")
        self.table = text("Table")
        updated = text("UpdatedOn")
        var own: [String: String] = [:]
        for (name, value) in members where !Self.reserved.contains(name) && !name.contains("odata.") {
            own[name] = value.stringValue
        }
        properties = own
        partitionKey = partition
        tables = [table]
    }

    private init(_ said: IngestionReport, tables: Set<String>) {
        sourceID = said.sourceID
        status = said.status
        errorCode = said.errorCode
        failureStatus = said.failureStatus
        details = said.details
        database = said.database
        table = said.table
        updated = said.updated
        properties = said.properties
        partitionKey = said.partitionKey
        self.tables = tables
    }

    /// One report of two about the same batch, whose message was posted twice with a row in another table each time.
    func merging(_ other: IngestionReport) -> IngestionReport {
        IngestionReport(other.status.weight > status.weight ? other : self, tables: tables.union(other.tables))
    }

    /// The names of ADX's and the table service's own properties.
    static let reserved: Set<String> = [
        "PartitionKey", "RowKey", "Timestamp", "Status", "IngestionSourceId", "IngestionSourcePath", "Database",
        "Table",
        "UpdatedOn", "OperationId", "ActivityId", "ErrorCode", "FailureStatus", "Details", "OriginatesFromUpdatePolicy",
    ]
}

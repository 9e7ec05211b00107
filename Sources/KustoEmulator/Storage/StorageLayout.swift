/// Which accounts, containers, queues and tables the cluster has.
struct StorageLayout: Sendable {
    /// Where clients upload.
    let containers: [StorageResource]
    /// Where clients say what to ingest.
    let ingestionQueues: [StorageResource]
    /// Where failures are reported.
    let failureQueue: StorageResource
    /// Where successes are reported.
    let successQueue: StorageResource
    /// Where statuses are kept, one row a source; one table in each account.
    let statusTables: [StorageResource]

    /// Lays out a number of accounts, each with so many containers and one ingestion queue.
    init(accounts: Int, containersPerAccount: Int) {
        let names = (0..<max(1, accounts)).map { "emulated\($0)" }
        containers = names.flatMap { account in
            (0..<max(1, containersPerAccount)).map {
                StorageResource(kind: .blob, account: account, name: "ingestdata-\($0)")
            }
        }
        ingestionQueues = names.map { StorageResource(kind: .queue, account: $0, name: "readyforaggregation-secured") }
        failureQueue = StorageResource(kind: .queue, account: names[0], name: "failedingestions")
        successQueue = StorageResource(kind: .queue, account: names[0], name: "successfulingestions")
        statusTables = names.map { StorageResource(kind: .table, account: $0, name: "ingestionsstatus20190505") }
    }

    /// All resources.
    var all: [StorageResource] { containers + ingestionQueues + [failureQueue, successQueue] + statusTables }

    /// The resource whose URL has these first two path segments.
    func resource(account: String, name: String) -> StorageResource? {
        all.first { $0.account == account && $0.name == name }
    }

    /// The rows of `.get ingestion resources`: type and resource.
    var advertised: [(type: String, resource: StorageResource)] {
        ingestionQueues.map { ("SecuredReadyForAggregationQueue", $0) }
            + containers.map { ("TempStorage", $0) }
            + [
                ("FailedIngestionsQueue", failureQueue), ("SuccessfulIngestionsQueue", successQueue),
            ]
            + statusTables.map { ("IngestionsStatusTable", $0) }
    }
}

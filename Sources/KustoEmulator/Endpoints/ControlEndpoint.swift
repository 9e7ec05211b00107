internal import JSON

/// The emulator's own API under `/emulator/`: faults, state, rows, mode, counting, reset.
struct ControlEndpoint: Sendable {
    /// The cluster.
    let parts: ClusterParts

    /// Answers a request of the control API.
    func reply(to request: EmulatorRequest) async throws -> EmulatorReply {
        let path = request.path.split(separator: "/").dropFirst().joined(separator: "/")
        switch (request.method, path) {
        case ("GET", "faults"): return .json(200, .array(parts.faults.entries.map(Self.json)))
        case ("POST", "faults"): return try await addFaults(request)
        case ("DELETE", "faults"):
            parts.faults.remove()
            return .empty(204)
        case ("GET", "state"): return .json(200, state)
        case ("POST", "reset"):
            reset()
            return .empty(204)
        case ("GET", "rows"): return try await rows(request.parameters)
        case ("GET", "mode"): return .json(200, mode)
        case ("POST", "mode"), ("PUT", "mode"):
            let body = try JSONValue(parsing: try await request.collect(upTo: 64 << 10))
            guard let discard = body["discard"]?.boolValue else {
                throw EmulatorError(.semantic, "the mode is {\"discard\": true} or {\"discard\": false}")
            }
            parts.dataManagement.setPaused(discard)
            return .json(200, mode)
        case ("POST", "count"):
            let counts = try await count()
            var tables = JSONObject()
            for (name, count) in counts.sorted(by: { $0.key < $1.key }) { tables[name] = count.json }
            return .json(200, ["tables": .object(tables), "orphanedBlobs": .integer(Int64(parts.blobs.count))])
        case ("POST", "tokens/revoke"):
            parts.tokens.revokeAll()
            return .empty(204)
        case ("POST", "identity/revoke"):
            parts.identityTokens.revokeAll()
            return .empty(204)
        case ("POST", "signatures/revoke"):
            parts.access.revokeAll()
            return .empty(204)
        default:
            if path.hasPrefix("applications/"), ["PUT", "DELETE"].contains(request.method) {
                let body = request.method == "PUT" ? try await request.collect(upTo: 1 << 20) : nil
                parts.tokens.applications.set(
                    try body.map { try EmulatedApplication(JSONValue(parsing: $0)) },
                    for: PercentEncoding.decode(path.dropFirst("applications/".count))
                )
                return .empty(204)
            }
            if request.method == "DELETE", path.hasPrefix("faults/"), let id = Int(path.dropFirst(7)) {
                parts.faults.remove(id)
                return .empty(204)
            }
            return .json(404, ["error": .string("the control API has no \(request.method) /emulator/\(path)")])
        }
    }

    /// Counts and deletes what discard mode has kept.
    func count() async throws -> [String: DiscardedCount] {
        let counter = DiscardedCounter(queues: parts.queues, blobs: parts.blobs, layout: parts.layout)
        return try await parts.blocking.run { counter.count() }
    }

    /// Answers `rows?table=T&columns=a,b&database=D` with a line of JSON for each row, however many there are.
    private func rows(_ parameters: QueryParameters) async throws -> EmulatorReply {
        let export = RowExport(catalog: parts.catalog, directory: parts.directory)
        let (table, database) = (parameters["table"] ?? "", parameters["database"] ?? parts.configuration.databases[0])
        let columns = (parameters["columns"] ?? "").split(separator: ",").map(String.init)
        let bytes = try await parts.blocking.run { try export.write(table, columns: columns, database: database) }
        return EmulatorReply(
            status: 200,
            headers: [("Content-Type", "application/x-ndjson; charset=utf-8")],
            body: .stored(bytes)
        )
    }

    /// Removes rows, blobs, messages, statuses and faults; tables, mappings and policies stay.
    func reset() {
        parts.faults.remove()
        parts.queues.removeAll()
        parts.blobs.removeAll()
        parts.statuses.removeAll()
        parts.catalog.clearRows()
        parts.dataManagement.reset()
    }

    private func addFaults(_ request: EmulatorRequest) async throws -> EmulatorReply {
        let body = try JSONValue(parsing: try await request.collect(upTo: 1 << 20))
        var faults: [Fault] = []
        for json in body.arrayValue ?? [body] { faults.append(try Fault(json)) }
        let ids = faults.map { parts.faults.add($0) }
        return .json(201, ["ids": .array(ids.map { .integer(Int64($0)) })])
    }

    private var mode: JSONValue { ["discard": .bool(parts.dataManagement.isPaused)] }

    private static func json(_ entry: FaultTable.Entry) -> JSONValue {
        var object = entry.fault.json.objectValue ?? JSONObject()
        object["id"] = .integer(Int64(entry.id))
        object["struck"] = .integer(Int64(entry.struck))
        return .object(object)
    }

    private var state: JSONValue {
        var tables = JSONObject()
        for database in parts.catalog.databaseNames {
            for table in (try? parts.catalog.tables(in: database)) ?? [] {
                let unparsed = table.unparsed
                tables["\(database).\(table.name)"] = [
                    "rows": .integer(Int64(table.rowCount)), "extents": .integer(Int64(table.extents.count)),
                    "unparsedBlobs": .integer(Int64(unparsed.blobs)), "unparsedBytes": .integer(Int64(unparsed.bytes)),
                ]
            }
        }
        let statistics = parts.dataManagement.statistics
        let totals = parts.blobs.totals
        var queues = JSONObject()
        for queue in parts.layout.all where queue.kind == .queue {
            queues[String(queue.path.dropFirst())] = .integer(Int64(parts.queues.count(in: queue)))
        }
        return [
            "tables": .object(tables),
            "blobs": [
                "present": .integer(Int64(parts.blobs.count)), "stored": .integer(Int64(totals.blobs)),
                "storedBytes": .integer(Int64(totals.bytes)),
            ],
            "queues": .object(queues),
            "ingestion": [
                "messages": .integer(Int64(statistics.messages)), "succeeded": .integer(Int64(statistics.succeeded)),
                "failed": .integer(Int64(statistics.failed)), "skipped": .integer(Int64(statistics.skippedSources)),
                "rows": .integer(Int64(statistics.rows)), "skippedLines": .integer(Int64(statistics.skippedLines)),
                "rawBytes": .integer(Int64(statistics.rawBytes)),
                "wrongRawDataSizes": .integer(Int64(statistics.wrongRawDataSizes)),
                "missingRawDataSizes": .integer(Int64(statistics.missingRawDataSizes)),
                "streamed": .integer(Int64(statistics.streamed)),
                "streamedFailed": .integer(Int64(statistics.streamedFailed)),
            ],
            "failures": .array(
                parts.dataManagement.failures.suffix(100).map { record in
                    [
                        "database": .string(record.database), "table": .string(record.table),
                        "code": .string(record.failure.code.text), "message": .string(record.failure.message),
                        "sourceId": .string(record.sourceID),
                    ]
                }
            ),
            "mode": mode, "idle": .bool(parts.dataManagement.isIdle),
            "faults": .integer(Int64(parts.faults.entries.count)),
        ]
    }
}

internal import JSON
internal import Logging

/// Asks the engine before the first record whether a table, its mapping and the right to ingest are there.
struct TableValidator: Sendable {
    private let engine: Engine
    private let url: String
    private let principal: Principal?
    private let logger: Logger

    init(_ engine: Engine, _ configuration: KustoConfiguration, _ logger: Logger) {
        self.engine = engine
        url = configuration.queryURL
        principal = Principal(configuration)
        self.logger = logger
    }

    /// Looks at one target, at everything that can be looked at.
    ///
    /// An identity may have the right to ingest but not to look: then the rest cannot be found out, which is logged.
    /// - Throws: ``KustoError`` when a service does not answer, so that asking again may help.
    func inspect(_ target: TableTarget) async throws(KustoError) -> TableFindings {
        var findings = TableFindings(
            table: try await verdict { () async throws(KustoError) in try await checkTable(target) },
            right: .good
        )
        if let reason = reasonNotToGoOn(findings.table, target) {
            if target.mapping != nil { findings.mapping = .unknown(reason) }
            if target.isStreaming { findings.streaming = .unknown(reason) }
        } else {
            if target.mapping != nil {
                findings.mapping = try await verdict { () async throws(KustoError) in try await checkMapping(target) }
            }
            if target.isStreaming {
                findings.streaming = try await verdict { () async throws(KustoError) in
                    try await StreamingPolicyCheck(engine, url: url).check(target)
                }
            }
        }
        findings.right = try await right(to: target, after: findings.table)
        guard [findings.table, findings.mapping, findings.streaming].contains(where: isForbidden) else {
            return findings
        }
        logger.warning(
            "table not checked: the identity lacks 'Database Viewer', which it needs to look at it",
            ["kusto.database": target.database, "kusto.table": target.table]
        )
        return findings
    }

    /// The command that gives the identity a role in a database.
    func grant(_ role: String, on database: String) -> KustoCommand {
        let name = principal?.name ?? "aadapp=<application id>;<tenant id>"
        return ".add database \(name: database) \(word: role) (\(text: name))"
    }

    /// What a check found; an identity that may not look has found out nothing.
    private func verdict(
        _ check: () async throws(KustoError) -> Void
    ) async throws(KustoError) -> TableFindings.Verdict {
        do throws(KustoError) {
            try await check()
            return .good
        } catch {
            guard error.isRefusal else { throw error }
            return error.code == .forbidden ? .unknown(Self.notAllowed) : .bad(error)
        }
    }

    private static let notAllowed = "the identity may not look at it"

    private func isForbidden(_ verdict: TableFindings.Verdict?) -> Bool {
        if case .unknown(Self.notAllowed) = verdict { true } else { false }
    }

    /// Why nothing else about a table can be asked, or `nil`.
    private func reasonNotToGoOn(_ table: TableFindings.Verdict, _ target: TableTarget) -> String? {
        switch table {
        case .good: nil
        case .unknown(let reason): reason
        case .bad: "table \(target.table) in database \(target.database) cannot be used"
        }
    }

    private func right(
        to target: TableTarget,
        after table: TableFindings.Verdict
    ) async throws(KustoError) -> TableFindings.Verdict {
        if let reason = reasonNotToGoOn(table, target), table.problem != nil { return .unknown(reason) }
        return try await checkRight(target)
    }

    /// Whether a table and its mapping are there, as far as can be found out.
    func exists(_ target: TableTarget) async -> Bool {
        do throws(KustoError) {
            try await checkTable(target)
            try await checkMapping(target)
            return true
        } catch {
            return false
        }
    }

    private func checkTable(_ target: TableTarget) async throws(KustoError) {
        let answer: KustoTable
        do throws(KustoError) {
            // The option makes the engine check rights without reading rows (Kusto, "validatepermissions").
            answer = try await engine.query(
                "\(name: target.table) | count",
                database: target.database,
                at: url,
                options: ["validatepermissions": true, "validate_permissions": true]
            )
        } catch {
            switch error.code {
            case .tableNotFound:
                throw Self.missing(
                    error,
                    "table \(target.table) does not exist in database \(target.database); create it or correct the name"
                )
            case .databaseNotFound:
                throw Self.missing(error, "database \(target.database) does not exist; create it or correct the name")
            default:
                throw error
            }
        }
        let verdict = answer.rows.first?.first
        // A number is the count itself, from an engine that does not know the option: then the table was read.
        guard verdict?.stringValue != "OK", verdict?.doubleValue == nil else { return }
        throw KustoError(
            .missingRight,
            "the check of table \(target.table) in database \(target.database) answers "
                + "'\(verdict?.stringValue ?? "nothing")' where 'OK' is expected; look at the table and at the application's "
                + "rights, or set kusto.validation.table.enable=false",
            leg: .query,
            disposition: .rejected
        )
    }

    /// A mapping may belong to the table or to its database; the table's wins (Kusto, "Ingestion mappings").
    private func checkMapping(_ target: TableTarget) async throws(KustoError) {
        guard let mapping = target.mapping else { return }
        let question: KustoCommand = "ingestion \(word: mapping.commandKind) mapping \(text: mapping.name)"
        let places: [KustoCommand] = ["table \(name: target.table)", "database \(name: target.database)"]
        var absence: KustoError?
        for place in places {
            do throws(KustoError) {
                let found = try await engine.manage(
                    ".show \(place) \(question)",
                    database: target.database,
                    at: url,
                    leg: .management
                )
                if !found.rows.isEmpty { return }
            } catch {
                guard error.httpStatus == 400, error.disposition == .rejected, error.code != .databaseNotFound,
                    error.code != .forbidden
                else { throw error }
                absence = error
            }
        }
        throw Self.missing(
            absence,
            "table \(target.table) in database \(target.database) has no \(mapping.commandKind) mapping \(mapping.name), "
                + "and neither has the database; create it with .create \(places[0]) \(question) '…', or correct the name",
            code: .mappingNotFound
        )
    }

    /// Whether the identity may ingest, as the connector asks it: the fourth column of the answer is a truth value.
    ///
    /// A service that does not answer the question does not keep the sink from starting.
    private func checkRight(_ target: TableTarget) async throws(KustoError) -> TableFindings.Verdict {
        guard let principal else { return .unknown("only the token itself says who the identity is") }
        let answer: KustoTable
        do throws(KustoError) {
            answer = try await engine.manage(
                """
                .show principal access with (principal=\(text: principal.name), accesstype='ingest', \
                database=\(text: target.database), table=\(text: target.table))
                """,
                database: target.database,
                at: url,
                leg: .management
            )
        } catch {
            guard error.isRefusal else { throw error }
            return .unknown(
                error.code == .forbidden ? "the identity may not ask for rights" : "ADX does not say: \(error.message)"
            )
        }
        guard let row = answer.rows.first, row.count > 3, let isGranted = Self.truth(row[3]) else {
            return .unknown("ADX answers the question for the right in a form that is not known")
        }
        guard !isGranted else { return .good }
        return .bad(
            KustoError(
                .missingRight,
                "\(principal.name) may not ingest into table \(target.table) of database \(target.database); grant it with "
                    + "\(grant("ingestors", on: target.database))",
                leg: .management,
                disposition: .rejected
            )
        )
    }

    /// Older engines give 0 and 1.
    private static func truth(_ value: JSONValue) -> Bool? {
        if let truth = value.boolValue { return truth }
        if let number = value.intValue { return number != 0 }
        switch value.stringValue?.lowercased() {
        case "true", "1": return true
        case "false", "0": return false
        default: return nil
        }
    }

    private static func missing(_ error: KustoError?, _ message: String, code: KustoError.Code? = nil) -> KustoError {
        KustoError(
            code ?? error?.code ?? .badRequest,
            message,
            leg: error?.leg ?? .management,
            disposition: .rejected,
            httpStatus: error?.httpStatus,
            cause: error
        )
    }
}

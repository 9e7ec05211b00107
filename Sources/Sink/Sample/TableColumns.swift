internal import Converters
internal import JSON
internal import Kusto

/// Asks ADX which columns of a table take what of a record, as far as the identity may look.
struct TableColumns: Sendable {
    /// What ADX says.
    enum Answer: Sendable {
        case columns([SampledColumn], origin: String)
        /// It does not say, for this reason.
        case unknown(String)
    }

    let client: KustoClient

    /// Looks for the route's mapping, or without one for the table's own columns; tries once.
    func ask(_ route: TableRoute) async -> Answer {
        do throws(KustoError) {
            guard let name = route.mapping else { return try await ownColumns(of: route) }
            let mapping = MappingReference(name: name, kind: route.format.mappingKind)
            let place: [KustoCommand] = ["table \(name: route.table)", "database \(name: route.database)"]
            for place in place {
                guard let text = try await text(of: mapping, of: place, in: route.database) else { continue }
                guard let columns = SampledColumn.columns(ofMapping: text) else { break }
                return .columns(columns, origin: "mapping \(name)")
            }
            return .unknown("ADX does not show mapping \(name) of table \(route.qualifiedTable)")
        } catch {
            return .unknown("ADX was asked for the columns and did not say: \(error.message)")
        }
    }

    private func text(
        of mapping: MappingReference,
        of place: KustoCommand,
        in database: String
    ) async throws(KustoError) -> String? {
        do throws(KustoError) {
            let answer = try await client.manage(
                ".show \(place) ingestion \(word: mapping.commandKind) mapping \(text: mapping.name)",
                database: database
            )
            return answer.rows.isEmpty ? nil : answer[0, "Mapping"]?.stringValue
        } catch {
            // What is not there is told like this.
            if error.httpStatus == 400, error.code != .forbidden { return nil }
            throw error
        }
    }

    private func ownColumns(of route: TableRoute) async throws(KustoError) -> Answer {
        let answer = try await client.manage(
            ".show table \(name: route.table) schema as json",
            database: route.database
        )
        let cell = answer.rows.isEmpty ? nil : answer[0, "Schema"]
        let schema = cell.flatMap { cell in cell.stringValue.flatMap { try? JSONValue(parsing: $0) } ?? cell }
        guard let columns = schema?["OrderedColumns"]?.arrayValue else {
            return .unknown("ADX does not show the columns of table \(route.qualifiedTable)")
        }
        return .columns(
            columns.compactMap { $0["Name"]?.stringValue.map { SampledColumn(name: $0) } },
            origin: "no mapping: by the columns' names"
        )
    }
}

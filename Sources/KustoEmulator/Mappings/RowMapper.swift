internal import JSON

/// Turns records of one source into rows of one table.
struct RowMapper: Sendable {
    private let columns: [Column]
    private let elements: [(position: Int, type: ColumnType, element: MappingElement)]?
    private let sourceLocation: String

    /// Binds a mapping to a table's columns; without one, delimited records map by position and documents by name.
    /// - Throws: ``IngestionFailure`` when the mapping names a column that the table does not have.
    init(columns: [Column], mapping: IngestionMapping?, sourceLocation: String) throws(IngestionFailure) {
        self.columns = columns
        self.sourceLocation = sourceLocation
        guard let mapping else {
            elements = nil
            return
        }
        var bound: [(position: Int, type: ColumnType, element: MappingElement)] = []
        for element in mapping.elements {
            guard let position = columns.firstIndex(where: { $0.name == element.column }) else {
                throw IngestionFailure(
                    .inconsistentMapping,
                    "the mapping names column '\(element.column)', which the table does not have"
                )
            }
            bound.append((position, columns[position].type, element))
        }
        elements = bound
    }

    /// The row of a delimited record; `line` counts records from 1.
    func row(from record: DelimitedRecord, line: Int) -> [CellValue] {
        guard let elements else {
            return columns.enumerated().map { position, column in
                position < record.count ? CellValue(text: record[position], as: column.type) : .missing(column.type)
            }
        }
        return row(elements) { element, type in
            switch element.source {
            case .ordinal(let ordinal):
                guard ordinal < record.count else { return .missing(type) }
                let text = record[ordinal]
                guard element.transform != .none else { return CellValue(text: text, as: type) }
                return CellValue(json: element.transform.apply(to: .string(text)), as: type)
            default: return shared(element, type, line)
            }
        }
    }

    /// The row of a JSON document; `line` counts documents from 1.
    func row(from document: JSONValue, line: Int) -> [CellValue] {
        guard let elements else {
            return columns.map { column in
                document[column.name].map { CellValue(json: $0, as: column.type) } ?? .missing(column.type)
            }
        }
        return row(elements) { element, type in
            switch element.source {
            case .path(let path):
                if element.transform == .dropMappedFields {
                    return CellValue(json: withoutMappedFields(document, at: path, elements), as: type)
                }
                guard let value = path.value(in: document) else { return .missing(type) }
                return CellValue(json: element.transform.apply(to: value), as: type)
            default: return shared(element, type, line)
            }
        }
    }

    private func row(
        _ elements: [(position: Int, type: ColumnType, element: MappingElement)],
        _ value: (MappingElement, ColumnType) -> CellValue
    ) -> [CellValue] {
        var row = columns.map { CellValue.missing($0.type) }
        for bound in elements { row[bound.position] = value(bound.element, bound.type) }
        return row
    }

    private func shared(_ element: MappingElement, _ type: ColumnType, _ line: Int) -> CellValue {
        switch element.source {
        case .constant(let text): CellValue(text: text, as: type)
        case .transformOnly where element.transform == .sourceLineNumber: CellValue(text: String(line), as: type)
        case .transformOnly: CellValue(text: sourceLocation, as: type)
        default: .missing(type)
        }
    }

    /// The object at `path` without the members that other columns take out of it.
    private func withoutMappedFields(
        _ document: JSONValue,
        at path: JSONPath,
        _ elements: [(position: Int, type: ColumnType, element: MappingElement)]
    ) -> JSONValue {
        guard let object = path.value(in: document)?.objectValue else { return .null }
        var mapped: Set<String> = []
        for bound in elements {
            guard case .path(let other) = bound.element.source, other.steps.count == path.steps.count + 1,
                other.steps.starts(with: path.steps), case .member(let name) = other.steps.last
            else { continue }
            mapped.insert(name)
        }
        var rest = JSONObject()
        for key in object.keys where !mapped.contains(key) { rest[key] = object[key] }
        return .object(rest)
    }
}

extension CellValue {
    /// What a column holds when the source says nothing: strings are never null.
    static func missing(_ type: ColumnType) -> CellValue { type == .string ? .string("") : .null }
}

/// What Put Block List asks for (Azure Storage, "Put Block List").
struct BlockList: Sendable, Equatable {
    /// Where a block is looked for.
    enum Source: String, Sendable, CaseIterable {
        /// Among the blocks of the blob as it is.
        case committed = "Committed"
        /// Among the blocks that were uploaded since.
        case uncommitted = "Uncommitted"
        /// Among those uploaded since, then among those of the blob.
        case latest = "Latest"
    }

    /// A block by its identifier.
    struct Entry: Sendable, Equatable {
        /// Where it is looked for.
        let source: Source
        /// Its identifier, as it stands in the list.
        let id: String
    }

    /// Azure's limit on blocks of one blob.
    static let maximumEntries = 50_000

    /// The blocks in the order of their bytes.
    let entries: [Entry]

    /// Creates a list.
    init(_ entries: [Entry]) { self.entries = entries }

    /// Reads the XML of a request; `nil` when it is not a block list.
    init?(xml text: String) {
        guard text.contains("<BlockList"), text.contains("</BlockList>") || text.contains("<BlockList/>") else {
            return nil
        }
        entries = XMLText.elements(Source.allCases.map(\.rawValue), in: text).compactMap { element in
            Source(rawValue: element.name).map { Entry(source: $0, id: element.text) }
        }
    }
}

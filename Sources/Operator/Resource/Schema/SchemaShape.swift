/// What a field may hold.
package indirect enum SchemaShape: Sendable {
    /// A string within limits.
    case text(TextLimits)
    /// `true` or `false`.
    case boolean
    /// A whole number within limits, both included.
    case integer(minimum: Int64?, maximum: Int64?)
    /// A time such as `1h30m`, written as a string.
    case duration
    /// A moment in RFC 3339, written as a string.
    case time
    /// A quantity of Kubernetes such as `500m` or `1Gi`, written as a string or a whole number.
    case quantity
    /// An object with these fields and no others.
    case object([SchemaField])
    /// An object with keys of the user's and values of one kind.
    case map(SchemaField, keys: TextLimits, maximumCount: Int)
    /// A list of elements of one kind.
    case list(SchemaField, ListLimits)

    /// The form of ``duration``.
    static let durationLimits = TextLimits(minimumLength: 2, maximumLength: 40, pattern: .duration)
    /// The form of ``quantity`` that is written as a string.
    static let quantityLimits = TextLimits(minimumLength: 1, maximumLength: 40, pattern: .quantity)
}

/// What a string may be; lengths are in Unicode scalars, as the API server counts them.
package struct TextLimits: Sendable {
    /// The shortest length.
    package var minimumLength = 0
    /// The longest length.
    package var maximumLength: Int
    /// The form, or `nil` for any.
    package var pattern: SchemaPattern?
    /// The only values; empty for any.
    package var values: [String] = []

    /// Creates limits.
    package init(
        minimumLength: Int = 0,
        maximumLength: Int,
        pattern: SchemaPattern? = nil,
        values: [String] = []
    ) {
        self.minimumLength = minimumLength
        self.maximumLength = maximumLength
        self.pattern = pattern
        self.values = values
    }
}

/// How many elements a list may have, and how two of them are told apart.
package struct ListLimits: Sendable {
    /// What makes elements the same to server-side apply.
    package enum Uniqueness: Sendable, Hashable {
        /// The list is replaced as a whole.
        case atomic
        /// Elements are scalars, each at most once.
        case set
        /// Elements are objects, told apart by these fields.
        case map([String])
    }

    /// The fewest elements.
    package var minimumCount = 0
    /// The most elements.
    package var maximumCount: Int
    /// What makes elements the same.
    package var identity = Uniqueness.atomic

    /// Creates limits.
    package init(minimumCount: Int = 0, maximumCount: Int, identity: Uniqueness = .atomic) {
        self.minimumCount = minimumCount
        self.maximumCount = maximumCount
        self.identity = identity
    }
}

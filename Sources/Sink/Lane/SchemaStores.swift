package import Converters

/// Where the schemas of messages' two sides come from.
package struct SchemaStores: Sendable {
    /// For keys; `nil` when their converter uses no registry.
    var keys: (any SchemaSource)?
    /// For values; `nil` when their converter uses no registry.
    var values: (any SchemaSource)?

    /// Creates a set; without arguments an empty one.
    package init(keys: (any SchemaSource)? = nil, values: (any SchemaSource)? = nil) {
        self.keys = keys
        self.values = values
    }

    /// Those that are there.
    var all: [any SchemaSource] { [keys, values].compactMap { $0 } }

    /// The schemas of one side.
    subscript(side: MessageSide) -> (any SchemaSource)? { side == .key ? keys : values }
}

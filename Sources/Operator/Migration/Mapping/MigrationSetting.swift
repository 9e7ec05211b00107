/// One property of a connector.
struct MigrationSetting: Hashable {
    /// The name under which it was written, with its prefix.
    let name: String
    /// The value as it was written.
    let value: String
}

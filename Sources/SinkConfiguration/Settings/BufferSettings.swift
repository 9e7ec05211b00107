/// How much may wait for its ingestion.
package struct BufferSettings: Sendable, Hashable {
    /// Bytes in memory, for the whole process.
    package var memoryBytes: Int
    /// Bytes in temporary files, for the whole process; 0 for none.
    package var diskBytes: Int
    /// The directory under which temporary files are made.
    package var temporaryDirectory: String
}

import Synchronization

/// What reads bytes that others wrote, as a function that takes any bytes.
struct FuzzTarget: Sendable {
    /// The target's name, which is also that of its folder in `Corpus`.
    let name: String
    /// Reads the bytes, and ends the process when what it finds cannot be right.
    let body: @Sendable ([UInt8]) -> Void

    /// All targets; a new one is a file with an extension and a line here.
    static let all: [FuzzTarget] = [
        .avro, .envelope, .jaas, .jks, .jsonRow, .mapping, .pem, .pkcs12, .properties, .protobuf, .wireFormat,
    ]

    private static let selected = Mutex<FuzzTarget?>(nil)

    /// Says which target the inputs are for.
    static func select(_ target: FuzzTarget) { selected.withLock { $0 = target } }

    /// Gives one input to the target.
    ///
    /// The bytes are copied, so that the address sanitizer sees when something reads behind the last one.
    static func run(_ bytes: UnsafeRawBufferPointer) {
        let body = selected.withLock { $0?.body }
        body?(unsafe Array(bytes))
    }
}

/// Ends the process when something that must be so is not, with the reason.
func require(_ condition: Bool, _ reason: @autoclosure () -> String) {
    if !condition { fatalError(reason()) }
}

internal import JSON

/// Converts messages' keys without keeping the result, since Kafka Connect refuses a message whose key it cannot read.
///
/// One per lane: it is not `Sendable`.
@safe
package final class KeyCheck {
    private let converter: RecordConverter
    private var scratch = unsafe UnsafeMutableRawBufferPointer(start: nil, count: 0)

    /// Creates a check.
    /// - Parameters:
    ///   - converter: The key's converter; `nil` is returned for one that can read any bytes.
    ///   - options: Its settings.
    ///   - topic: The messages' topic.
    ///   - schemas: Where schemas come from; required by a converter that uses a registry.
    package init?(
        _ converter: ConverterKind,
        options: ConverterOptions,
        topic: String,
        schemas: (any SchemaSource)?
    ) {
        // Text is the format that takes every value.
        guard converter != .string, converter != .bytes,
            let conversion = try? Conversion(converter, .txt, options: options)
        else { return nil }
        self.converter = RecordConverter(conversion, topic: topic, side: .key, schemas: schemas)
    }

    deinit { unsafe scratch.deallocate() }

    /// What converters say of values, said of a key.
    private static func aboutKey(_ error: ConverterError) -> ConverterError {
        let message = error.message.replacing("value.converter", with: "key.converter").replacing(
            "the value",
            with: "the key"
        )
        return ConverterError(error.code, message, exceptionClass: error.exceptionClass)
    }

    /// Converts a message's key.
    /// - Returns: `skipped` when it can be read or there is none, else `rejected` or `awaits`.
    package func check(_ message: borrowing MessageView) -> RecordOutcome {
        guard let key = unsafe message.key else { return .skipped }
        while true {
            switch unsafe converter.append(message, key, to: scratch, at: 0, in: nil) {
            case .needsSpace(let bytes):
                unsafe scratch.deallocate()
                unsafe scratch = .allocate(byteCount: max(bytes, 4096), alignment: 1)
                // What is behind a key is read by its check, though it means nothing.
                unsafe scratch.initializeMemory(as: UInt8.self, repeating: 0)
            case .row, .skipped, .sealFirst: return .skipped
            case .rejected(let error): return .rejected(Self.aboutKey(error))
            case .awaits(let key): return .awaits(key)
            }
        }
    }
}

@testable import JSON

/// Calls `body` with `bytes` inside a bigger buffer whose slack is full of text that would change the verdict if read.
func withPadding<R>(_ bytes: [UInt8], _ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    let slack = [UInt8](repeating: UInt8(ascii: "}"), count: JSONValidator.slack)
    return try unsafe (bytes + slack).withUnsafeBytes { buffer in
        try unsafe body(UnsafeRawBufferPointer(rebasing: buffer[..<bytes.count]))
    }
}

/// Calls `body` with a text inside a bigger buffer.
func withPadding<R>(_ text: String, _ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    try unsafe withPadding(Array(text.utf8), body)
}

/// Why a server could not start, or a request's body could not be read.
package struct HTTPServerError: Error, CustomStringConvertible {
    /// The kinds of failure.
    package struct Code: Sendable, Hashable, CustomStringConvertible {
        package let description: String

        /// Another process has the port.
        package static let addressInUse = Code(description: "addressInUse")
        /// The host cannot be listened on, or the port needs more rights.
        package static let addressUnavailable = Code(description: "addressUnavailable")
        /// The server itself, its threads or its certificate failed.
        package static let startFailed = Code(description: "startFailed")
        /// The client went away before its request was whole.
        package static let cut = Code(description: "cut")
        /// The request's body is larger than the handler takes.
        package static let bodyTooLarge = Code(description: "bodyTooLarge")
    }

    /// What kind of failure it is.
    package let code: Code
    /// What failed, on what, and what to do.
    package let message: String

    /// Creates an error.
    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}

/// An answer, or the refusal of one.
package struct HTTPServerResponse: Sendable {
    /// Where the bytes are.
    package enum Body: Sendable {
        case bytes([UInt8])
        /// Bytes of the file at a path, sent by the kernel without passing through this process.
        case file(String, Range<Int>)
        /// Bytes that are not known yet, sent in chunks as they are written.
        case stream(StreamedBody)
    }

    enum Cut: Sendable, Hashable {
        case none, unanswered, after(bytes: Int)
    }

    /// The status code.
    package var status: Int
    /// The header fields; `Content-Length` is added where the length is known.
    package var headers: [HTTPHeader]
    /// The body; not sent in answer to `HEAD`.
    package var body: Body
    /// What must live until the answer is made, such as the owner of a file that goes away with it.
    package var owner: (any Sendable)?
    var cut = Cut.none

    /// Creates an answer.
    package init(status: Int, headers: [HTTPHeader] = [], body: Body = .bytes([])) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// Closes the connection instead of answering: a fault for tests.
    package static var abort: HTTPServerResponse {
        var response = HTTPServerResponse(status: 500)
        response.cut = .unanswered
        return response
    }

    /// The same answer, whose connection closes when `bytes` of its body are sent: a fault for tests.
    package func abort(afterBytes bytes: Int) -> HTTPServerResponse {
        var response = self
        response.cut = .after(bytes: bytes)
        return response
    }
}

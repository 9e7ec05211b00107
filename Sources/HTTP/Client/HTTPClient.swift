package import Logging

/// An HTTP/1.1 client over libcurl: any number of tasks send requests, one thread moves the bytes.
///
/// Connections are kept open and used again. When a kept connection turns out to be dead before any of the answer came,
/// the request is sent again over a new one. Redirects are not followed: they are answers like any other.
package final class HTTPClient: Sendable {
    private let loop: TransferLoop
    private let logger: Logger

    /// Creates a client and its thread.
    /// - Throws: ``HTTPError`` with `invalidConfiguration` when a file with certificates cannot be used.
    package init(configuration: HTTPClientConfiguration = .init(), logger: Logger) throws(HTTPError) {
        self.logger = logger
        loop = try TransferLoop(configuration)
        try loop.start()
    }

    deinit { loop.close() }

    /// Runs tasks on the client's thread, for those that do little more than send one request after the other.
    ///
    /// Such a task continues on the thread on which its answer arrived, so no other thread has to wake up. It must not
    /// compute for long, since all other exchanges wait meanwhile. After ``shutdown()`` Swift's own threads run these tasks.
    package var executor: any TaskExecutor { loop }

    /// Sends a request and returns the answer with its whole body, whatever its status.
    /// - Throws: ``HTTPError`` when there is no answer; cancelling the task aborts the exchange.
    package func execute(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        let slot = TransferSlot()
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let transfer = Transfer(request, to: .memory(continuation))
                slot.set(transfer)
                loop.begin(transfer)
            }
        } onCancel: { [loop] in
            if let transfer = slot.cancel() { loop.cancel(transfer) }
        }
        switch outcome {
        case .success(let response):
            logger.trace(
                "http response",
                [
                    "http.method": request.method.rawValue, "http.url": HTTPError.withoutQuery(request.url),
                    "http.status": response.status,
                ]
            )
        case .failure(let error):
            logger.trace("http request failed", ["error": error.message, "error.code": "\(error.code)"])
        }
        return try outcome.get()
    }

    /// Sends a request and hands over the answer as it comes in.
    ///
    /// The exchange ends with `body`, whether or not everything was read.
    /// - Throws: ``HTTPError`` when there is no answer, and what `body` throws.
    package func withResponse<Result>(
        _ request: HTTPRequest,
        _ body: (HTTPResponseHead, HTTPResponseBody) async throws -> Result
    ) async throws -> Result {
        let slot = TransferSlot()
        let stream = ResponseStream(
            resume: { [loop] in if let transfer = slot.transfer { loop.resume(transfer) } },
            cancel: { [loop] in if let transfer = slot.cancel() { loop.cancel(transfer) } }
        )
        let transfer = Transfer(request, to: .stream(stream))
        slot.set(transfer)
        loop.begin(transfer)
        defer { loop.cancel(transfer) }
        return try await body(try await stream.head(), HTTPResponseBody(stream: stream))
    }

    /// Aborts all exchanges and ends the thread.
    package func shutdown() async {
        loop.close()
        await loop.ended()
    }
}

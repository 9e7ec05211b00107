internal import HTTP
internal import Logging

extension APIClient {
    /// The most bytes of an event; the server keeps no object larger than a fifth of it.
    private static let lineLimit = 8 << 20
    /// How much longer than the server promised a watch may last.
    private static let grace = Duration.seconds(15)

    package func watch(
        _ scope: ObjectScope,
        from resourceVersion: String,
        onEvent: @Sendable (WatchEvent) async throws(APIError) -> Void
    ) async throws(APIError) {
        // Below the four minutes after which Azure's load balancers cut what is silent, together with bookmarks; not the
        // same for all watches, so that they do not all begin anew at once.
        let seconds = 240 + Int(clock.random() * 51)
        var call = APICall(.watch, scope.kind, namespace: scope.namespace)
        call.query =
            scope.query + [
                ("watch", "1"), ("resourceVersion", resourceVersion), ("allowWatchBookmarks", "true"),
                ("timeoutSeconds", String(seconds)),
            ]
        let limit = Duration.seconds(seconds) + Self.grace
        let begin = clock.now()
        var isSilent = true
        try await stream(call, limit: limit, idle: silence) { chunks in
            try await read(chunks, of: call) { event throws(APIError) in
                isSilent = false
                try await onEvent(event)
            }
        } onTimeout: {
            // A server whose data was restored, and that has not come as far as the version asked for, says nothing at
            // all, not even bookmarks, for as long as it is asked from there.
            guard isSilent, clock.now() - begin >= silence else { return nil }
            return APIError(
                .gone,
                "cannot \(call.action) from version \(resourceVersion): the server said nothing for \(silence), so this "
                    + "begins anew with a list"
            )
        }
    }

    private func read(
        _ chunks: HTTPResponseBody,
        of call: APICall,
        onEvent: (WatchEvent) async throws(APIError) -> Void
    ) async throws {
        var splitter = LineSplitter(limit: Self.lineLimit)
        for try await chunk in chunks {
            guard let lines = splitter.add(chunk) else {
                throw APIError(
                    .malformed,
                    "cannot \(call.action): the server sent an event of more than \(Self.lineLimit >> 20) MiB"
                )
            }
            for line in lines {
                switch try WatchEvent.line(line, of: call) {
                case .event(let event): try await onEvent(event)
                case .unknown(let type):
                    logger.info("unknown watch event skipped", ["event.type": type, "request": call.action])
                }
            }
        }
        guard !splitter.isInsideLine else {
            throw APIError(.unreachable, "cannot \(call.action): the server ended in the middle of an event")
        }
    }
}

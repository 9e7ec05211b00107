package import Kubernetes
internal import Synchronization

extension MemoryAPI {
    /// How a watch ends.
    package enum WatchEnding: Sendable, Hashable {
        /// As the server ends each watch after a while.
        case cleanly
        /// With an event that says why.
        case event(APIError)
        /// By an error of the call, as when the connection is cut.
        case error(APIError)
    }

    package func watch(
        _ scope: ObjectScope,
        from resourceVersion: String,
        onEvent: @Sendable (WatchEvent) async throws(APIError) -> Void
    ) async throws(APIError) {
        let lost = try await meetFaults(MemoryRequest(.watch, scope))
        if let lost { throw lost }
        guard var version = Int(resourceVersion) else {
            throw APIError(.invalid, "invalid resource version \(resourceVersion)", status: 400)
        }
        let wake = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let (id, firstBookmark) = state.withLock { state in
            state.lastWatcher += 1
            state.watchers[state.lastWatcher] = Watcher(wake: wake.continuation)
            return (state.lastWatcher, state.bookmarks)
        }
        var bookmarks = firstBookmark
        defer { _ = state.withLock { $0.watchers.removeValue(forKey: id) } }
        wake.continuation.yield()
        var isOpen = false
        for await _ in wake.stream {
            let turn = try state.withLock { state throws(APIError) in
                if state.hasCrashed { throw Self.crash }
                let ending = state.watchers[id]?.ending
                return (try state.server.events(scope, after: version, isOpen: isOpen), ending, state.bookmarks)
            }
            let (news, ending, asked) = turn
            isOpen = true
            for event in news.events { try await onEvent(event) }
            version = news.version
            if asked != bookmarks {
                bookmarks = asked
                try await onEvent(.bookmark(resourceVersion: String(version)))
            }
            switch ending {
            case nil: continue
            case .cleanly: return
            case .event(let error): return try await onEvent(.failed(error))
            case .error(let error): throw error
            }
        }
        throw APIError(.cancelled, "the watch was cancelled")
    }

    /// How many watches are open.
    package var watches: Int { state.withLock { $0.watchers.count } }

    /// Ends all watches that are open now.
    package func endWatches(_ ending: WatchEnding = .cleanly) {
        state.withLock { state in
            for id in state.watchers.keys { state.watchers[id]?.ending = ending }
        }
        wakeWatchers()
    }

    /// Tells all watches how far they have come.
    package func sendBookmarks() {
        state.withLock { $0.bookmarks += 1 }
        wakeWatchers()
    }

    /// Forgets the history: watches that begin at an older version and lists that are half read answer 410.
    package func expireHistory() { state.withLock { $0.server.compact() } }

    func wakeWatchers() {
        for watcher in state.withLock({ Array($0.watchers.values) }) { watcher.wake.yield() }
    }
}

internal import CRdKafka
internal import Glibc
internal import Secrets
internal import Synchronization

/// Gives a client its tokens for OAUTHBEARER, for as long as there is the client.
final class TokenRefresher: Sendable {
    /// A client that may end at any time: it is used only while the lock is held, which whoever ends it takes first.
    ///
    /// Unchecked because librdkafka's functions may be called on any thread.
    @safe
    private struct Client: @unchecked Sendable {
        let pointer: OpaquePointer
    }

    private struct State {
        var client: Client?
        weak var context: ClientContext?
        var task: Task<Void, Never>?
    }

    private let source: KafkaTokenSource
    private let settings: SignInSettings
    private let state = Mutex(State())

    init(source: KafkaTokenSource, settings: SignInSettings) {
        self.source = source
        self.settings = settings
    }

    /// Begins to give tokens to a client, and to tell `context` when there is none.
    func attach(_ client: OpaquePointer, _ context: ClientContext) {
        let client = unsafe Client(pointer: client)
        state.withLock { state in
            state.client = client
            state.context = context
        }
    }

    /// Ends what is being fetched and does not touch the client any more once this has returned.
    func detach() {
        let task = state.withLock { state in
            state.client = nil
            return state.task.take()
        }
        task?.cancel()
    }

    /// Begins to fetch a token, unless one is being fetched; does not block.
    func refresh() {
        state.withLock { state in
            guard state.client != nil, state.task == nil else { return }
            state.task = Task.detached { [self] in
                let outcome: Result<KafkaToken, any Error>
                do { outcome = .success(try await source.fetch()) } catch { outcome = .failure(error) }
                deliver(outcome)
            }
        }
    }

    private func deliver(_ outcome: Result<KafkaToken, any Error>) {
        let (failure, context): (KafkaTokenError?, ClientContext?) = state.withLock { state in
            guard let client = state.client else { return (nil, nil) }
            state.task = nil
            let failure: KafkaTokenError? =
                switch outcome {
                case .success(let token):
                    unsafe Self.give(token, to: client.pointer).map { KafkaTokenError($0, isFinal: true) }
                case .failure(let error):
                    KafkaTokenError(settings.told("\(error)"), isFinal: (error as? KafkaTokenError)?.isFinal ?? false)
                }
            // The library asks again after 10 s.
            if let failure { unsafe rd_kafka_oauthbearer_set_token_failure(client.pointer, failure.message) }
            return (failure, state.context)
        }
        guard let failure else {
            context?.signIn.noteFound()
            return
        }
        context?.noteMissing(
            KafkaError(
                failure.isFinal ? .authentication : .brokerUnavailable,
                "there is no token to sign in with (OAUTHBEARER): \(failure.message)",
                signIn: SignInFault(.tokenMissing, mechanism: "OAUTHBEARER")
            )
        )
    }

    /// - Returns: Why the library does not take the token; its own text may quote the extensions.
    private static func give(_ token: KafkaToken, to client: OpaquePointer) -> String? {
        // Names and values take turns.
        var texts: [UnsafeMutablePointer<CChar>?] = unsafe []
        for (name, value) in token.extensions {
            unsafe texts.append(strdup(name))
            unsafe texts.append(strdup(value))
        }
        defer { unsafe texts.forEach { unsafe free($0) } }
        var pointers = unsafe texts.map { text in unsafe UnsafePointer<CChar>(text) }
        let code = unsafe withErrorText {
            unsafe rd_kafka_oauthbearer_set_token(
                client,
                token.value.reveal(),
                token.expiresAt,
                token.principal,
                &pointers,
                pointers.count,
                $0,
                $1
            )
        }.result
        switch code {
        case RD_KAFKA_RESP_ERR_NO_ERROR: return nil
        case RD_KAFKA_RESP_ERR__STATE: return "the client does not sign in by OAUTHBEARER"
        default:
            return """
                the token that came has ended already (\(token.expiresAt) ms since 1970), or its extensions hold what \
                RFC 7628 does not allow
                """
        }
    }
}

/// Has a token fetched; called on librdkafka's background thread.
func tokenCallback(_: OpaquePointer?, _: UnsafePointer<CChar>?, _ opaque: UnsafeMutableRawPointer?) {
    unsafe ClientContext.of(opaque)?.tokens?.refresh()
}

internal import Synchronization

/// What proves an identity, as it was read last, and how to read it again.
///
/// A file that cannot be read, or is empty while somebody writes it, says nothing about what it held: the last value stays in
/// use. So does the last that was taken, when the new one is refused.
final class HeldProof<Value: Sendable & Equatable>: Sendable {
    private struct State {
        var value: Value?
        /// Why the last reading failed, without any secret.
        var problem: String?
        /// The value with which a token was got last.
        var accepted: Value?
    }

    /// Whether another value may be read later.
    let mayChange: Bool
    private let readAgain: @Sendable () throws(IdentityError) -> Value
    private let state: Mutex<State>

    /// - Parameters:
    ///   - initial: The value, if it was read already.
    ///   - mayChange: Whether another value may be read later; only then `readAgain` is called.
    ///   - readAgain: Reads the value as it is now.
    init(
        _ initial: Value?,
        mayChange: Bool,
        readAgain: @escaping @Sendable () throws(IdentityError) -> Value
    ) {
        self.mayChange = mayChange
        self.readAgain = readAgain
        state = Mutex(State(value: initial))
    }

    /// The value as it is now.
    /// - Throws: ``IdentityError`` when it cannot be read and never was.
    func read() throws(IdentityError) -> Value {
        if !mayChange, let value = state.withLock({ $0.value }) { return value }
        do throws(IdentityError) {
            let value = try readAgain()
            state.withLock { ($0.value, $0.problem) = (value, nil) }
            return value
        } catch {
            let value = state.withLock { state in
                state.problem = error.message
                return state.value
            }
            guard let value else { throw error }
            return value
        }
    }

    /// Asks for a token with the value as it is now.
    ///
    /// When that is refused, asks with what has replaced it meanwhile, and then with the value that was taken last.
    /// - Parameters:
    ///   - report: Is told when a new value is refused and an old one goes on working, which nobody would notice.
    ///   - ask: Asks for a token with a value.
    func use(
        report: (IdentityError) -> Void,
        _ ask: (Value) async throws(IdentityError) -> AccessToken
    ) async throws(IdentityError) -> AccessToken {
        var tried = [try read()]
        while true {
            let value = tried[tried.count - 1]
            let refusal: IdentityError
            do throws(IdentityError) {
                let token = try await ask(value)
                state.withLock { $0.accepted = value }
                return token
            } catch {
                guard error.code == .refused else { throw error }
                refusal = error
            }
            let newer = try read()
            if tried.count == 1, newer != value {
                tried.append(newer)
                continue
            }
            let (accepted, problem) = state.withLock { ($0.accepted, $0.problem) }
            if let accepted, !tried.contains(accepted), let token = try? await ask(accepted) {
                report(Self.refused(refusal, "the one before it is still taken, and used"))
                return token
            }
            throw problem.map { Self.refused(refusal, "the credential is one that was read earlier: \($0)") } ?? refusal
        }
    }

    private static func refused(_ error: IdentityError, _ addition: String) -> IdentityError {
        IdentityError(.refused, "\(error.message); \(addition)", httpStatus: error.httpStatus)
    }
}

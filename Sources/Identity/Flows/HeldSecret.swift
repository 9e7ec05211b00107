internal import Secrets
internal import Synchronization

/// The value of a secret that was read last, and how to read it again.
///
/// A file that cannot be read, or is empty while somebody writes it, says nothing about the secret that it held: the last
/// value stays in use. So does the last that was taken, when the new one is refused.
final class HeldSecret: Sendable {
    private struct State {
        var value: Secret
        /// Why the last reading failed, without the secret.
        var problem: String?
        /// The value with which a token was got last.
        var accepted: Secret?
    }

    private let source: RotatedSecret
    private let state: Mutex<State>

    init(_ source: RotatedSecret) {
        self.source = source
        state = Mutex(State(value: source.initial))
    }

    /// Whether another value may be read later.
    var mayChange: Bool { source.mayChange }

    /// The value as it is now.
    func read() -> Secret {
        guard source.mayChange else { return source.initial }
        let outcome: Result<Secret, SecretReferenceError>
        do throws(SecretReferenceError) {
            outcome = .success(try source.read())
        } catch {
            outcome = .failure(error)
        }
        return state.withLock { state in
            switch outcome {
            case .success(let value) where !value.isEmpty: (state.value, state.problem) = (value, nil)
            case .success: state.problem = "what it is read from is empty now"
            case .failure(let error): state.problem = error.message
            }
            return state.value
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
        _ ask: (Secret) async throws(IdentityError) -> AccessToken
    ) async throws(IdentityError) -> AccessToken {
        var tried = [read()]
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
            let newer = read()
            if tried.count == 1, newer != value {
                tried.append(newer)
                continue
            }
            let (accepted, problem) = state.withLock { ($0.accepted, $0.problem) }
            if let accepted, !tried.contains(accepted), let token = try? await ask(accepted) {
                report(Self.refused(refusal, "the value before it is still taken, and used"))
                return token
            }
            throw problem.map { Self.refused(refusal, "the secret is one that was read earlier: \($0)") } ?? refusal
        }
    }

    private static func refused(_ error: IdentityError, _ addition: String) -> IdentityError {
        IdentityError(.refused, "\(error.message); \(addition)", httpStatus: error.httpStatus)
    }
}

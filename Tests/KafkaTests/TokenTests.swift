import Foundation
import Kafka
import Logging
import Secrets
import Synchronization
import Testing

@Suite("A client's tokens", .timeLimit(.minutes(5)))
struct TokenTests {
    private static func configuration(
        _ fetch: @escaping @Sendable () async throws -> KafkaToken
    ) -> KafkaClientConfiguration {
        KafkaClientConfiguration(
            [
                "bootstrap.servers": "127.0.0.1:1", "security.protocol": "SASL_PLAINTEXT",
                "sasl.mechanisms": "OAUTHBEARER",
            ],
            tokens: KafkaTokenSource(fetch)
        )
    }

    /// Waits without holding a thread: tokens are fetched by tasks, for which other tests may have left none.
    private static func wait(for isDone: () -> Bool) async -> Bool {
        let deadline = ContinuousClock.now + .seconds(120)
        while !isDone() {
            guard ContinuousClock.now < deadline else { return false }
            try? await Task.sleep(for: .milliseconds(5))
        }
        return true
    }

    @Test("are fetched before anybody polls")
    func early() async throws {
        let fetches = Atomic(0)
        let connection = try ClusterConnection(
            configuration: Self.configuration {
                fetches.add(1, ordering: .relaxed)
                return UnsecuredToken.make(lifetime: .seconds(300))
            },
            logger: Fixture.logger
        )
        #expect(await Self.wait { fetches.load(ordering: .relaxed) == 1 })
        withExtendedLifetime(connection) {}
    }

    @Test("may come when the client has ended, which ends the fetching")
    func late() async throws {
        let begun = Atomic(0)
        let cancelled = Atomic(0)
        let ended = Atomic(0)
        for _ in 0..<20 {
            let before = begun.load(ordering: .acquiring)
            let connection = try ClusterConnection(
                configuration: Self.configuration {
                    begun.add(1, ordering: .acquiringAndReleasing)
                    // It does not end before it is cancelled, and then gives a token nevertheless.
                    do { try await Task.sleep(for: .seconds(600)) } catch { cancelled.add(1, ordering: .relaxed) }
                    ended.add(1, ordering: .acquiringAndReleasing)
                    return UnsecuredToken.make(lifetime: .seconds(300))
                },
                logger: Fixture.logger
            )
            #expect(await Self.wait { begun.load(ordering: .acquiring) > before })
            withExtendedLifetime(connection) {}
        }
        #expect(await Self.wait { ended.load(ordering: .acquiring) == 20 })
        #expect(cancelled.load(ordering: .relaxed) == 20)
    }

    @Test("that the library does not take are told without what is in them")
    func unusable() async throws {
        for token in [
            KafkaToken(value: Secret("t0ken-5ecret"), expiresAt: 1000, principal: "p"),
            KafkaToken(
                value: Secret("t0ken-5ecret"),
                expiresAt: .max / 2000,
                principal: "p",
                extensions: ["not.a.name": "value-5ecret"]
            ),
        ] {
            let connection = try ClusterConnection(configuration: Self.configuration { token }, logger: Fixture.logger)
            var errors: [KafkaError] = []
            #expect(
                await Self.wait {
                    errors += connection.takeErrors()
                    return errors.contains { $0.signIn != nil }
                }
            )
            #expect(errors.first { $0.signIn != nil }?.signIn?.cause == .tokenMissing)
            #expect(!errors.contains { $0.message.contains("5ecret") })
            let error = #expect(throws: KafkaError.self) { try connection.topics(timeout: .milliseconds(100)) }
            #expect(error?.code == .authentication)
        }
    }

    @Test("that cannot be fetched are told with their source's reason as it is, with the URL of a token endpoint")
    func reason() async throws {
        let reason = "token from https://login.example/oauth2/token: status 401: the credential is refused; check a.b"
        let connection = try ClusterConnection(
            configuration: Self.configuration { throw KafkaError(.other, reason) },
            logger: Fixture.logger
        )
        var errors: [KafkaError] = []
        #expect(
            await Self.wait {
                errors += connection.takeErrors()
                return errors.contains { $0.signIn?.cause == .tokenMissing }
            }
        )
        #expect(errors.first { $0.signIn != nil }?.message.hasSuffix(reason) == true)
    }

    @Test("that cannot be fetched may come later, unless their source says that it refuses", arguments: [false, true])
    func finality(isFinal: Bool) async throws {
        let connection = try ClusterConnection(
            configuration: Self.configuration { throw KafkaTokenError("no token here", isFinal: isFinal) },
            logger: Fixture.logger
        )
        #expect(
            await Self.wait { connection.takeErrors().contains { $0.signIn?.cause == .tokenMissing } }
        )
        let error = #expect(throws: KafkaError.self) { try connection.topics(timeout: .milliseconds(100)) }
        #expect(error?.code == (isFinal ? .authentication : .brokerUnavailable) && error?.isRetriable == !isFinal)
        #expect(error?.message.hasSuffix("no token here") == true, "\(error?.message ?? "")")
    }

    @Test("are not asked for by a client that signs in otherwise")
    func unused() throws {
        let fetches = Atomic(0)
        var configuration = Self.configuration {
            fetches.add(1, ordering: .relaxed)
            return UnsecuredToken.make(lifetime: .seconds(300))
        }
        configuration.values["security.protocol"] = "PLAINTEXT"
        let connection = try ClusterConnection(configuration: configuration, logger: Fixture.logger)
        let error = #expect(throws: KafkaError.self) { try connection.topics(timeout: .milliseconds(100)) }
        #expect(error?.isRetriable == true && fetches.load(ordering: .relaxed) == 0)
    }
}

import KafkaClients
import Secrets
import SinkConfiguration
import Testing

@Suite("Credentials that change while clients run")
struct RotationTests {
    private let folder: Folder

    init() throws { folder = try Folder() }

    private func look(_ changes: [String: String]) throws -> Result<[ClientName: ClientSnapshot], ClientProblems> {
        do throws(ConfigurationError) {
            let set = ClientSet(try Samples.settings(changes), unixSeconds: Samples.now, tokens: nil)
            return set.problems.isEmpty ? .success(set.snapshots) : .failure(ClientProblems(set.problems))
        } catch {
            return .failure(ClientProblems(error.problems.map(\.message)))
        }
    }

    private func state(_ changes: [String: String]) throws -> RotationState { RotationState(try look(changes).get()) }

    private var scram: [String: String] {
        [
            "security.protocol": "SASL_PLAINTEXT", "sasl.mechanism": "SCRAM-SHA-512",
            "sasl.username": "${directory:\(folder.path):user}",
            "sasl.password": "${directory:\(folder.path):password}",
            "errors.deadletterqueue.topic.name": "letters", "errors.tolerance": "all",
        ]
    }

    @Test("a password is handed to every client that has it, once two looks in a row agree")
    func password() throws {
        try folder.write("user", "me\n")
        try folder.write("password", "first\n")
        var state = try state(scram)
        #expect(state.take(try look(scram)) == [])
        try folder.write("password", "second\n")
        #expect(state.take(try look(scram)) == [.lookAgain])
        let steps = state.take(try look(scram))
        guard case .logins(let logins)? = steps.first, steps.count == 1 else {
            Issue.record("\(steps)")
            return
        }
        #expect(Set(logins.keys) == [.consumer, .errorsDeadLetterQueue])
        #expect(logins.values.allSatisfy { $0.user == Secret("me") && $0.password == Secret("second") })
        #expect(state.take(try look(scram)) == [])
    }

    @Test("a user and a password in two files are taken together")
    func bothFiles() throws {
        try folder.write("user", "me")
        try folder.write("password", "first")
        var state = try state(scram)
        try folder.write("user", "you")
        #expect(state.take(try look(scram)) == [.lookAgain])
        try folder.write("password", "second")
        #expect(state.take(try look(scram)) == [.lookAgain])
        guard case .logins(let logins)? = state.take(try look(scram)).first else {
            Issue.record("no logins")
            return
        }
        #expect(logins[.consumer]?.user == Secret("you") && logins[.consumer]?.password == Secret("second"))
    }

    @Test("what goes back to what it was is no change")
    func back() throws {
        try folder.write("user", "me")
        try folder.write("password", "first")
        var state = try state(scram)
        try folder.write("password", "second")
        #expect(state.take(try look(scram)) == [.lookAgain])
        try folder.write("password", "first")
        #expect(state.take(try look(scram)) == [])
        try folder.write("password", "second")
        #expect(state.take(try look(scram)) == [.lookAgain])
    }

    @Test("what is missing or half written is told once, and then that it is back")
    func unreadable() throws {
        let store = [
            "ssl.truststore.location": try folder.copy("keytool-trust.p12", as: "t"),
            "ssl.truststore.password": "changeit",
        ]
        var state = try state(store)
        try folder.remove("t")
        let steps = state.take(try look(store))
        guard case .unreadable(let reason)? = steps.first, steps.count == 1 else {
            Issue.record("\(steps)")
            return
        }
        #expect(reason.hasPrefix("ssl.truststore.location: \(folder.path)/t cannot be read"))
        #expect(state.take(try look(store)) == [])
        try folder.write("t", "half")
        guard case .unreadable? = state.take(try look(store)).first else {
            Issue.record("another reason is told")
            return
        }
        try folder.copy("keytool-trust.p12", as: "t")
        #expect(state.take(try look(store)) == [.readable])
        #expect(state.take(try look(store)) == [])
    }

    @Test("another store has the clients made anew, and one that holds the same does not")
    func stores() throws {
        let trust = [
            "ssl.truststore.location": try folder.copy("keytool-trust.p12", as: "t"),
            "ssl.truststore.password": "changeit",
        ]
        var state = try state(trust)
        // The same certificates, in another format.
        try folder.copy("trusted.pem", as: "t")
        #expect(state.take(try look(trust)) == [])
        try folder.copy("several.jks", as: "t")
        #expect(state.take(try look(trust)) == [.lookAgain])
        #expect(state.take(try look(trust)) == [.restart([.consumer])])
        // It is said until it was done, and not any more when the store is what it was.
        #expect(state.take(try look(trust)) == [.restart([.consumer])])
        try folder.copy("trusted.pem", as: "t")
        #expect(state.take(try look(trust)) == [])
    }

    @Test("a certificate and a key in two files are taken only when they belong together")
    func pair() throws {
        let names = [
            "ssl.certificate.location": try folder.copy("client-ec.pem", as: "tls.crt"),
            "ssl.key.location": try folder.copy("client-ec.key", as: "tls.key"),
        ]
        var state = try state(names)
        try folder.copy("client-chain.pem", as: "tls.crt")
        guard case .unreadable? = state.take(try look(names)).first else {
            Issue.record("a key of another certificate is taken")
            return
        }
        try folder.copy("client.key", as: "tls.key")
        #expect(state.take(try look(names)) == [.readable, .lookAgain])
        #expect(state.take(try look(names)) == [.restart([.consumer])])
    }

    @Test("an entry of JAAS for tokens has the clients made anew, a secret that is read for each token does not")
    func tokens() throws {
        let entry =
            "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required clientId=\"c\" clientSecret="
        let base = [
            "security.protocol": "SASL_PLAINTEXT", "sasl.mechanism": "OAUTHBEARER",
            "sasl.oauthbearer.token.endpoint.url": "https://login.example/token",
        ]
        let inEntry = base.merging(["sasl.jaas.config": entry + "\"${directory:\(folder.path):secret}\";"]) { $1 }
        let apart = base.merging([
            "sasl.oauthbearer.client.credentials.client.id": "c",
            "sasl.oauthbearer.client.credentials.client.secret": "${directory:\(folder.path):secret}",
        ]) { $1 }
        try folder.write("secret", "first")
        var (first, second) = (try state(inEntry), try state(apart))
        try folder.write("secret", "second")
        #expect(first.take(try look(inEntry)) == [.lookAgain])
        #expect(first.take(try look(inEntry)) == [.restart([.consumer])])
        #expect(second.take(try look(apart)) == [])
    }

    @Test("settings are read again as they were written, with what they refer to now")
    func rereading() throws {
        try folder.write("user", "me")
        try folder.write("password", "first")
        let set = Samples.properties(scram)
        #expect(set.mayChange && !Samples.properties().mayChange)
        try folder.write("password", "second")
        let again = try SinkSettings(set.rereading(environment: [:], within: .anywhere))
        #expect(again.consumer.revealed()["sasl.password"] == "second")
        let confined = #expect(throws: ConfigurationError.self) {
            try SinkSettings(set.rereading(environment: [:], within: .below(["/nowhere"])))
        }
        #expect(confined != nil)
    }
}

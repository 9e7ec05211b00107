import Glibc
import Testing

@testable import Kafka

@Suite("What librdkafka says of a broker that does not let it in")
struct SignInJudgeTests {
    /// The library's codes.
    static let (authentication, ssl, transport, badMessage): (Int32, Int32, Int32, Int32) = (-169, -181, -195, -199)

    /// A text of the library and what it means.
    struct Case: Sendable, CustomTestStringConvertible {
        var code: Int32
        var text: String
        var settings = ["security.protocol": "sasl_ssl", "sasl.mechanisms": "PLAIN", "sasl.password": "pass-5ecret"]
        var cause: SignInFault.Cause?
        var sentence = ""
        var mayPass = false
        var testDescription: String { text }
    }

    static let tls = ["security.protocol": "ssl"]
    static let open: [String: String] = [:]
    static let at = "sasl_ssl://b-1.example:9093/1: "

    static let cases: [Case] = [
        Case(
            code: authentication,
            text: at + "SASL authentication error: Authentication failed (after 305ms in state AUTH_REQ)",
            cause: .credentialRefused,
            sentence:
                "broker b-1.example:9093 refuses the user and the password (PLAIN), it says: Authentication failed"
        ),
        Case(
            code: authentication,
            text: "GroupCoordinator: b-2.example:9093: SASL authentication error: no (after 3ms in state AUTH_REQ)",
            cause: .credentialRefused,
            sentence: "broker b-2.example:9093 refuses the user and the password (PLAIN), it says: no"
        ),
        Case(
            code: authentication,
            text: at + "SASL authentication error: wrong password pass-5ecret of sink",
            cause: .credentialRefused,
            sentence: "broker b-1.example:9093 refuses the user and the password (PLAIN), it says: [hidden]"
        ),
        Case(
            code: authentication,
            text: at + "SASL SCRAM-SHA-256 mechanism handshake failed: Broker: Unsupported SASL mechanism: broker's "
                + "supported mechanisms: PLAIN,OAUTHBEARER (after 9ms in state AUTH_HANDSHAKE)",
            settings: ["security.protocol": "SASL_SSL", "sasl.mechanism": "scram-sha-256"],
            cause: .mechanismRefused,
            sentence: "broker b-1.example:9093 does not sign in by SCRAM-SHA-256, but by PLAIN,OAUTHBEARER"
        ),
        // A broker that goes away while the client signs in.
        Case(
            code: authentication,
            text: at + "SASL PLAIN mechanism handshake failed: Local: Broker transport failure: broker's supported "
                + "mechanisms:  (after 9ms in state AUTH_HANDSHAKE)"
        ),
        Case(
            code: transport,
            text: at + "SASL authentication error: SaslAuthenticateRequest failed: Local: Broker transport failure"
        ),
        Case(
            code: authentication,
            text: at + #"SASL authentication error: {"status":"invalid_token"} (after 5ms in state AUTH_REQ)"#,
            settings: ["security.protocol": "sasl_ssl", "sasl.mechanism": "OAUTHBEARER"],
            cause: .tokenRefused,
            sentence: #"broker b-1.example:9093 refuses the token (OAUTHBEARER), it says: {"status":"invalid_token"}"#
        ),
        Case(
            code: authentication,
            text: at + "SASL authentication error: the token eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0. is old",
            settings: ["security.protocol": "sasl_ssl", "sasl.mechanism": "OAUTHBEARER"],
            cause: .tokenRefused,
            sentence: "broker b-1.example:9093 refuses the token (OAUTHBEARER), it says: [hidden]"
        ),
        Case(
            code: authentication,
            text: at
                + "Failed to initialize SASL authentication: SASL handshake failed (start (-1)): SASL(-1): generic "
                + "failure: GSSAPI Error: Server not found in Kerberos database (after 4ms in state AUTH_REQ)",
            settings: ["security.protocol": "sasl_plaintext"],
            cause: .ticketMissing,
            sentence: "there is no Kerberos ticket with which broker b-1.example:9093 could be reached (GSSAPI): SASL "
                + "handshake failed (start (-1)): SASL(-1): generic failure: GSSAPI Error: Server not found in Kerberos "
                + "database"
        ),
        Case(
            code: authentication,
            text: at
                + "SASL authentication error: Authentication failed during authentication due to invalid credentials",
            settings: ["security.protocol": "sasl_plaintext", "sasl.mechanism": "GSSAPI"],
            cause: .credentialRefused,
            sentence: "broker b-1.example:9093 refuses the Kerberos ticket (GSSAPI), it says: Authentication failed "
                + "during authentication due to invalid credentials"
        ),
        Case(
            code: ssl,
            text: at + "SSL handshake failed: error:0A00010B:SSL routines::wrong version number (after 1ms in state …)",
            cause: .notTLS,
            sentence: "broker b-1.example:9093 does not speak TLS on this port, and the client does"
        ),
        Case(
            code: transport,
            text: at
                + "SSL handshake failed: Disconnected: connecting to a PLAINTEXT broker listener? (after 1ms in state "
                + "SSL_HANDSHAKE)",
            cause: .notTLS,
            sentence: "broker b-1.example:9093 ends the connection when TLS begins: it may not speak TLS on this port",
            mayPass: true
        ),
        Case(
            code: ssl,
            text: at + "SSL handshake failed: error:0A000410:SSL routines::sslv3 alert handshake failure: SSL alert "
                + "number 40 (after 3ms in state SSL_HANDSHAKE)",
            cause: .handshake,
            sentence: "TLS with broker b-1.example:9093 fails: sslv3 alert handshake failure"
        ),
        // OpenSSL 3.5 calls the same alerts otherwise.
        Case(
            code: transport,
            text: "ssl://b-1.example:9093/1: Receive failed: error:0A000412:SSL routines::ssl/tls alert bad "
                + "certificate: SSL alert number 42 (after 2ms in state APIVERSION_QUERY)",
            settings: tls,
            cause: .clientCertificateRefused,
            sentence: "broker b-1.example:9093 wants a certificate of the client, and the client has none"
        ),
        Case(
            code: transport,
            text: "ssl://b-1.example:9093/1: Receive failed: error:0A000416:SSL routines::sslv3 alert certificate "
                + "unknown: SSL alert number 46 (after 2ms in state APIVERSION_QUERY)",
            settings: ["security.protocol": "ssl", "ssl.certificate.pem": "…"],
            cause: .clientCertificateRefused,
            sentence: "broker b-1.example:9093 refuses the client's certificate, it says: certificate unknown"
        ),
        Case(
            code: badMessage,
            text:
                "b-1.example:9093/bootstrap: Receive failed: Invalid response size 352518912 (0..100000000): increase "
                + "receive.message.max.bytes (after 1ms in state APIVERSION_QUERY)",
            settings: open,
            cause: .needsTLS,
            sentence: "broker b-1.example:9093 speaks TLS on this port, and the client does not"
        ),
        // An answer that is only larger than the client takes.
        Case(
            code: badMessage,
            text: "b-1.example:9093/1: Receive failed: Invalid response size 200000000 (0..100000000): increase "
                + "receive.message.max.bytes (after 1ms in state UP)",
            settings: open
        ),
        Case(
            code: transport,
            text: "b-1.example:9093/bootstrap: Disconnected while requesting ApiVersion: might be caused by incorrect "
                + "security.protocol configuration (after 1ms in state APIVERSION_QUERY)",
            settings: open,
            cause: .needsTLS,
            sentence: "broker b-1.example:9093 ends the connection at the first request: it may want TLS on this port",
            mayPass: true
        ),
        Case(code: transport, text: "b-1.example:9093/1: Disconnected (after 63000ms in state UP)", settings: open),
        Case(code: transport, text: at + "Disconnected (after 3ms in state UP)"),
        Case(
            code: transport,
            text: "ssl://b-1.example:9093/1: Disconnected (after 3ms in state UP, 1 identical error(s) suppressed)",
            settings: tls,
            cause: .needsSignIn,
            sentence:
                "broker b-1.example:9093 ends the connection as soon as it is used: it may want the client to sign in",
            mayPass: true
        ),
        Case(code: transport, text: at + "Connect to ipv4#10.0.0.1:9093 failed: Connection refused (after 0ms)"),
        Case(code: -187, text: "3/3 brokers are down"),
        Case(code: authentication, text: "", cause: .credentialRefused, sentence: "a broker refuses the user"),
    ]

    @Test("is said in our words", arguments: cases)
    func judges(_ one: Case) {
        let configuration = KafkaClientConfiguration(one.settings, secretNames: ["sasl.password"])
        let judge = SignInJudge(settings: SignInSettings(configuration), signsInBySCRAM: true)
        let verdict = judge.verdict(on: one.code, one.text) { _ in nil }
        #expect(verdict?.fault.cause == one.cause, "\(verdict?.sentence ?? "")")
        #expect(verdict?.mayPass ?? false == one.mayPass)
        #expect(verdict?.sentence.hasPrefix(one.sentence) ?? one.sentence.isEmpty, "\(verdict?.sentence ?? "")")
    }

    @Test("a certificate's fault is that of the broker that has it")
    func certificates() {
        let watch = SignInWatch(SignInSettings(KafkaClientConfiguration(Self.tls)))
        watch.noteCertificate(CertificateFault(10), of: "a:1")
        watch.noteCertificate(CertificateFault(62), of: "b:1")
        let text = "/1: SSL handshake failed: error:0A000086:SSL routines::certificate verify failed"
        #expect(watch.error(Self.ssl, "ssl://a:1" + text)?.signIn?.cause == .certificateOutOfDate)
        #expect(watch.error(Self.ssl, "ssl://b:1" + text)?.signIn?.cause == .wrongHost)
        let other = watch.error(Self.ssl, "ssl://c:1" + text)
        #expect(other?.signIn?.cause == .certificateRefused && other?.code == .authentication)
    }

    @Test("what may come of a broker that stops is certain only when nothing else is told for ten seconds")
    func suspicions() {
        let watch = SignInWatch(SignInSettings(KafkaClientConfiguration(Self.tls)))
        let cut = "ssl://a:1/1: SSL handshake failed: Disconnected (after 1ms in state SSL_HANDSHAKE)"
        let start = ContinuousClock.now
        func told(_ text: String, _ seconds: Int) -> KafkaError? {
            watch.error(Self.transport, text, now: start + .seconds(seconds))
        }
        func standing(_ seconds: Int) -> KafkaError? { watch.standing(at: start + .seconds(seconds)) }
        let refused = "ssl://a:1/1: Connect to ipv4#127.0.0.1:1 failed: Connection refused"
        #expect(told(cut, 0)?.code == .brokerUnavailable && standing(0) == nil)
        #expect(told(cut, 0)?.code == .brokerUnavailable && standing(9)?.code == .brokerUnavailable)
        #expect(standing(9)?.signIn?.cause == .notTLS)
        #expect(told("ssl://a:1/1: Send failed: Broken pipe (after 0ms in state UP)", 9) == nil)
        #expect(standing(10)?.code == .authentication && standing(10)?.signIn?.cause == .notTLS)
        // A broker that does not run says that the cuts were of its start.
        #expect(told(refused, 11) == nil && standing(11) == nil)
        #expect(told(cut, 12)?.isRetriable == true && told(cut, 13)?.isRetriable == true)
        #expect(told(refused.replacing("a:1", with: "b:1"), 14) == nil && standing(22)?.isRetriable == true)
        #expect(told(cut.replacing("a:1", with: "b:1"), 22)?.isRetriable == true)
        #expect(standing(23)?.isRetriable == false)
        // The library tells the same again only every half minute.
        #expect(told(cut, 43)?.code == .authentication && standing(82)?.code == .authentication)
        #expect(standing(90) == nil && told(cut, 90)?.isRetriable == true && standing(101) == nil)
        #expect(told(cut, 102)?.isRetriable == false)
        watch.noteContact()
        #expect(standing(102) == nil && told(cut, 103)?.isRetriable == true)
    }

    @Test("what the client lacks may pass, and what a broker says for certain goes first")
    func lacks() {
        let watch = SignInWatch(SignInSettings(KafkaClientConfiguration(Self.tls)))
        let start = ContinuousClock.now
        func standing(_ seconds: Int) -> KafkaError? { watch.standing(at: start + .seconds(seconds)) }
        let fault = SignInFault(.ticketMissing, mechanism: "GSSAPI")
        let error = KafkaError(.brokerUnavailable, "no ticket", signIn: fault)
        watch.noteLack(error, certainAfter: .seconds(10), now: start)
        watch.noteLack(error, certainAfter: .seconds(10), now: start + .seconds(5))
        #expect(standing(9)?.code == .brokerUnavailable && standing(9)?.signIn?.cause == .ticketMissing)
        #expect(standing(10)?.code == .authentication && standing(10)?.message == "no ticket")
        watch.noteFound()
        #expect(standing(10) == nil)
        watch.noteLack(error, now: start)
        #expect(standing(1000)?.code == .brokerUnavailable)
        _ = watch.error(
            Self.authentication,
            "sasl_ssl://a:1/1: SASL authentication error: no (after 1ms in state AUTH_REQ)"
        )
        #expect(standing(1000)?.signIn?.cause == .credentialRefused)
        watch.noteContact()
        #expect(standing(1000) == nil)
    }

    @Test("a library that brokers refuse whatever the password is named")
    func oldSCRAM() throws {
        let settings = SignInSettings(
            KafkaClientConfiguration(["security.protocol": "sasl_plaintext", "sasl.mechanism": "SCRAM-SHA-512"])
        )
        func sentence(_ signsInBySCRAM: Bool) -> String {
            SignInJudge(settings: settings, signsInBySCRAM: signsInBySCRAM).verdict(
                on: Self.authentication,
                "sasl_plaintext://a:1/1: SASL authentication error: no (after 1ms in state AUTH_REQ)",
                certificate: { _ in nil }
            )?.sentence ?? ""
        }
        #expect(sentence(true).hasSuffix("it says: no"))
        #expect(sentence(false).contains("Apache Kafka 4 refuses the loaded librdkafka \(KafkaLibrary.version)"))
    }

    @Test("a command for Kerberos tickets that fails is told without the command")
    func tickets() {
        let error = KerberosTicket.error(
            "[thrd:main]: Kerberos ticket refresh failed: kinit -t /x.keytab -k sink@EXAMPLE.COM: exited with code 1"
        )
        #expect(error.signIn?.cause == .ticketMissing && error.isRetriable)
        #expect(error.message.contains("it exited with code 1;") && !error.message.contains("kinit -"))
    }

    @Test("what the command for Kerberos tickets says is kept, of its last run alone, and told in one line")
    func ticketWords() {
        for (command, words) in [("echo a; echo b >&2; exit 3", "a b"), ("echo c", "c"), ("true", nil)] {
            _ = unsafe system(TicketCommandOutput.redirected(command))
            #expect(TicketCommandOutput.words() == words)
        }
        let line = "[thrd:main]: Kerberos ticket refresh failed: kinit x: exited with code 1"
        #expect(KerberosTicket.error(line, words: "kinit: no key").message.hasSuffix("it says kinit: no key"))
    }
}

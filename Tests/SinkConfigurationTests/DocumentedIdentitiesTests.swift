import Foundation
import Identity
import Secrets
import Testing

@testable import SinkConfiguration

@Suite("Examples of docs/entra.md")
struct DocumentedIdentitiesTests {
    private static let (client, tenant) = (
        "11111111-1111-1111-1111-111111111111", "22222222-2222-2222-2222-222222222222"
    )
    private static let zeros = "00000000-0000-0000-0000-000000000000"

    @Test("are whole configurations, each with the identity that its heading names")
    func properties() throws {
        let folder = FileManager.default.temporaryDirectory.path + "/entra-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for name in ["appkey", "token"] {
            try "hunter2".write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
        }
        var found: [String: Credential] = [:]
        for (heading, text) in try DocumentedPage.blocks(of: "docs/entra.md", "properties") {
            let file = "\(folder)/sink.properties"
            // The page's ids are zeros; here they must be told apart.
            try text.replacing("/etc/kusto-sink/secrets", with: folder)
                .replacing("aad.auth.authority=\(Self.zeros)", with: "aad.auth.authority=\(Self.tenant)")
                .replacing("aad.auth.appid=\(Self.zeros)", with: "aad.auth.appid=\(Self.client)")
                .write(toFile: file, atomically: true, encoding: .utf8)
            let settings = try SinkSettings(PropertySet(files: [file], environment: [:]))
            let warned = heading == "A token from elsewhere" ? 1 : 0
            #expect(settings.warnings.count == warned, "\(heading): \(settings.warnings)")
            found[heading] = settings.kusto.credential
        }
        let application = EntraApplication(tenantID: Self.tenant, clientID: Self.client)
        #expect(found.count == 5)
        guard case .clientSecret(application, let secret) = found["A client secret"] else {
            Issue.record("\(String(describing: found["A client secret"]))")
            return
        }
        #expect(secret.mayChange && secret.initial == Secret("hunter2"))
        #expect(
            found["A certificate"]
                == .certificate(application, ClientCertificate(path: "\(folder)/client.pem"))
        )
        #expect(found["A managed identity"] == .managedIdentity(.clientID(Self.client)))
        #expect(found["A workload identity"] == .workloadIdentity)
        guard case .token(let token) = found["A token from elsewhere"] else {
            Issue.record("\(String(describing: found["A token from elsewhere"]))")
            return
        }
        #expect(token.mayChange)
    }
}

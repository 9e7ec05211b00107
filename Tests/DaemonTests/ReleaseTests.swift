import Testing

@testable import Daemon

@Suite("What was built")
struct ReleaseTests {
    @Test(
        "a commit is shown by its first digits, and whether files differed from it",
        arguments: [
            ("1a2b3c4d5e6f7a8b9c0d1a2b3c4d5e6f7a8b9c0d", "1a2b3c4d5e6f"),
            ("1a2b3c4d5e6f7a8b9c0d1a2b3c4d5e6f7a8b9c0d-dirty", "1a2b3c4d5e6f-dirty"),
            ("1a2b3c4", "1a2b3c4"), ("", nil), ("-dirty", nil),
        ]
    )
    func shortensCommits(commit: String, shown: String?) {
        #expect(Release.shortened(commit) == shown)
    }

    @Test("the version's text and labels name the same commit and libraries")
    func saysTheSameTwice() {
        let labels = Release.labels(libraries: ["librdkafka": "2.8.0", "b": "1"])
        #expect(labels["librdkafka"] == "2.8.0")
        #expect(labels["version"] == Release.version)
        let text = Release.text(libraries: ["librdkafka": "2.8.0", "b": "1"])
        #expect(text == "\(Release.version) (commit \(labels["revision"] ?? ""), b 1, librdkafka 2.8.0)")
        #expect(Release.text() == "\(Release.version) (commit \(labels["revision"] ?? ""))")
    }
}

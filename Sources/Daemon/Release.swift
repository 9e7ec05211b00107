internal import CRevision

/// What was built: the version that all executables, images and the chart share, and the commit.
package enum Release {
    /// The version; the Makefile reads it from this line.
    package static let version = "0.1.0"

    /// The commit's first twelve digits, followed by `-dirty` when files differed from it; nil when the build was not
    /// told of one, which `make release` and `make image` do.
    package static let revision = shortened(unsafe String(cString: crevision()))

    /// Returns what `--version` says, such as `0.1.0 (commit 1a2b3c4d5e6f, librdkafka 2.8.0)`.
    /// - Parameter libraries: The versions of libraries that are loaded, by the libraries' names.
    package static func text(libraries: [String: String] = [:]) -> String {
        let parts = ["commit \(revision ?? "unknown")"] + libraries.sorted { $0.key < $1.key }.map { "\($0) \($1)" }
        return "\(version) (\(parts.joined(separator: ", ")))"
    }

    /// Returns the same by name, for a line of the log and for the labels of a metric.
    /// - Parameter libraries: The versions of libraries that are loaded, by the libraries' names.
    package static func labels(libraries: [String: String] = [:]) -> [String: String] {
        libraries.merging(["version": version, "revision": revision ?? "unknown"]) { $1 }
    }

    /// Returns the form in which a commit is shown.
    static func shortened(_ commit: String) -> String? {
        let parts = commit.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard let digits = parts.first, !digits.isEmpty else { return nil }
        return ([digits.prefix(12)] + parts.dropFirst()).joined(separator: "-")
    }
}

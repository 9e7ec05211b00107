internal import Text

/// What may be a login endpoint: credentials go there, so nobody in between may be able to read them.
enum LoginEndpoint {
    /// Whether a URL is one of `https`, or of this machine, and has a host and nothing but a path behind it.
    static func isSafe(_ url: String) -> Bool { url.firstRange(of: "://") != nil && read(url) != nil }

    /// Reads an endpoint as people write it: `https` when there is no scheme, with or without slashes at the end.
    /// - Returns: The endpoint without these slashes; `nil` when it must not be used.
    static func read(_ text: String) -> String? {
        guard let url = try? EndpointURL(text.trimmed), url.scheme == "https" || url.isLoopback else { return nil }
        return url.text
    }
}

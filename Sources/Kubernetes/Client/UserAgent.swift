/// How a program names itself to the API server.
package enum UserAgent {
    /// Returns `PROGRAM/VERSION (linux/ARCHITECTURE) COMPONENT`.
    package static func text(program: String, version: String, component: String) -> String {
        #if arch(arm64)
        let architecture = "arm64"
        #else
        let architecture = "amd64"
        #endif
        return "\(program)/\(version) (linux/\(architecture)) \(component)"
    }
}

internal import Glibc

/// A port of the loopback interface that accepts connections and never says anything.
package final class HungPort: Sendable {
    /// `host:port`.
    package let address: String
    private let descriptor: Int32

    /// Begins to listen; the system completes connections by itself, and nobody takes them.
    package init() {
        let (descriptor, port) = FreePorts.listen()
        self.descriptor = descriptor
        address = "127.0.0.1:\(port)"
    }

    deinit { close(descriptor) }
}

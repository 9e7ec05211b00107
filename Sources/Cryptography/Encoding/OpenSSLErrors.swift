internal import COpenSSL

/// The errors that OpenSSL keeps for each thread.
///
/// Whoever uses TLS on the same thread takes what is left there for a failure of its own, so nothing of ours may stay.
enum OpenSSLErrors {
    /// Calls `body` and removes what it left.
    static func dropping<Result: ~Copyable, Failure>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
        ERR_set_mark()
        defer { ERR_pop_to_mark() }
        return try body()
    }
}

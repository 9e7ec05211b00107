internal import HTTP
internal import KafkaClients
internal import Secrets
internal import SinkConfiguration

/// Key and trust stores of HTTP clients, which are read as those of Kafka's clients are.
extension KeyStoreSource {
    /// Reads the certificates that are trusted, as PEM.
    /// - Throws: ``SinkFailure`` with `clientConfiguration`, whose message names property and file.
    func authorities(_ clock: SinkClock) throws(SinkFailure) -> [UInt8] {
        do throws(ClientProblems) {
            return Array(try StoreReader(unixSeconds: clock.unixSeconds).authorities(of: self).reveal().utf8)
        } catch {
            throw SinkFailure(.clientConfiguration, error.description)
        }
    }

    /// Reads the key with its certificates.
    /// - Throws: ``SinkFailure`` with `clientConfiguration`, whose message names property and file.
    func identity(_ clock: SinkClock) throws(SinkFailure) -> TLSSettings.ClientCertificate? {
        do throws(ClientProblems) {
            let identity = try StoreReader(unixSeconds: clock.unixSeconds).identity(of: self)
            return identity.map { identity in
                TLSSettings.ClientCertificate(
                    certificate: Array(identity.certificates.reveal().utf8),
                    key: identity.key
                )
            }
        } catch {
            throw SinkFailure(.clientConfiguration, error.description)
        }
    }
}

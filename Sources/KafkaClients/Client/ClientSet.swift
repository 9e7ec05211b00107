package import SinkConfiguration

/// The Kafka clients of a sink, with everything read that they need.
package struct ClientSet: Sendable {
    /// The clients for which all was found.
    package private(set) var prepared: [ClientName: PreparedClient] = [:]
    /// What the others lack, each sentence once.
    package private(set) var problems: [String] = []
    /// Those of the problems that are about a certificate which is good at another time than now.
    package private(set) var untimely: Set<String> = []
    /// The files of Kerberos that the process has to use; `nil` when there is something wrong with them.
    package let kerberos: KerberosFiles?

    /// Reads what the clients of a sink name.
    /// - Parameters:
    ///   - settings: What the sink is told.
    ///   - now: Seconds since 1970.
    ///   - tokens: Where tokens come from; without it clients are prepared to be compared only.
    package init(_ settings: SinkSettings, unixSeconds now: Double, tokens: TokenSources?) {
        let wanted = Self.properties(of: settings)
        let names = ClientName.allCases.filter { wanted[$0] != nil }
        var told: [String] = []
        do throws(ClientProblems) {
            kerberos = try KerberosFiles(of: names.compactMap { wanted[$0] })
        } catch {
            kerberos = nil
            told = error.messages
        }
        let stores = StoreReader(unixSeconds: now)
        for name in names {
            guard let properties = wanted[name], kerberos != nil || properties.security.kerberos == nil else {
                continue
            }
            do throws(ClientProblems) {
                prepared[name] = try PreparedClient(properties, stores: stores)
            } catch {
                told += error.messages.filter { !told.contains($0) }
                untimely.formUnion(error.untimely)
            }
        }
        problems = told
        if let tokens { take(tokens) }
    }

    /// Has the clients that sign in with tokens get them from `sources`.
    package mutating func take(_ sources: TokenSources) {
        for name in ClientName.allCases {
            do throws(ClientProblems) {
                try prepared[name]?.takeTokens(from: sources)
            } catch {
                prepared[name] = nil
                problems += error.messages.filter { !problems.contains($0) }
            }
        }
    }

    /// Returns the files of Kerberos that the clients of a sink name, or `nil` when there is something wrong with them.
    package static func kerberos(of settings: SinkSettings) -> KerberosFiles? {
        let wanted = properties(of: settings)
        return try? KerberosFiles(of: ClientName.allCases.compactMap { wanted[$0] })
    }

    /// What the clients sign in with.
    package var snapshots: [ClientName: ClientSnapshot] { prepared.mapValues(\.snapshot) }

    /// What a person should know, each sentence once.
    package var warnings: [String] {
        var known: Set<String> = []
        return ClientName.allCases.flatMap { prepared[$0]?.warnings ?? [] }.filter { known.insert($0).inserted }
    }

    private static func properties(of settings: SinkSettings) -> [ClientName: ClientProperties] {
        var found = [ClientName.consumer: settings.consumer]
        found[.errorsDeadLetterQueue] = settings.errors.deadLetterQueue?.producer
        found[.miscDeadLetterQueue] = settings.errors.miscDeadLetterQueue?.producer
        return found
    }
}

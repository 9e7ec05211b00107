internal import Converters
package import Metrics
package import SinkConfiguration

extension TopicRouter {
    /// Creates the router that `kusto.tables.topics.mapping` asks for.
    /// - Throws: ``SinkFailure`` with `converter` for a converter or a format that the sink cannot work with.
    package init(settings: SinkSettings, registry: MetricsRegistry) throws(SinkFailure) {
        var routes: [String: TableRoute] = [:]
        var fallback: TableRoute?
        var accounts: [String: BufferAccount] = [:]
        for mapping in settings.mappings {
            let table = "\(mapping.database).\(mapping.table)"
            let account = accounts[table] ?? BufferAccount()
            accounts[table] = account
            let route = TableRoute(
                database: mapping.database,
                table: mapping.table,
                mapping: mapping.mapping,
                isStreaming: mapping.isStreaming,
                conversion: try Self.conversion(settings, mapping),
                account: account,
                metrics: TableMetrics(
                    registry: registry,
                    connector: settings.name,
                    database: mapping.database,
                    table: mapping.table
                )
            )
            if mapping.isWildcard { fallback = route } else { routes[mapping.topic] = route }
        }
        self.init(routes: routes, fallback: fallback)
    }

    private static func conversion(_ settings: SinkSettings, _ mapping: TopicMapping) throws(SinkFailure) -> Conversion
    {
        do throws(ConverterError) {
            return try settings.conversion(for: mapping)
        } catch {
            throw SinkFailure(.converter, "value.converter for topic \(mapping.topic): \(error.message)")
        }
    }
}

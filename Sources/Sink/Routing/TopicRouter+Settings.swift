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
                format: mapping.format,
                mapping: mapping.mapping,
                conversion: try Self.conversion(settings.valueConverter, mapping),
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

    private static func conversion(
        _ settings: ConverterSettings,
        _ mapping: TopicMapping
    ) throws(SinkFailure) -> TableRoute.Conversion {
        do throws(ConverterError) {
            let kind = try ConverterKind(
                className: settings.className,
                settings: ["schemas.enable": String(settings.schemasEnable), "converter.encoding": settings.encoding]
            )
            let conversion = TableRoute.Conversion(kind: kind, format: try RecordFormat(mapping.format.rawValue))
            // Creating the converter shows whether this converter and this format work together.
            _ = try RecordConverter(kind: conversion.kind, format: conversion.format)
            return conversion
        } catch {
            throw SinkFailure(.converter, "value.converter for topic \(mapping.topic): \(error.message)")
        }
    }
}

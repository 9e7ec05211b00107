internal import HTTP
internal import Logging
internal import Metrics

/// Makes storage accounts that do badly visible: others take over their work meanwhile, so nothing else shows it.
struct AccountReports: Sendable {
    private let registry: MetricsRegistry
    private let logger: Logger

    init(registry: MetricsRegistry, logger: Logger) {
        self.registry = registry
        self.logger = logger
    }

    /// Shows how many accounts do badly, at each scrape.
    func observe(_ ranking: AccountRanking) {
        let gauge = registry.gauge(
            "kusto_sink_storage_accounts_failing",
            help:
                "Blob and queue endpoints of ADX's storage that fail or do not answer, and get one request at a time until one succeeds."
        )
        registry.onCollect { gauge.set(Double(ranking.failing)) }
    }

    /// Data Management names storage that is none of its cloud's.
    func report(foreign refusals: [String], from url: String) {
        logger.warning(
            """
            storage outside of the cluster's cloud is not used; if data may be sent there, add the hosts to \
            kusto.endpoint.trust
            """,
            ["kusto.url": HTTPError.withoutQuery(url), "kusto.storage": refusals.joined(separator: ", ")]
        )
    }

    /// An account begins to do badly, or does well again.
    func report(_ account: String, isFailing: Bool) {
        if isFailing {
            logger.warning(
                "storage account fails or does not answer, others are used as far as there are any",
                ["kusto.storage_account": account]
            )
        } else {
            logger.info("storage account works again", ["kusto.storage_account": account])
        }
    }
}

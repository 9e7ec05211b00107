/// What KEDA's Kafka scaler and the HorizontalPodAutoscaler would make of the same figures, to be compared with.
enum ScalingPeers {
    /// A partition as KEDA sees it.
    struct Partition {
        /// The committed offset, -1 for none.
        var committed: Int
        /// The high watermark; `nil` when the broker's answer does not hold the partition.
        var logEnd: Int?
    }

    /// KEDA's settings, with its defaults.
    struct KEDA {
        var lagThreshold = 10
        var activationLagThreshold = 0
        var startsAtLatest = true
        var allowsIdleConsumers = false
        var limitsToPartitionsWithLag = false
        var evenDistribution = false

        /// The metric that goes to the HorizontalPodAutoscaler, and whether the scaler is active.
        func metric(_ partitions: [Partition]) -> (total: Int, isActive: Bool) {
            var total = 0
            var withLag = 0
            for partition in partitions {
                let lag: Int
                if let end = partition.logEnd {
                    if partition.committed == -1 {
                        lag = startsAtLatest ? 1 : end
                    } else {
                        lag = end - partition.committed
                    }
                } else {
                    lag = 0
                }
                total += lag
                if lag > 0 { withLag += 1 }
            }
            let isActive = total > activationLagThreshold
            if evenDistribution, !partitions.isEmpty {
                let count = partitions.count
                let factor = (1...count).first { count % $0 == 0 && $0 * lagThreshold >= total } ?? count
                total = factor * lagThreshold
            }
            if !allowsIdleConsumers || limitsToPartitionsWithLag || evenDistribution {
                let upper = limitsToPartitionsWithLag ? withLag : partitions.count
                if total / lagThreshold > upper { total = upper * lagThreshold }
            }
            return (total, isActive)
        }

        /// The number of workers in the end, once KEDA's cooldown is over.
        func replicas(_ partitions: [Partition], current: Int, minimum: Int, maximum: Int) -> Int {
            let (total, isActive) = metric(partitions)
            if !isActive, minimum == 0 { return 0 }
            if current == 0 { return max(1, minimum) }
            return HPA.replicas(
                total: Double(total),
                perWorker: Double(lagThreshold),
                current: current,
                minimum: max(1, minimum),
                maximum: maximum
            )
        }
    }

    /// The HorizontalPodAutoscaler with an external metric of type AverageValue.
    enum HPA {
        static func replicas(total: Double, perWorker: Double, current: Int, minimum: Int, maximum: Int) -> Int {
            guard current > 0 else { return 0 }
            let ratio = total / (perWorker * Double(current))
            let wanted = abs(1 - ratio) <= 0.1 ? current : Int((total / perWorker).rounded(.up))
            return min(max(wanted, minimum), maximum)
        }
    }
}

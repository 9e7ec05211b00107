internal import Kafka
internal import Threads

/// Whether addresses of brokers can be connected to from here.
enum BrokerReach {
    /// How long one address may take: more than a name server that is away costs, which the system asks for 5 s.
    private static let patience = Duration.seconds(10)
    /// The most addresses that are looked at at a time.
    private static let limit = 16
    /// The most addresses that are looked at: a few tell whether a cluster can be reached.
    private static let most = 32

    /// Looks at addresses, each once, and at the most at 32 of them.
    /// - Parameters:
    ///   - greets: Whether to find out who answers where no broker does.
    ///   - timeout: The most time for one address.
    ///   - stop: Ends the looking after what has begun.
    static func look(
        at addresses: [BrokerAddress],
        greets: Bool = false,
        timeout: Duration,
        stop: StopSignal
    ) async -> [BrokerAddress: PortFinding] {
        let patience = min(timeout, patience)
        let chosen = Set(addresses).sorted { ($0.host, $0.port) < ($1.host, $1.port) }.prefix(most)
        return await withTaskGroup(of: (BrokerAddress, PortFinding).self) { group in
            var findings: [BrokerAddress: PortFinding] = [:]
            for (place, address) in chosen.enumerated() {
                if place >= limit, let (address, finding) = await group.next() { findings[address] = finding }
                if stop.isRequested { break }
                group.addTask {
                    let finding = try? await BlockingThread.run(name: "port-check") {
                        PortProbe.look(at: address, greets: greets, timeout: patience)
                    }
                    // Without a thread nothing is known, which keeps nobody from starting.
                    return (address, finding ?? .open)
                }
            }
            for await (address, finding) in group { findings[address] = finding }
            return findings
        }
    }

    /// What is known of a port by its number, as the end of a sentence; `nil` for those that say nothing.
    static func hint(_ address: BrokerAddress) -> String? {
        switch address.port {
        case 2181: "2181 is the port of ZooKeeper; brokers usually listen on 9092"
        case 5671, 5672: "\(address.port) is a port for AMQP; Azure Event Hubs speaks Kafka's protocol on 9093"
        case 9092 where address.host.lowercased().contains(".servicebus."):
            "Azure Event Hubs speaks Kafka's protocol on 9093"
        case 8081: "8081 is usually the port of a schema registry"
        case 8082: "8082 is usually the port of Kafka's REST proxy"
        case 8083: "8083 is usually the port of Kafka Connect"
        case 80, 443: "\(address.port) is a port of web servers"
        default: nil
        }
    }

    /// What is known of the ports by their numbers, each once, as more of a sentence.
    static func hints(_ addresses: [BrokerAddress]) -> String {
        addresses.compactMap(hint).reduce(into: [String]()) { known, hint in
            if !known.contains(hint) { known.append(hint) }
        }.map { "; \($0)" }.joined()
    }
}

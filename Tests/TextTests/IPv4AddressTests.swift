import Testing
import Text

@Suite("Addresses")
struct IPv4AddressTests {
    @Test(
        "have one spelling that all readers agree on",
        arguments: [
            ("127.0.0.1", true), ("0.0.0.0", true), ("255.255.255.255", true), ("127.0.0.01", false),
            ("127.0.0.256", false),
            ("127.1", false), ("1.2.3.4.5", false), ("1.2.3.", false), ("", false), ("1.2.3.+4", false),
            ("1.2.3.٤", false),
            ("0x7f.0.0.1", false), ("1.2.3.0000", false), ("a.b.c.d", false),
        ]
    )
    func canonical(host: String, isCanonical: Bool) {
        #expect(IPv4Address.isCanonical(host) == isCanonical)
        #expect(!isCanonical || IPv4Address.isLike(host))
    }

    @Test(
        "are what some readers take for one",
        arguments: [
            ("2130706433", true), ("0x7f.1", true), ("0x", true), ("127.1", true), ("host.1", true), ("0xzz", false),
            ("host", false), ("1.host", false), ("", false), ("1.", false),
        ]
    )
    func alike(host: String, isLike: Bool) { #expect(IPv4Address.isLike(host) == isLike) }

    @Test(
        "in another spelling are not this machine's",
        arguments: ["127.1", "127.0.0.01", "0177.0.0.1", "127.0.0.256"]
    )
    func loopback(host: String) { #expect(!Loopback.contains(host)) }
}

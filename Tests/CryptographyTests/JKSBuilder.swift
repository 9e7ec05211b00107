@testable import Cryptography

/// Writes stores of JKS as the tests want them.
struct JKSBuilder {
    var version = 2
    var count: Int?
    var entries: [[UInt8]] = []
    var password = "changeit"

    var bytes: [UInt8] {
        let body = JKSStore.magic + Self.number(version) + Self.number(count ?? entries.count) + entries.flatMap { $0 }
        let password = password.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] }
        return body + SHA1.digest(password + Array("Mighty Aphrodite".utf8) + body)
    }

    static func number(_ value: Int) -> [UInt8] {
        [UInt8(value >> 24 & 255), UInt8(value >> 16 & 255), UInt8(value >> 8 & 255), UInt8(value & 255)]
    }

    static func text(_ text: [UInt8]) -> [UInt8] { [UInt8(text.count >> 8), UInt8(text.count & 255)] + text }

    static func head(tag: Int, alias: [UInt8]) -> [UInt8] { number(tag) + text(alias) + [0, 0, 1, 2, 3, 4, 5, 6] }

    static func certificate(_ der: [UInt8], type: String? = "X.509") -> [UInt8] {
        (type.map { text(Array($0.utf8)) } ?? []) + number(der.count) + der
    }

    static func trusted(_ alias: [UInt8], _ der: [UInt8], type: String? = "X.509") -> [UInt8] {
        head(tag: 2, alias: alias) + certificate(der, type: type)
    }

    static func key(_ alias: String, _ encrypted: [UInt8], _ chain: [[UInt8]]) -> [UInt8] {
        head(tag: 1, alias: Array(alias.utf8)) + number(encrypted.count) + encrypted + number(chain.count)
            + chain.flatMap { certificate($0) }
    }
}

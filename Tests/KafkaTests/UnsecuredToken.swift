import Foundation
import Kafka
import Secrets

/// Tokens that a broker takes without a signature.
enum UnsecuredToken {
    /// Makes a token that ends after a time; `isValid: false` makes one that says to the broker that it has ended already.
    static func make(_ subject: String = "alice", lifetime: Duration, isValid: Bool = true) -> KafkaToken {
        let now = Date().timeIntervalSince1970
        let end = now + Double(lifetime.components.seconds)
        let claims = #"{"sub":"\#(subject)","iat":\#(isValid ? now : now - 200),"exp":\#(isValid ? end : now - 100)}"#
        return KafkaToken(
            value: Secret("\(encode(#"{"alg":"none"}"#)).\(encode(claims))."),
            expiresAt: Int64(end * 1000),
            principal: subject,
            extensions: ["traceparent": "a"]
        )
    }

    private static func encode(_ text: String) -> String {
        Data(text.utf8).base64EncodedString()
            .replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
            .replacingOccurrences(of: "=", with: "")
    }
}

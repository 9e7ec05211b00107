internal import Refreshing
package import Secrets

/// A bearer token and how long it is good.
package struct AccessToken: Sendable {
    /// The token.
    package let secret: Secret
    /// How long it is good, from the moment it was got.
    package let lifetime: Duration
    /// When it ends, in seconds since 1970 by this machine's clock.
    package let end: Double
    /// When another one is to be asked for.
    package let renewal: Renewal

    /// When a token is renewed.
    package enum Renewal: Sendable, Hashable {
        /// One that lives two hours or more after half of its life, any other five minutes before its end, as azure-identity's
        /// token cache does it; earlier if the issuer says so. One that has less than that left is not renewed for every
        /// request, but after half a minute.
        case entra(refreshAfter: Duration?)
        /// This long before its end, but not in the first half of its life.
        case before(Duration)
        /// This often, since it costs nothing; the old one stays good.
        case every(Duration)
    }

    /// Creates a token.
    /// - Parameters:
    ///   - secret: The token.
    ///   - lifetime: How long it is good from now on.
    ///   - now: Seconds since 1970.
    ///   - renewal: When another one is to be asked for.
    package init(
        secret: Secret,
        lifetime: Duration,
        unixSeconds now: Double,
        renewal: Renewal = .entra(refreshAfter: nil)
    ) {
        self.secret = secret
        self.lifetime = lifetime
        end = now + lifetime / .seconds(1)
        self.renewal = renewal
    }

    /// What the token says of itself, if it is a JWT.
    package var claims: TokenClaims? { TokenClaims(secret.reveal()) }

    var validity: Validity {
        switch renewal {
        case .entra(let refreshAfter):
            let early = lifetime >= .seconds(7200) ? lifetime / 2 : lifetime - .seconds(300)
            let least = min(.seconds(30), lifetime / 2)
            return Validity(fresh: max(min(refreshAfter ?? early, early), least), usable: lifetime)
        case .before(let buffer): return Validity(fresh: max(lifetime - buffer, lifetime / 2), usable: lifetime)
        case .every(let interval): return Validity(fresh: min(interval, lifetime), usable: lifetime)
        }
    }
}

internal import Secrets

/// A bearer token and how long it is good.
struct AccessToken: Sendable {
    /// The token.
    let secret: Secret
    /// From the moment it was issued.
    let lifetime: Duration
    /// When the issuer wants to be asked again, if it says.
    let refreshAfter: Duration?

    /// Renew at half of a long life, else five minutes before the end; see azure-identity's token cache.
    var validity: Validity {
        let early = lifetime >= .seconds(7200) ? lifetime / 2 : lifetime - .seconds(300)
        return Validity(fresh: max(min(refreshAfter ?? early, early), .zero), usable: lifetime)
    }
}

internal import Secrets

/// A bearer token and how long it is good.
struct AccessToken: Sendable {
    /// The token.
    let secret: Secret
    /// How long it is good, from the moment it was issued.
    let lifetime: Duration
    /// When the issuer wants to be asked again, if it says.
    let refreshAfter: Duration?

    /// A token that lives two hours or more is renewed after half of its life, any other five minutes before its end, as
    /// azure-identity's token cache does it.
    var validity: Validity {
        let early = lifetime >= .seconds(7200) ? lifetime / 2 : lifetime - .seconds(300)
        return Validity(fresh: max(min(refreshAfter ?? early, early), .zero), usable: lifetime)
    }
}

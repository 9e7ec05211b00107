/// The work that reading one store may cost.
///
/// A key is derived from a password by repeating a step as often as the store says, so that guessing takes long. A
/// damaged store may say anything.
struct DerivationBudget {
    /// The limit of Java's `PKCS12KeyStore` for one derivation.
    static let maximumIterations = 5_000_000
    private var left = 10_000_000

    /// Takes the steps of one derivation.
    /// - Throws: ``KeyStoreError`` with `tooLarge` when they are too many, `damaged` when there are none.
    mutating func spend(_ iterations: Int) throws(KeyStoreError) {
        guard iterations > 0 else {
            throw KeyStoreError(.damaged, "the store is damaged: its password is to be repeated \(iterations) times")
        }
        guard iterations <= min(left, Self.maximumIterations) else {
            throw KeyStoreError(.tooLarge, "the store takes too long to decrypt: its iteration counts are too high")
        }
        left -= iterations
    }
}

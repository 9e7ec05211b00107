/// What a value of a configuration turns out to be.
enum ReferenceTarget: Hashable {
    /// Text.
    case text(String)
    /// The value of a key of a Secret; the namespace is empty when it is not named.
    case secret(namespace: String, SecretKeyReference)
    /// Something that is not here; the text says what, and holds no credential.
    case elsewhere(String)
}

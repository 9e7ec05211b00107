/// A setting that stands in the resource, or in a Secret of the same namespace.
package enum ValueSource: Sendable, Hashable {
    case value(String)
    case secret(SecretKeyReference)
}

/// Something that a person must look at although the process goes on, such as a partition that cannot advance.
package struct ReadinessProblem: Sendable, Hashable {
    /// What the problem is about, such as `partition orders-3`; the problem is cleared by this key.
    package let key: String
    /// One sentence: what does not go on, and why, as in "partition orders-3 cannot advance: …".
    package let text: String

    /// Creates a problem.
    package init(key: String, text: String) {
        self.key = key
        self.text = text
    }
}

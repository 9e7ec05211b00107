/// What the root of a JSON document is.
package enum JSONRoot: Sendable {
    case object
    /// An array of one object or more, and of nothing else.
    case objects
    /// An empty array.
    case emptyArray
    /// An array that holds something other than objects.
    case array
    case string, number, boolean, null
    /// No document at all: nothing but white space.
    case blank
}

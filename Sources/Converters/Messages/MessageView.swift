/// One Kafka message, lent for the duration of a call: it cannot be copied, so nobody can keep it.
///
/// The value is at hand, since every converter reads it. The key and the headers are fetched when somebody asks:
/// headers cost librdkafka a parse of their own.
@safe
package struct MessageView: ~Copyable {
    /// The value, or `nil` for a tombstone.
    package let value: UnsafeRawBufferPointer?
    /// When it was made or appended, in milliseconds since 1970; `nil` without a timestamp that makes sense.
    package let timestamp: Int64?
    private unowned(unsafe) let source: any MessageSource
    private let index: Int

    /// Creates a view of message `index` of `source`, which must outlive it.
    /// - Parameter timestamp: In milliseconds since 1970, or less than zero for none.
    package init(value: UnsafeRawBufferPointer?, timestamp: Int64, source: borrowing any MessageSource, index: Int) {
        unsafe self.value = value
        self.timestamp = timestamp >= 0 ? timestamp : nil
        unsafe self.source = copy source
        self.index = index
    }

    /// The key, or `nil` when there is none.
    package var key: UnsafeRawBufferPointer? { unsafe source.key(at: index) }

    /// The value of the last header with a name, valid as long as the message; `nil` when there is none or it has no value.
    func lastHeader(named name: StaticString) -> UnsafeRawBufferPointer? {
        var found: UnsafeRawBufferPointer?
        let wanted = unsafe UnsafeRawBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
        unsafe forEachHeader { name, value in
            if unsafe name.elementsEqual(wanted) { unsafe found = value }
        }
        return unsafe found
    }

    /// Calls `body` with each header's name and value, in order; a name may occur more than once.
    package func forEachHeader(_ body: (_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer?) -> Void) {
        unsafe source.forEachHeader(at: index, body)
    }
}

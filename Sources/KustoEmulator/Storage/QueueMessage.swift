/// A message in a storage queue.
struct QueueMessage: Sendable, Equatable {
    /// Its place in the queue.
    let number: Int
    /// Its identifier on the wire.
    let id: String
    /// What the client sent between the tags, base64 as a rule.
    let text: String
    /// When it was put in, in ticks.
    let inserted: Int64
    /// When it is dropped, in ticks.
    let expires: Int64
    /// From when it can be read again, in ticks.
    var visible: Int64
    /// What a reader needs to delete it; changes with each reading.
    var popReceipt: String
    /// How often it was read.
    var dequeueCount = 0
}

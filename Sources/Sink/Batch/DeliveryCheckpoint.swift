package import Kusto

/// What a failed attempt to deliver a batch leaves for the next one.
package struct DeliveryCheckpoint: Sendable, Hashable {
    /// The blob that was uploaded and whose message was not accepted yet; its URL says how long it can be used.
    package var blob: UploadedBlob?

    /// Creates the checkpoint of a batch for which nothing was done yet.
    package init() {}
}

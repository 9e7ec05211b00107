package import Kusto

/// What an attempt to deliver a batch leaves: for the next one if it failed, else for whoever follows the batch.
package struct DeliveryCheckpoint: Sendable, Hashable {
    /// The blob that was uploaded and whose message was not accepted yet; its URL says how long it can be used.
    package var blob: UploadedBlob?

    /// Whether ADX has queued the batch and was asked to report what becomes of it.
    package var isReported = false

    /// Creates the checkpoint of a batch for which nothing was done yet.
    package init() {}
}

import Compression
internal import FoundationEssentials
import HTTP
import Kusto
import Synchronization

@testable import Sink

/// Takes batches instead of ADX, and remembers their rows in the order in which they were accepted.
final class RecordingDestination: BatchDestination {
    let executor: (any TaskExecutor)? = nil

    /// One accepted batch.
    struct Accepted: Sendable {
        let table: String
        let source: String
        let rows: [String]
        let rawBytes: Int
        let bytes: Int
    }

    private struct State {
        var accepted: [Accepted] = []
        var rowCount = 0
        var attempts = 0
    }

    private let state = Mutex(State())
    private let failure: @Sendable (SealedBatch, Int) -> KustoError?

    /// Creates a destination.
    /// - Parameter failure: Gets a batch and the number of the attempt among all; returns how it fails, if it does.
    init(failure: @escaping @Sendable (SealedBatch, Int) -> KustoError? = { _, _ in nil }) { self.failure = failure }

    var accepted: [Accepted] { state.withLock { $0.accepted } }
    var rows: [String] { accepted.flatMap(\.rows) }
    var rowCount: Int { state.withLock { $0.rowCount } }
    var attempts: Int { state.withLock { $0.attempts } }

    func deliver(_ batch: SealedBatch, from checkpoint: inout DeliveryCheckpoint) async throws(KustoError) {
        let attempt = state.withLock { state in
            state.attempts += 1
            return state.attempts
        }
        await Task.yield()
        if let failure = failure(batch, attempt) { throw failure }
        var bytes = [UInt8](repeating: 0, count: batch.body.count)
        var offset = 0
        while offset < bytes.count {
            let count = unsafe bytes.withUnsafeMutableBytes { buffer in
                unsafe (try? batch.body.read(
                    at: offset,
                    into: UnsafeMutableRawBufferPointer(rebasing: buffer[offset...])
                )) ?? 0
            }
            guard count > 0 else { break }
            offset += count
        }
        let raw = (try? Gunzip.inflate(bytes, limit: 64 << 20)) ?? []
        let rows = String(decoding: raw, as: UTF8.self).split(separator: "\n").map(String.init)
        let accepted = Accepted(
            table: batch.route.table,
            source: batch.sourceID.uuidString,
            rows: rows,
            rawBytes: batch.rawBytes == raw.count ? raw.count : -1,
            bytes: bytes.count
        )
        state.withLock { state in
            state.accepted.append(accepted)
            state.rowCount += rows.count
        }
    }
}

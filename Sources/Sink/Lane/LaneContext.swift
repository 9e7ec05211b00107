internal import Compression
internal import Converters
internal import Logging

/// What the encoders of one lane share: its compressor, scratch memory and where sealed batches go.
///
/// Used by its lane alone.
final class LaneContext {
    /// Compresses the rows of all the lane's batches.
    let deflater: ChunkDeflater
    /// The memory and the disk of all batches of the process.
    let buffers: BufferBudget
    /// The raw tails of the lane's open batches.
    let tails: TailShelf
    /// When a batch is full.
    let policy: BatchPolicy
    /// By how much batches may be larger.
    let growth: BatchGrowth
    /// What happens to a record that cannot be converted.
    let rejections: RejectedRecords
    /// How keys are to be read; `nil` when any key is good.
    let keys: KeyConversion?
    /// Where schemas come from.
    let schemas: SchemaStores
    /// The sink's time.
    let clock: SinkClock
    /// Is told when something must stop the worker.
    let stop: StopSignal
    /// Takes the lane's log lines.
    let logger: Logger
    /// Takes sealed batches.
    let submit: @Sendable (SealedBatch) -> Void
    /// Has the lane go on with a partition's records that wait; may be called from any thread.
    var goOn: @Sendable (AssignedPartition) -> Void = { _ in }
    /// Where one compressed chunk is put together.
    private var scratch: [UInt8]
    private var codes: [String: LearnedCode] = [:]
    private var converters: [ConverterKey: RecordConverter] = [:]

    private var keyChecks: [String: KeyCheck] = [:]

    private struct ConverterKey: Hashable {
        let conversion: Conversion
        let topic: String
    }

    /// Creates what one lane needs.
    /// - Parameter lanes: How many lanes share the memory for raw tails.
    init(
        compression: CompressionType,
        level: Int,
        buffers: BufferBudget,
        lanes: Int,
        policy: BatchPolicy,
        growth: BatchGrowth,
        rejections: RejectedRecords,
        keys: KeyConversion? = nil,
        schemas: SchemaStores = SchemaStores(),
        clock: SinkClock,
        stop: StopSignal,
        logger: Logger,
        submit: @escaping @Sendable (SealedBatch) -> Void
    ) {
        deflater = ChunkDeflater(type: compression, level: level)
        scratch = Array(repeating: 0, count: ChunkDeflater.bound(TailBudget.tailBytes.upperBound))
        self.buffers = buffers
        tails = TailShelf(budget: buffers.tails, lanes: lanes)
        self.policy = policy
        self.growth = growth
        self.rejections = rejections
        self.keys = keys
        self.schemas = schemas
        self.clock = clock
        self.stop = stop
        self.logger = logger
        self.submit = submit
    }

    /// The converter for a topic's values, one for all partitions that need the same.
    ///
    /// Its parser's memory grows with the records. A schema registry's subjects depend on the topic.
    func converter(for conversion: Conversion, topic: String) -> RecordConverter {
        let key = ConverterKey(conversion: conversion, topic: conversion.converter.usesRegistry ? topic : "")
        if let converter = converters[key] { return converter }
        let converter = RecordConverter(conversion, topic: key.topic, schemas: schemas.values)
        converters[key] = converter
        return converter
    }

    /// The check of a topic's keys, or `nil` when any key is good.
    func keyCheck(topic: String) -> KeyCheck? {
        guard let keys else { return nil }
        let topic = keys.kind.usesRegistry ? topic : ""
        if let check = keyChecks[topic] { return check }
        let check = KeyCheck(keys.kind, options: keys.options, topic: topic, schemas: schemas.keys)
        keyChecks[topic] = check
        return check
    }

    /// The code of a table's rows, one for all partitions whose records go there.
    func code(for route: TableRoute) -> LearnedCode {
        if let code = codes[route.qualifiedTable] { return code }
        let code = LearnedCode()
        codes[route.qualifiedTable] = code
        return code
    }

    /// Compresses rows in chunks and adds them to a batch.
    func deflate(
        _ rows: UnsafeRawBufferPointer,
        into buffer: BatchBuffer,
        _ frame: inout GzipMember,
        _ code: LearnedCode
    ) {
        var start = 0
        while start < rows.count {
            let end = min(start + TailBudget.tailBytes.upperBound, rows.count)
            let chunk = unsafe UnsafeRawBufferPointer(rebasing: rows[start..<end])
            unsafe frame.add(chunk)
            unsafe scratch.withUnsafeMutableBytes { output in
                let count = unsafe deflater.deflate(chunk, into: output, code: code)
                unsafe buffer.append(UnsafeRawBufferPointer(rebasing: output[..<count]))
            }
            start = end
        }
    }
}

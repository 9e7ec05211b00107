/// Counts the records of an Avro container file by the heads of its blocks, without reading the records.
///
/// A file is a magic number, a map of metadata, a sync marker, and blocks: how many records, how many bytes, these, and
/// the marker again (Avro specification 1.12, "Object Container Files").
struct AvroRowCounter {
    /// What the next number means.
    private enum Step { case entries, bytesOfEntries, keyLength, valueLength, rows, blockLength }

    private static let markerBytes: Int64 = 16

    private var step = Step.entries
    /// How many bytes come before the next number.
    private var skipped: Int64 = 4
    private var entries: Int64 = 0
    private var blockRows: Int64 = 0
    private var (number, shift): (UInt64, UInt64) = (0, 0)
    /// How many records there were so far.
    private(set) var rows = 0
    /// Whether a number was found that no such file has; nothing more is counted then.
    private(set) var isBroken = false

    /// Counts in more bytes.
    mutating func push(_ bytes: [UInt8]) {
        var index = 0
        while index < bytes.count, !isBroken {
            if skipped > 0 {
                let passed = min(skipped, Int64(bytes.count - index))
                skipped -= passed
                index += Int(passed)
                continue
            }
            let byte = bytes[index]
            index += 1
            guard shift < 63 || byte < 2 else {
                isBroken = true
                return
            }
            number |= UInt64(byte & 0x7F) << shift
            shift += 7
            guard byte < 0x80 else { continue }
            // Zigzag: the lowest bit is the sign.
            let value = Int64(bitPattern: number >> 1) ^ -Int64(bitPattern: number & 1)
            (number, shift) = (0, 0)
            take(value)
        }
    }

    private mutating func take(_ value: Int64) {
        switch step {
        case .entries where value == 0: (step, skipped) = (.rows, Self.markerBytes)
        case .entries:
            // A negative count has the size of its entries behind it.
            entries = value.magnitude > UInt64(Int64.max) ? 0 : abs(value)
            isBroken = entries == 0
            step = value < 0 ? .bytesOfEntries : .keyLength
        case .bytesOfEntries: step = .keyLength
        case .keyLength:
            skip(value)
            step = .valueLength
        case .valueLength:
            skip(value)
            entries -= 1
            step = entries > 0 ? .keyLength : .entries
        case .rows:
            (blockRows, step) = (value, .blockLength)
            isBroken = value < 0
        case .blockLength:
            skip(value)
            let (sum, overflows) = rows.addingReportingOverflow(Int(blockRows))
            guard !isBroken, !overflows, skipped <= .max - Self.markerBytes else {
                isBroken = true
                return
            }
            (rows, step) = (sum, .rows)
            skipped += Self.markerBytes
        }
    }

    private mutating func skip(_ count: Int64) {
        isBroken = count < 0
        skipped = max(count, 0)
    }
}

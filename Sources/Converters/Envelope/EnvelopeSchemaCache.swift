internal import Glibc
internal import JSON

/// The compiled schemas of the envelopes seen lately, by the bytes of their JSON.
///
/// Nearly every message has the schema of the one before: that one is found by a comparison of bytes, without a look at
/// what they mean. There are at most as many entries as asked for, and no more text than ``maximumBytes``: entries are
/// kept in two halves, and when the newer one is full it takes the place of the older.
@safe
struct EnvelopeSchemaCache {
    /// What a schema's JSON came to; a schema that is refused is kept too, so that it is read once.
    typealias Compiled = Result<EnvelopeSchema, EnvelopeFault>

    /// How many bytes the JSON of all schemas together has at most.
    static let maximumBytes = 16 << 20

    private struct Entry {
        let text: [UInt8]
        let compiled: Compiled
    }

    private let options: ConverterOptions
    private let halfCount: Int
    private var newer: [Int: Entry] = [:]
    private var older: [Int: Entry] = [:]
    private var newerBytes = 0
    private var last: Entry?

    /// Creates a cache of `count` schemas, at least two.
    init(count: Int, options: ConverterOptions) {
        self.options = options
        halfCount = max(1, count / 2)
    }

    /// How many schemas are held.
    var count: Int { newer.count + older.count }

    /// Returns what the last schema came to, and its length, when it stands at `position` of the document.
    @inline(__always)
    func last(at position: Int, of document: UnsafeRawBufferPointer) -> (compiled: Compiled, length: Int)? {
        guard let last, document.count - position >= last.text.count, let base = document.baseAddress else {
            return nil
        }
        // The text is an object, so no longer one begins with it.
        let isSame = unsafe last.text.withUnsafeBytes { text in
            unsafe text.baseAddress.map { unsafe memcmp(base + position, $0, text.count) == 0 } ?? false
        }
        return isSame ? (last.compiled, last.text.count) : nil
    }

    /// Returns what a schema comes to, compiled now if it is not known.
    mutating func schema(_ text: UnsafeRawBufferPointer) -> Compiled {
        guard unsafe text.first == UInt8(ascii: "{") else {
            return .failure(EnvelopeFault("is neither an object nor null"))
        }
        if let known = unsafe last(at: 0, of: text), known.length == text.count { return known.compiled }
        var hasher = Hasher()
        unsafe hasher.combine(bytes: text)
        let hash = hasher.finalize()
        let entry = unsafe find(text, hash) ?? compile(text)
        if newer[hash].map({ unsafe !Self.isSame($0, text) }) ?? true { insert(entry, hash) }
        last = entry
        return entry.compiled
    }

    private func find(_ text: UnsafeRawBufferPointer, _ hash: Int) -> Entry? {
        for half in [newer, older] {
            if let entry = half[hash], unsafe Self.isSame(entry, text) { return entry }
        }
        return nil
    }

    private mutating func insert(_ entry: Entry, _ hash: Int) {
        if newer.count >= halfCount || newerBytes + entry.text.count > Self.maximumBytes / 2 {
            older = newer
            newer = [:]
            newerBytes = 0
        }
        if let replaced = newer.updateValue(entry, forKey: hash) { newerBytes -= replaced.text.count }
        newerBytes += entry.text.count
    }

    private func compile(_ text: UnsafeRawBufferPointer) -> Entry {
        let compiled: Compiled
        do {
            let json = try unsafe JSONValue(parsing: text)
            compiled = .success(try EnvelopeSchemaCompiler.compile(json, options: options))
        } catch let fault as EnvelopeFault {
            compiled = .failure(fault)
        } catch {
            compiled = .failure(EnvelopeFault("is not JSON"))
        }
        return unsafe Entry(text: Array(text), compiled: compiled)
    }

    private static func isSame(_ entry: Entry, _ text: UnsafeRawBufferPointer) -> Bool {
        unsafe entry.text.withUnsafeBytes { known in
            guard known.count == text.count, let left = known.baseAddress, let right = text.baseAddress else {
                return false
            }
            return unsafe memcmp(left, right, text.count) == 0
        }
    }
}

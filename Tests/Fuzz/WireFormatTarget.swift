import SchemaRegistry

extension FuzzTarget {
    /// The length of a header, or 255 when there is none; the header; a payload.
    ///
    /// Both are also read byte by byte, as the format is written down.
    static let wireFormat = FuzzTarget(name: "wire-format") { bytes in
        guard let length = bytes.first else { return }
        let rest = bytes.dropFirst()
        guard length < 255 else { return WireFormatReading(header: nil, payload: Array(rest)).run() }
        WireFormatReading(header: Array(rest.prefix(Int(length))), payload: Array(rest.dropFirst(Int(length)))).run()
    }
}

/// A message's prefix, read by the module and once more as the format is written down.
private struct WireFormatReading {
    let header: [UInt8]?
    let payload: [UInt8]

    private var prefixed: [UInt8] { header ?? payload }
    private var place: WireFormat.Place { header == nil ? .payload : .header }

    func run() {
        unsafe payload.withUnsafeBytes { payload in
            guard let header else { return unsafe compare(payload, nil) }
            unsafe header.withUnsafeBytes { unsafe compare(payload, $0) }
        }
    }

    private func compare(_ payload: UnsafeRawBufferPointer, _ header: UnsafeRawBufferPointer?) {
        let prefixCount = prefixed.first == 0 ? 5 : 17
        let isPrefix = prefixed.first.map { $0 <= 1 } ?? false && prefixed.count >= prefixCount
        let format: WireFormat
        do throws(WireFormatFault) { format = try unsafe WireFormat(payload: payload, header: header) } catch {
            return require(!isPrefix && !error.message.isEmpty, "\(error)")
        }
        require(isPrefix && format.place == place, "no prefix, but \(format)")
        require(format.dataOffset == (place == .payload ? prefixCount : 0), "the data begins at \(format.dataOffset)")
        let digits = prefixed[1..<prefixCount].map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        switch format.id {
        case .number(let number): require(UInt32(digits, radix: 16) == UInt32(bitPattern: number), "\(number)")
        case .guid(let guid): require("\(guid)".filter { $0 != "-" } == digits, "\(guid) is not \(digits)")
        }
        let expected = indexes(from: prefixCount)
        do throws(WireFormatFault) {
            let (read, offset) = try unsafe format.messageIndexes(payload: payload, header: header)
            require(read.array == expected?.indexes && read.count == read.array.count, "\(read.array)")
            require(offset == (place == .payload ? expected?.end : 0), "the data begins at \(offset)")
            require(MessageIndexes(read.array.map { Int32($0) }) == read, "equal paths are not equal")
        } catch {
            require(expected == nil && !error.message.isEmpty, "\(error)")
        }
    }

    /// Indexes as the format is written down: zig-zag varints of 32 bits.
    private func indexes(from start: Int) -> (indexes: [Int], end: Int)? {
        var position = start
        guard let count = varint(&position), (0...MessageIndexes.maximumCount).contains(count) else { return nil }
        if count == 0 { return ([0], position) }
        var indexes: [Int] = []
        for _ in 0..<count {
            guard let index = varint(&position), index >= 0 else { return nil }
            indexes.append(index)
        }
        return (indexes, position)
    }

    private func varint(_ position: inout Int) -> Int? {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 35, by: 7) {
            guard position < prefixed.count else { return nil }
            let byte = prefixed[position]
            position += 1
            value |= UInt64(byte & 0x7F) << shift
            guard byte & 0x80 == 0 else { continue }
            return value > UInt64(UInt32.max) ? nil : Int(value / 2) ^ -Int(value & 1)
        }
        return nil
    }
}

internal import COpenSSL

/// Texts of object identifiers of ASN.1.
enum ObjectIdentity {
    /// The numbers with dots between.
    static func dotted(_ object: OpaquePointer?) -> String { unsafe text(object, isNumeric: 1) }

    /// OpenSSL's name, or the numbers of one that it does not know.
    static func name(_ object: OpaquePointer?) -> String { unsafe text(object, isNumeric: 0) }

    private static func text(_ object: OpaquePointer?, isNumeric: Int32) -> String {
        guard let object = unsafe object else { return "" }
        return unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 128) { buffer in
            unsafe buffer.initialize(repeating: 0)
            _ = unsafe OBJ_obj2txt(buffer.baseAddress, Int32(buffer.count), object, isNumeric)
            return unsafe String(decoding: UnsafeRawBufferPointer(buffer).prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}

/// Calls a function of the C library that writes its reason into a caller's buffer.
func withReason<Result>(
    _ body: (UnsafeMutablePointer<CChar>?, Int) -> Result
) -> (result: Result, reason: String) {
    unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 1024) { buffer in
        unsafe buffer.initialize(repeating: 0)
        let result = unsafe body(buffer.baseAddress, buffer.count)
        return (result, unsafe String(decoding: UnsafeRawBufferPointer(buffer).prefix { $0 != 0 }, as: UTF8.self))
    }
}

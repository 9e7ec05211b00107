import CGlibc

/// How the process's heap gives memory back.
enum HeapSettings {
    /// Keeps blocks of a mebibyte and more in mappings of their own.
    ///
    /// Left to itself glibc raises that threshold to the largest block that was ever freed, which here is a fetch response
    /// of 8 MiB; those then live in the heap among small blocks that pin them, at ten mebibytes of resident memory.
    static func apply() {
        _ = cglibc_mallopt_mmap_threshold(1 << 20)
        _ = cglibc_mallopt_trim_threshold(1 << 20)
    }
}

import CGlibc

/// How the process's heap gives memory back.
enum HeapSettings {
    /// Keeps the memory of fetch responses in the heap, to be used again for the next one.
    ///
    /// Left to itself, glibc maps the first blocks of that size separately, and gives the free end of the heap back
    /// each time it grows to 128 KiB or a few times a mapped block. The kernel then clears the same few MiB of pages
    /// again with every fetch, which was an eighth of the worker's CPU time. What is kept is bounded by what the
    /// clients may hold at a time.
    static func apply() {
        _ = cglibc_mallopt_mmap_threshold(32 << 20)
        _ = cglibc_mallopt_trim_threshold(64 << 20)
    }
}

import CGlibc

/// How the process's heap is kept small.
enum HeapSettings {
    /// Has all threads share one heap.
    ///
    /// Left to itself, glibc gives each of them a heap of its own, and what one has freed is of no use to the others. The
    /// operator waits far more than it computes, so that they hardly ever meet there.
    static func apply() { _ = cglibc_mallopt_arena_max(1) }
}

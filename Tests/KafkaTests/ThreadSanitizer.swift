import CThreads

/// Pulls the test threads into the executable, so that they stand before the C library's.
let threadsAreLinked: Void = cthreads_link()

/* What Swift's Glibc module leaves out. */
#include <malloc.h>
#include <getopt.h>
#include <pthread.h>
#include <spawn.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>

/* pthread.h hides it unless _GNU_SOURCE was defined when the Glibc module was built. */
extern int pthread_setname_np(pthread_t, const char *);
/* Likewise, in spawn.h. */
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *, int);
/* Likewise, in sys/mman.h. */
extern int memfd_create(const char *, unsigned int);

/* Swift refuses to read C's global variables; the caller holds a lock. */
static inline void cglibc_getopt_restart(void) { optind = 0; opterr = 0; }
static inline int cglibc_optind(void) { return optind; }
static inline int cglibc_optopt(void) { return optopt; }
static inline const char *cglibc_optarg(void) { return optarg; }
/// `mallopt(3)`: blocks from this size on are mappings of their own.
static inline int cglibc_mallopt_mmap_threshold(int bytes) { return mallopt(M_MMAP_THRESHOLD, bytes); }

/// `mallopt(3)`: free memory at the heap's top from this size on is given back.
static inline int cglibc_mallopt_trim_threshold(int bytes) { return mallopt(M_TRIM_THRESHOLD, bytes); }

/// `mallopt(3)`: how many heaps threads share.
static inline int cglibc_mallopt_arena_max(int count) { return mallopt(M_ARENA_MAX, count); }

/// `prctl(2)`, which Swift cannot call since its arguments vary: no core files, and no reading of memory by others of the user.
static inline int cglibc_forbid_dumps(void) { return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }

/// `prctl(2)`: whether there would be core files, as far as the process itself decides.
static inline int cglibc_allows_dumps(void) { return prctl(PR_GET_DUMPABLE, 0, 0, 0, 0); }

/// `ioctl(2)`, which Swift cannot call either: how many columns a terminal has; 0 when nobody knows.
static inline int cglibc_terminal_columns(int file) {
    struct winsize size;
    return ioctl(file, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

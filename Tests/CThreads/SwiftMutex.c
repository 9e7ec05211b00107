// What the thread sanitizer must know of Swift's Mutex.
//
// The uncontended way of taking and leaving it is compiled into its users, with atomics that the sanitizer sees. The
// contended way is in a library that the sanitizer does not watch, so it would report what two threads hand each other
// under a contended mutex as a race. Here that way is announced to it.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

// The sanitizer's own, absent from other builds.
__attribute__((weak)) void __tsan_acquire(void *address);
__attribute__((weak)) void __tsan_release(void *address);

#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context))
#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define TRY_LOCK "$s15Synchronization12_MutexHandleV12_tryLockSlowSbyF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

typedef SWIFT void lock_function(uint32_t thread, SELF void *mutex);
typedef SWIFT bool try_lock_function(SELF void *mutex);
typedef SWIFT void unlock_function(SELF void *mutex);

static void *original(const char *name) {
    void *function = dlsym(RTLD_NEXT, name);
    if (!function) abort();
    return function;
}

SWIFT void cthreads_lock(uint32_t thread, SELF void *mutex) __asm__(LOCK);
SWIFT void cthreads_lock(uint32_t thread, SELF void *mutex) {
    ((lock_function *)original(LOCK))(thread, mutex);
    if (__tsan_acquire) __tsan_acquire(mutex);
}

SWIFT bool cthreads_try_lock(SELF void *mutex) __asm__(TRY_LOCK);
SWIFT bool cthreads_try_lock(SELF void *mutex) {
    bool is_taken = ((try_lock_function *)original(TRY_LOCK))(mutex);
    if (is_taken && __tsan_acquire) __tsan_acquire(mutex);
    return is_taken;
}

SWIFT void cthreads_unlock(SELF void *mutex) __asm__(UNLOCK);
SWIFT void cthreads_unlock(SELF void *mutex) {
    if (__tsan_release) __tsan_release(mutex);
    ((unlock_function *)original(UNLOCK))(mutex);
}

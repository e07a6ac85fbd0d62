// A library for LD_PRELOAD that proves a JACK client's process callback to be safe for real time: it counts each call there of a
// function that may allocate, lock, wait or speak to the system, and, where the kernel has Syscall User Dispatch, each callback in
// which there was a system call by whatever way. At its end the program leaves a JSON object in $RT_GUARD_OUT.
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>
#include <fcntl.h>
#include <jack/jack.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <ucontext.h>
#include <unistd.h>

namespace {
#define IN_THREAD thread_local constinit __attribute__((tls_model("initial-exec")))
IN_THREAD bool inside = false;       ///< The thread is in the callback.
IN_THREAD volatile char trapped = 0; ///< What the kernel looks at: 1 makes a system call a signal.
IN_THREAD bool armed = false;        ///< The thread has asked the kernel for that.

std::atomic<unsigned long> callbacks, with_syscalls;
std::atomic<int> first_syscall{-1}, dispatch{0}; ///< dispatch: 1 in use, -1 not in this kernel

struct Forbidden {
    const char* name;
    std::atomic<unsigned long> calls;
};

void note(Forbidden& function)
{
    if (inside) function.calls.fetch_add(1, std::memory_order_relaxed);
}

/// The function behind ours.
void* behind(const char* name)
{
    const char was = trapped;
    trapped = 0;
    void* found = nullptr;
#if defined(__x86_64__)
    found = dlvsym(RTLD_NEXT, name,
                   "GLIBC_2.3.2"); // the condition variables of today; without a version come those of 2.2.5
#endif
    if (!found) found = dlsym(RTLD_NEXT, name);
    trapped = was;
    return found;
}
} // namespace

// Each of these is counted and then done. The allocator has names of its own, because dlsym itself allocates.
#define GUARD(result, name, parameters, arguments)                                                                     \
    static constinit Forbidden forbidden_##name{#name, 0};                                                             \
    extern "C" __attribute__((visibility("default"))) result name parameters                                           \
    {                                                                                                                  \
        static std::atomic<void*> next{nullptr};                                                                       \
        note(forbidden_##name);                                                                                        \
        if (!next) next = behind(#name);                                                                               \
        return reinterpret_cast<result(*) parameters>(next.load()) arguments;                                          \
    }
#define GUARD_MEMORY(result, name, parameters, other, arguments)                                                       \
    extern "C" result other parameters;                                                                                \
    static constinit Forbidden forbidden_##name{#name, 0};                                                             \
    extern "C" __attribute__((visibility("default"))) result name parameters                                           \
    {                                                                                                                  \
        note(forbidden_##name);                                                                                        \
        return other arguments;                                                                                        \
    }

GUARD_MEMORY(void*, malloc, (size_t size) noexcept, __libc_malloc, (size))
GUARD_MEMORY(void*, calloc, (size_t count, size_t size) noexcept, __libc_calloc, (count, size))
GUARD_MEMORY(void*, realloc, (void* at, size_t size) noexcept, __libc_realloc, (at, size))
GUARD_MEMORY(void, free, (void* at) noexcept, __libc_free, (at))
GUARD_MEMORY(void*, aligned_alloc, (size_t to, size_t size) noexcept, __libc_memalign, (to, size))
static constinit Forbidden forbidden_posix_memalign{"posix_memalign", 0};
extern "C" __attribute__((visibility("default"))) int posix_memalign(void** at, size_t to, size_t size) noexcept
{
    note(forbidden_posix_memalign);
    *at = __libc_memalign(to, size);
    return *at ? 0 : ENOMEM;
}

GUARD(int, pthread_mutex_lock, (pthread_mutex_t * m) noexcept, (m))
GUARD(int, pthread_mutex_trylock, (pthread_mutex_t * m) noexcept, (m))
GUARD(int, pthread_rwlock_rdlock, (pthread_rwlock_t * l) noexcept, (l))
GUARD(int, pthread_rwlock_wrlock, (pthread_rwlock_t * l) noexcept, (l))
GUARD(int, pthread_cond_wait, (pthread_cond_t * c, pthread_mutex_t* m), (c, m))
GUARD(int, pthread_cond_timedwait, (pthread_cond_t * c, pthread_mutex_t* m, const timespec* t), (c, m, t))
GUARD(int, pthread_cond_signal, (pthread_cond_t * c) noexcept, (c))
GUARD(int, pthread_cond_broadcast, (pthread_cond_t * c) noexcept, (c))
GUARD(int, pthread_join, (pthread_t t, void** r), (t, r))
GUARD(int, sem_wait, (sem_t * s), (s))
GUARD(int, sem_timedwait, (sem_t * s, const timespec* t), (s, t))
GUARD(int, sem_post, (sem_t * s) noexcept, (s))
GUARD(ssize_t, read, (int d, void* b, size_t n), (d, b, n))
GUARD(ssize_t, write, (int d, const void* b, size_t n), (d, b, n))
GUARD(ssize_t, readv, (int d, const iovec* v, int n), (d, v, n))
GUARD(ssize_t, writev, (int d, const iovec* v, int n), (d, v, n))
GUARD(ssize_t, send, (int d, const void* b, size_t n, int f), (d, b, n, f))
GUARD(ssize_t, sendmsg, (int d, const msghdr* m, int f), (d, m, f))
GUARD(ssize_t, recv, (int d, void* b, size_t n, int f), (d, b, n, f))
GUARD(int, poll, (pollfd * p, nfds_t n, int t), (p, n, t))
GUARD(int, nanosleep, (const timespec* t, timespec* left), (t, left))
GUARD(int, clock_nanosleep, (clockid_t c, int f, const timespec* t, timespec* left), (c, f, t, left))
GUARD(int, usleep, (useconds_t t), (t))
GUARD(int, close, (int d), (d))
GUARD(size_t, fwrite, (const void* b, size_t s, size_t n, FILE* f), (b, s, n, f))
GUARD(int, puts, (const char* s), (s))
GUARD(int, vfprintf, (FILE * f, const char* s, va_list a), (f, s, a))
GUARD(void*, mmap, (void* a, size_t n, int p, int f, int d, off_t o) noexcept, (a, n, p, f, d, o))
GUARD(int, munmap, (void* a, size_t n) noexcept, (a, n))
GUARD(void*, dlopen, (const char* s, int f) noexcept, (s, f))
GUARD(void*, __cxa_allocate_exception, (size_t n) noexcept, (n))
static constinit Forbidden forbidden_open{"open", 0};
extern "C" __attribute__((visibility("default"))) int open(const char* path, int flags, ...)
{
    va_list rest;
    va_start(rest, flags);
    const mode_t mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    note(forbidden_open);
    return openat(AT_FDCWD, path, flags, mode);
}

namespace {
Forbidden* const all[] = {&forbidden_malloc,
                          &forbidden_calloc,
                          &forbidden_realloc,
                          &forbidden_free,
                          &forbidden_aligned_alloc,
                          &forbidden_posix_memalign,
                          &forbidden_pthread_mutex_lock,
                          &forbidden_pthread_mutex_trylock,
                          &forbidden_pthread_rwlock_rdlock,
                          &forbidden_pthread_rwlock_wrlock,
                          &forbidden_pthread_cond_wait,
                          &forbidden_pthread_cond_timedwait,
                          &forbidden_pthread_cond_signal,
                          &forbidden_pthread_cond_broadcast,
                          &forbidden_pthread_join,
                          &forbidden_sem_wait,
                          &forbidden_sem_timedwait,
                          &forbidden_sem_post,
                          &forbidden_read,
                          &forbidden_write,
                          &forbidden_readv,
                          &forbidden_writev,
                          &forbidden_send,
                          &forbidden_sendmsg,
                          &forbidden_recv,
                          &forbidden_poll,
                          &forbidden_nanosleep,
                          &forbidden_clock_nanosleep,
                          &forbidden_usleep,
                          &forbidden_close,
                          &forbidden_fwrite,
                          &forbidden_puts,
                          &forbidden_vfprintf,
                          &forbidden_mmap,
                          &forbidden_munmap,
                          &forbidden_dlopen,
                          &forbidden___cxa_allocate_exception,
                          &forbidden_open};

#if defined(__x86_64__)
/// A system call in the callback: counted, then done as if nothing were; the rest of this callback goes free.
void on_system_call(int, siginfo_t* info, void* context)
{
    trapped = 0;
    with_syscalls.fetch_add(1, std::memory_order_relaxed);
    int none = -1;
    first_syscall.compare_exchange_strong(none, info->si_syscall);
    auto& registers = static_cast<ucontext_t*>(context)->uc_mcontext.gregs;
    constexpr int length_of_syscall = 2; // bytes
    registers[REG_RIP] -= length_of_syscall;
    registers[REG_RAX] = info->si_syscall;
}

void arm()
{
    struct sigaction action = {};
    action.sa_sigaction = on_system_call;
    action.sa_flags = SA_SIGINFO;
    sigaction(SIGSYS, &action, nullptr);
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGSYS);
    pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
    constexpr int set_dispatch = 59, on = 1; // PR_SET_SYSCALL_USER_DISPATCH, PR_SYS_DISPATCH_ON
    dispatch = prctl(set_dispatch, on, 0, 0, &trapped) == 0 ? 1 : -1;
}
#else
void arm() { dispatch = -1; }
#endif

struct Callback {
    JackProcessCallback run;
    void* argument;
};

int guarded(jack_nframes_t frames, void* self)
{
    if (!armed) arm();
    armed = true;
    inside = true;
    if (dispatch == 1) trapped = 1;
    const Callback& callback = *static_cast<Callback*>(self);
    const int result = callback.run(frames, callback.argument);
    trapped = 0;
    inside = false;
    callbacks.fetch_add(1, std::memory_order_relaxed);
    return result;
}

__attribute__((destructor)) void report()
{
    const char* const path = std::getenv("RT_GUARD_OUT");
    if (!path || callbacks == 0) return;
    FILE* const file = std::fopen(path, "w");
    if (!file) return;
    std::fprintf(file, "{\"callbacks\": %lu, \"calls\": {", callbacks.load());
    const char* comma = "";
    for (const Forbidden* function : all)
        if (const unsigned long calls = function->calls) {
            std::fprintf(file, "%s\"%s\": %lu", comma, function->name, calls);
            comma = ", ";
        }
    if (dispatch == 1)
        std::fprintf(file, "}, \"with_syscalls\": %lu, \"first_syscall\": %d}\n", with_syscalls.load(),
                     first_syscall.load());
    else
        std::fprintf(file, "}, \"with_syscalls\": null, \"first_syscall\": null}\n");
    std::fclose(file);
}
} // namespace

extern "C" __attribute__((visibility("default"))) int jack_set_process_callback(jack_client_t* client,
                                                                                JackProcessCallback run, void* argument)
{
    using Set = int (*)(jack_client_t*, JackProcessCallback, void*);
    const auto set = reinterpret_cast<Set>(dlsym(RTLD_NEXT, "jack_set_process_callback"));
    return set(client, guarded, new Callback{run, argument}); // as long as the program
}

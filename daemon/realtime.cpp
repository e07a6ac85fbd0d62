#include "daemon/realtime.h"

#include <linux/capability.h>
#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>

#if defined(__SSE2__)
#include <xmmintrin.h>
#endif

namespace fohd::daemon {

namespace {

bool may_lock_any_amount()
{
    rlimit limit{};
    if (getrlimit(RLIMIT_MEMLOCK, &limit) == 0 && limit.rlim_cur == RLIM_INFINITY) return true;
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    __user_cap_data_struct data[2]{};
    return syscall(SYS_capget, &header, data) == 0 && (data[0].effective & (1u << CAP_IPC_LOCK)) != 0;
}

unsigned long float_control() noexcept
{
#if defined(__SSE2__)
    return _mm_getcsr();
#elif defined(__aarch64__)
    unsigned long value = 0;
    asm volatile("mrs %0, fpcr" : "=r"(value));
    return value;
#else
    return 0;
#endif
}

void set_float_control([[maybe_unused]] unsigned long value) noexcept
{
#if defined(__SSE2__)
    _mm_setcsr(static_cast<unsigned>(value));
#elif defined(__aarch64__)
    asm volatile("msr fpcr, %0" : : "r"(value));
#endif
}

#if defined(__SSE2__)
constexpr unsigned long flush_bits = 0x8040; // MXCSR: FTZ for results, DAZ for operands.
#elif defined(__aarch64__)
constexpr unsigned long flush_bits = 1ul << 24; // FPCR.FZ, both.
#else
constexpr unsigned long flush_bits = 0;
#endif

} // namespace

std::optional<std::string> lock_memory()
{
    // With a finite limit MCL_FUTURE does worse than nothing: it makes later allocations fail once the limit is
    // reached.
    if (!may_lock_any_amount())
        return "memory is not locked: the limit does not allow it and sound may drop out when memory is short; set "
               "LimitMEMLOCK=infinity in the unit, or `memlock unlimited` in /etc/security/limits.d";
    if (mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) != 0)
        return "memory is not locked (" + std::string(std::strerror(errno)) +
               "): sound may drop out when memory is short";
    return std::nullopt;
}

void prefault(std::span<std::byte> memory) noexcept
{
    if (memory.empty()) return;
    const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    const auto touch = [](std::byte& byte) {
        volatile std::byte& cell = byte;
        const std::byte value = cell;
        cell = value;
    };
    for (std::size_t at = 0; at < memory.size(); at += page) touch(memory[at]);
    touch(memory.back()); // The first page is rarely begun at its start.
}

void prefault_stack() noexcept
{
    std::byte stack[65536];
    prefault(stack);
}

void flush_denormals() noexcept { set_float_control(float_control() | flush_bits); }

DenormalGuard::DenormalGuard() noexcept : before_(float_control()) { flush_denormals(); }

DenormalGuard::~DenormalGuard() { set_float_control(before_); }

bool make_realtime(int priority) noexcept
{
    sched_param parameters{};
    parameters.sched_priority = priority;
    return pthread_setschedparam(pthread_self(), SCHED_FIFO | SCHED_RESET_ON_FORK, &parameters) == 0;
}

void name_thread(const char* name) noexcept
{
    char kept[16]{};
    std::copy_n(name, std::min<std::size_t>(std::strlen(name), sizeof kept - 1), kept);
    pthread_setname_np(pthread_self(), kept);
}

} // namespace fohd::daemon

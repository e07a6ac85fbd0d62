#include "daemon/realtime.h"

#include <catch2/catch.hpp>
#include <linux/capability.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <limits>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

using namespace fohd::daemon;

namespace {

bool denormals_live()
{
    volatile float smallest = std::numeric_limits<float>::min();
    return smallest * 0.5f != 0;
}

long minor_faults()
{
    rusage usage{};
    getrusage(RUSAGE_THREAD, &usage);
    return usage.ru_minflt;
}

} // namespace

TEST_CASE("denormals are off within a guard, and on again after it")
{
    REQUIRE(denormals_live());
    {
        const DenormalGuard guard;
        CHECK_FALSE(denormals_live());
        {
            const DenormalGuard inner;
        }
        CHECK_FALSE(denormals_live());
    }
    CHECK(denormals_live());
    bool other = true;
    std::thread([&] { other = (flush_denormals(), denormals_live()); }).join();
    CHECK_FALSE(other);
    CHECK(denormals_live()); // Of its own thread alone.
}

TEST_CASE("prefaulted memory faults no more, and keeps what is in it")
{
    const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    const std::size_t size = 256 * page;
    void* memory = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    REQUIRE(memory != MAP_FAILED);
    madvise(memory, size, MADV_NOHUGEPAGE);
    auto* bytes = static_cast<std::byte*>(memory);
    bytes[5] = std::byte{42};
    // From the middle of a page into the middle of another.
    prefault({bytes + 5, size - page});
    std::vector<unsigned char> resident(256);
    REQUIRE(mincore(memory, size, resident.data()) == 0);
    CHECK(std::count_if(resident.begin(), resident.end(), [](unsigned char r) { return (r & 1) != 0; }) == 256);
    CHECK(bytes[5] == std::byte{42});
    const long before = minor_faults();
    for (std::size_t at = 0; at < size; at += page) bytes[at] = std::byte{1};
    CHECK(minor_faults() - before < 16); // Of 256; a sanitizer has faults of its own.
    munmap(memory, size);
    prefault({});
}

TEST_CASE("threads have names, cut to what Linux keeps")
{
    std::thread([] {
        name_thread("a name that is too long");
        char name[16]{};
        pthread_getname_np(pthread_self(), name, sizeof name);
        CHECK(std::string_view(name) == "a name that is ");
    }).join();
}

TEST_CASE("real-time priority is had or quietly not")
{
    std::thread([] {
        int policy = 0;
        sched_param parameters{};
        const bool had = make_realtime(50);
        pthread_getschedparam(pthread_self(), &policy, &parameters);
        CHECK(((policy & ~SCHED_RESET_ON_FORK) == SCHED_FIFO && parameters.sched_priority == 50) == had);
    }).join();
}

// The sanitizers' mlockall does nothing, so that their own memory is not locked.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

namespace {

/// Runs `body` in a process of its own, whose memory may be locked; its exit code.
template <class Body> int exit_code_of(Body body)
{
    const pid_t child = fork();
    if (child == 0) _exit(body());
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

long locked_kilobytes()
{
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);)
        if (line.starts_with("VmLck:")) return std::stol(line.substr(6));
    return -1;
}

} // namespace

TEST_CASE("memory is locked, or a sentence says why not")
{
    CHECK(exit_code_of([] {
              const auto warning = lock_memory();
              return warning ? !warning->empty() && locked_kilobytes() == 0 : locked_kilobytes() > 0;
          }) == 1);
}

TEST_CASE("a finite limit is not walked into")
{
    CHECK(exit_code_of([] {
              __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
              __user_cap_data_struct none[2]{};
              const rlimit limit{1 << 30, 1 << 30}; // Enough for now: the kernel itself would agree.
              setrlimit(RLIMIT_MEMLOCK, &limit);
              syscall(SYS_capset, &header, none);
              const auto warning = lock_memory();
              return warning && warning->find("LimitMEMLOCK=infinity") != std::string::npos && locked_kilobytes() == 0;
          }) == 1);
}

#endif

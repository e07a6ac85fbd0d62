#pragma once
// What a process and a thread need before sound can run in them without page faults, denormals and late wake-ups.

#include <cstddef>
#include <optional>
#include <span>
#include <string>

namespace fohd::daemon {

/// Locks all memory of the process, now and later, page by page as it is first touched. Once, at start, from the main
/// thread. The answer is a sentence for the log where it is not permitted: the show goes on with memory that may be
/// paged out.
std::optional<std::string> lock_memory();

/// Touches every page for writing, contents unchanged, so that the audio thread does not fault on it. Not while another
/// thread writes there.
void prefault(std::span<std::byte> memory) noexcept;

/// Touches the next 64 KiB of the calling thread's stack.
void prefault_stack() noexcept;

/// Results and operands too small for a normal float become zero in the calling thread, from here on.
void flush_denormals() noexcept;

/// flush_denormals() for a scope: what the thread had before is restored.
class DenormalGuard {
public:
    DenormalGuard() noexcept;
    ~DenormalGuard();
    DenormalGuard(const DenormalGuard&) = delete;
    DenormalGuard& operator=(const DenormalGuard&) = delete;

private:
    unsigned long before_;
};

/// SCHED_FIFO for the calling thread with priority 1..99; false where it is not permitted. Threads that it starts are
/// ordinary.
bool make_realtime(int priority) noexcept;

/// Name of the calling thread in top and gdb; 15 characters are kept.
void name_thread(const char* name) noexcept;

} // namespace fohd::daemon

#pragma once
#include <sys/inotify.h>

#include <chrono>
#include <poll.h>
#include <string>
#include <unistd.h>

namespace fohd::test {

/// Tells when something comes into a folder, or goes.
class FolderWatch {
public:
    explicit FolderWatch(const std::string& path) : watch_(inotify_init1(IN_CLOEXEC | IN_NONBLOCK))
    {
        inotify_add_watch(watch_, path.c_str(), IN_MOVED_TO | IN_DELETE);
    }
    ~FolderWatch() { close(watch_); }
    FolderWatch(const FolderWatch&) = delete;
    FolderWatch& operator=(const FolderWatch&) = delete;

    /// Waits for it, since the last call. False: nothing came.
    bool await(std::chrono::milliseconds patience = std::chrono::seconds(30)) const
    {
        pollfd event{watch_, POLLIN, 0};
        const bool came = poll(&event, 1, static_cast<int>(patience.count())) > 0;
        alignas(inotify_event) char buffer[4096];
        while (read(watch_, buffer, sizeof buffer) > 0) {
        }
        return came;
    }

private:
    int watch_;
};
} // namespace fohd::test

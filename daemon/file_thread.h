#pragma once
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <thread>

namespace fohd::daemon {

/// The one thread that waits for disks, so that no other has to. Its functions return at once, from any thread.
class FileThread {
public:
    /// True: done. False: it failed, and is tried again a little later, unless a newer job of its key has come.
    /// What it uses must live as long as the job, even beyond finish().
    using Job = std::function<bool()>;

    static constexpr std::chrono::seconds pause_after_failure{2};

    FileThread();
    ~FileThread(); ///< finish() with two seconds, where it was not called.
    FileThread(const FileThread&) = delete;
    FileThread& operator=(const FileThread&) = delete;

    /// Jobs are done in order. One that has not begun gives its place to a newer one of the same key.
    void post(const std::string& key, Job job);
    /// Does what is left, each once, and ends; posts after it are dropped. False: a disk hangs; the thread was left to itself.
    bool finish(std::chrono::milliseconds deadline);

private:
    struct Inside;
    static void run(Inside& inside);
    std::shared_ptr<Inside> inside_;
    std::thread thread_;
};

} // namespace fohd::daemon

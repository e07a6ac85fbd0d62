#include "daemon/file_thread.h"

#include "daemon/realtime.h"

#include <algorithm>
#include <condition_variable>
#include <list>
#include <mutex>

namespace fohd::daemon {

using Clock = std::chrono::steady_clock;

/// Shared, because the thread may outlive its owner.
struct FileThread::Inside {
    struct Entry {
        std::string key;
        Job job;
        Clock::time_point not_before;
    };
    std::mutex mutex;
    std::condition_variable posted, ended;
    std::list<Entry> queue;
    bool finishing = false, has_ended = false;
};

FileThread::FileThread() : inside_(std::make_shared<Inside>())
{
    thread_ = std::thread([inside = inside_] {
        name_thread("fohd-file");
        run(*inside);
    });
}

FileThread::~FileThread() { finish(std::chrono::seconds(2)); }

void FileThread::post(const std::string& key, Job job)
{
    const std::scoped_lock lock(inside_->mutex);
    if (inside_->finishing) return;
    const auto waits = std::ranges::find(inside_->queue, key, &Inside::Entry::key);
    if (waits != inside_->queue.end())
        *waits = {key, std::move(job), {}};
    else
        inside_->queue.push_back({key, std::move(job), {}});
    inside_->posted.notify_one();
}

void FileThread::run(Inside& inside)
{
    std::unique_lock lock(inside.mutex);
    while (true) {
        const auto due = std::ranges::find_if(inside.queue, [&](const Inside::Entry& entry) {
            return inside.finishing || entry.not_before <= Clock::now();
        });
        if (due == inside.queue.end()) {
            if (inside.finishing) break;
            if (inside.queue.empty())
                inside.posted.wait(lock);
            else
                inside.posted.wait_until(lock,
                                         std::ranges::min(inside.queue, {}, &Inside::Entry::not_before).not_before);
            continue;
        }
        Inside::Entry entry = std::move(*due);
        inside.queue.erase(due);
        lock.unlock();
        const bool done = entry.job();
        lock.lock();
        const bool is_newest = std::ranges::find(inside.queue, entry.key, &Inside::Entry::key) == inside.queue.end();
        if (!done && is_newest && !inside.finishing) {
            entry.not_before = Clock::now() + pause_after_failure;
            inside.queue.push_back(std::move(entry));
        }
    }
    inside.has_ended = true;
    inside.ended.notify_all();
}

bool FileThread::finish(std::chrono::milliseconds deadline)
{
    if (!thread_.joinable()) return true;
    std::unique_lock lock(inside_->mutex);
    inside_->finishing = true;
    inside_->posted.notify_one();
    const bool ended = inside_->ended.wait_for(lock, deadline, [&] { return inside_->has_ended; });
    lock.unlock();
    if (ended)
        thread_.join();
    else
        thread_.detach();
    return ended;
}

} // namespace fohd::daemon

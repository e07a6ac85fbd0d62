#include "daemon/file_watch.h"

#include <deque>
#include <sys/inotify.h>
#include <unistd.h>
#include <utility>

namespace fohd::daemon {

namespace fs = std::filesystem;

FileWatch::FileWatch(const std::string& file) : handle_(inotify_init1(IN_CLOEXEC | IN_NONBLOCK))
{
    if (file.empty()) return;
    file_ = fs::absolute(file);
    watch();
}

FileWatch::~FileWatch() { close(handle_); }

/// The names of all links on the way to a file, and of the file, each in its folder.
FileWatch::Names FileWatch::on_the_way(const fs::path& file)
{
    constexpr int most_links = 40; // As many as the kernel follows.
    Names names;
    fs::path at = file.root_path();
    const auto relative = file.relative_path();
    std::deque<fs::path> rest(relative.begin(), relative.end());
    for (int links = 0; !rest.empty();) {
        const fs::path name = rest.front();
        rest.pop_front();
        if (name == "." || name.empty()) continue;
        if (name == "..") {
            at = at.parent_path();
            continue;
        }
        std::error_code none;
        if (const fs::path target = fs::read_symlink(at / name, none); !none) {
            names[at].insert(name);
            if (++links > most_links) break;
            if (target.is_absolute()) at = target.root_path();
            const auto way = target.relative_path();
            rest.insert(rest.begin(), way.begin(), way.end());
        } else {
            if (rest.empty()) names[at].insert(name);
            at /= name;
        }
    }
    return names;
}

void FileWatch::watch()
{
    names_ = on_the_way(file_);
    std::map<int, fs::path> folders;
    for (const auto& [folder, names] : names_)
        if (const int watch = inotify_add_watch(handle_, folder.c_str(), IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE);
            watch >= 0)
            folders[watch] = folder;
    for (const auto& [watch, folder] : std::exchange(folders_, folders))
        if (!folders.contains(watch)) inotify_rm_watch(handle_, watch);
}

bool FileWatch::saved()
{
    bool found = false;
    alignas(inotify_event) char events[4096];
    for (ssize_t size; (size = ::read(handle_, events, sizeof events)) > 0;)
        for (ssize_t at = 0; at < size;) {
            const auto* event = reinterpret_cast<const inotify_event*>(events + at);
            at += static_cast<ssize_t>(sizeof(inotify_event) + event->len);
            const auto folder = folders_.find(event->wd);
            if (event->len == 0 || folder == folders_.end() || !names_[folder->second].contains(event->name)) continue;
            // A file that is created is empty so far, and closed later; a link is whole.
            std::error_code none;
            found = found || (event->mask & IN_CREATE) == 0 || fs::is_symlink(folder->second / event->name, none);
        }
    if (found) watch();
    return found;
}

} // namespace fohd::daemon

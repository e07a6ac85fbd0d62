#pragma once
#include <filesystem>
#include <map>
#include <set>
#include <string>

namespace fohd::daemon {

/// Sees when a file is saved, however that is done: written in place, renamed over, or where it, or a folder on the way to it,
/// is a symbolic link, when the link leads elsewhere. One thread.
class FileWatch {
public:
    /// Empty: nothing is watched.
    explicit FileWatch(const std::string& file);
    ~FileWatch();
    FileWatch(const FileWatch&) = delete;
    FileWatch& operator=(const FileWatch&) = delete;

    int descriptor() const { return handle_; } ///< Readable when something has happened near it.
    /// Whether it was saved since the last call.
    bool saved();

private:
    using Names = std::map<std::filesystem::path, std::set<std::string>>; ///< By real folder.
    static Names on_the_way(const std::filesystem::path& file);
    void watch();

    std::filesystem::path file_;
    int handle_;
    Names names_;
    std::map<int, std::filesystem::path> folders_; ///< By descriptor of the watch.
};

} // namespace fohd::daemon

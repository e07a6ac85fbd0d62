#include "daemon/safe_file.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <ctime>
#include <fcntl.h>
#include <filesystem>
#include <unistd.h>
#include <utility>
#include <vector>

namespace fohd::daemon {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kept_damaged = 5;

/// A descriptor that is closed at the end of its scope.
class File {
public:
    File(const std::string& path, int flags) : handle_(::open(path.c_str(), flags | O_CLOEXEC, 0600)) {}
    ~File() { close(); }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    explicit operator bool() const { return handle_ >= 0; }
    int handle() const { return handle_; }
    bool close() { return handle_ < 0 || ::close(std::exchange(handle_, -1)) == 0; }

private:
    int handle_;
};

bool write_all(int handle, const std::string& text)
{
    for (std::size_t done = 0; done < text.size();) {
        const auto written = ::write(handle, text.data() + done, text.size() - done);
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return false;
        done += static_cast<std::size_t>(written);
    }
    return true;
}

/// A rename or removal lasts once its folder is on the disk.
int sync_folder_of(const std::string& path)
{
    const File folder(fs::path(path).parent_path().string(), O_RDONLY | O_DIRECTORY);
    return folder && fsync(folder.handle()) == 0 ? 0 : errno;
}

std::string now_as_text()
{
    std::timespec now{};
    std::timespec_get(&now, TIME_UTC);
    std::tm utc{};
    gmtime_r(&now.tv_sec, &utc);
    char text[32], whole[48];
    std::strftime(text, sizeof text, "%Y%m%dT%H%M%S", &utc);
    std::snprintf(whole, sizeof whole, "%s.%09ldZ", text, now.tv_nsec);
    return whole;
}
} // namespace

int write_safely(const std::string& path, const std::string& text)
{
    const std::string temporary = path + ".new";
    File file(temporary, O_WRONLY | O_CREAT | O_TRUNC);
    if (!file) return errno;
    if (!write_all(file.handle(), text) || fsync(file.handle()) != 0 || !file.close() ||
        std::rename(temporary.c_str(), path.c_str()) != 0) {
        const int why = errno;
        ::unlink(temporary.c_str()); // what is left of it may be what fills the disk
        return why;
    }
    return sync_folder_of(path);
}

int remove_safely(const std::string& path)
{
    if (::unlink(path.c_str()) != 0) return errno == ENOENT ? 0 : errno;
    return sync_folder_of(path);
}

std::string set_aside(const std::string& path)
{
    const std::string stem = path + ".damaged-", aside = stem + now_as_text();
    std::error_code failure;
    if (std::rename(path.c_str(), aside.c_str()) != 0) return {};
    std::vector<std::string> all;
    for (const auto& entry : fs::directory_iterator(fs::path(path).parent_path(), failure))
        if (entry.path().string().starts_with(stem)) all.push_back(entry.path().string());
    std::ranges::sort(all);
    for (std::size_t i = 0; i + kept_damaged < all.size(); ++i) ::unlink(all[i].c_str());
    sync_folder_of(path);
    return aside;
}

} // namespace fohd::daemon

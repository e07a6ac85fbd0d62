#include "daemon/safe_file.h"

#include "config/file_text.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
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
/// A link to what is there, under the next number; where a file system has none it is renamed.
int keep_other(const fs::path& path, const std::string& text, std::string& kept)
{
    std::error_code failure;
    if (fs::symlink_status(path, failure).type() == fs::file_type::not_found) return 0;
    if (config::read_text(path, text.size()).text == text) return 0;
    const std::string front = path.stem().string() + ".", end = path.extension();
    long highest = 0;
    for (const auto& entry : fs::directory_iterator(path.parent_path(), failure)) {
        const std::string name = entry.path().filename();
        if (name.size() <= front.size() + end.size() || !name.starts_with(front) || !name.ends_with(end)) continue;
        const char* const last = name.data() + name.size() - end.size();
        long number = 0;
        const auto [stop, bad] = std::from_chars(name.data() + front.size(), last, number);
        if (bad == std::errc{} && stop == last && number < 1'000'000) highest = std::max(highest, number);
    }
    kept = (path.parent_path() / (front + std::to_string(highest + 1) + end)).string();
    if (::link(path.c_str(), kept.c_str()) == 0) return 0;
    if (errno == EEXIST) return errno;
    return std::rename(path.c_str(), kept.c_str()) == 0 ? 0 : errno;
}

/// The new text is whole in its temporary file before `about_to_replace` is called.
template <class Call> int write(const std::string& path, const std::string& text, Call about_to_replace)
{
    const std::string temporary = path + ".new";
    File file(temporary, O_WRONLY | O_CREAT | O_TRUNC);
    if (!file) return errno;
    int why = !write_all(file.handle(), text) || fsync(file.handle()) != 0 || !file.close() ? errno : 0;
    if (!why) why = about_to_replace();
    if (!why && std::rename(temporary.c_str(), path.c_str()) != 0) why = errno;
    if (why) ::unlink(temporary.c_str()); // what is left of it may be what fills the disk
    return why ? why : sync_folder_of(path);
}
} // namespace

int write_safely(const std::string& path, const std::string& text)
{
    return write(path, text, [] { return 0; });
}

int write_beside(const std::string& path, const std::string& text, std::string& kept)
{
    return write(path, text, [&] { return keep_other(path, text, kept); });
}

int append_safely(const std::string& path, const std::string& text)
{
    File file(path, O_WRONLY | O_CREAT | O_APPEND);
    if (!file) return errno;
    const auto before = ::lseek(file.handle(), 0, SEEK_END);
    if (!write_all(file.handle(), text) || fdatasync(file.handle()) != 0) {
        const int why = errno;
        if (::ftruncate(file.handle(), before) != 0) return errno;
        return why;
    }
    return before == 0 ? sync_folder_of(path) : 0;
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

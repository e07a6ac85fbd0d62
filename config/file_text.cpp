#include "config/file_text.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <unistd.h>

namespace fohd::config {
namespace {

constexpr std::size_t chunk = 65536; // bytes: no file costs more than it has

} // namespace

std::string what_is_no_file(const std::string& path)
{
    using Kind = std::filesystem::file_type;
    std::error_code unknown;
    switch (std::filesystem::status(path, unknown).type()) {
    case Kind::regular:
    case Kind::not_found:
    case Kind::none: return {}; // no right to look: whoever opens it hears why
    case Kind::directory: return "it is a directory";
    default: return "it is no regular file";
    }
}

ReadText read_text(const std::string& path, std::size_t most)
{
    if (std::string wrong = what_is_no_file(path); !wrong.empty()) return {{}, std::move(wrong)};
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return {{}, std::strerror(errno), errno == ENOENT};
    ReadText read{std::string(), {}};
    for (std::size_t size = 0; size <= most;) {
        read.text->resize(std::min(size + chunk, most + 1));
        const auto got = ::read(file, read.text->data() + size, read.text->size() - size);
        if (got < 0 && errno != EINTR) {
            read = {{}, std::strerror(errno)};
            break;
        }
        size += static_cast<std::size_t>(std::max<ssize_t>(got, 0));
        read.text->resize(size);
        if (got == 0) break;
    }
    ::close(file);
    return read;
}

} // namespace fohd::config

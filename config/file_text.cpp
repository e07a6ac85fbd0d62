#include "config/file_text.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <unistd.h>

namespace fohd::config {

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
    ReadText read{std::string(most + 1, '\0'), {}};
    std::size_t size = 0;
    while (size < read.text->size()) {
        const auto got = ::read(file, read.text->data() + size, read.text->size() - size);
        if (got == 0) break;
        if (got > 0) {
            size += static_cast<std::size_t>(got);
        } else if (errno != EINTR) {
            read = {{}, std::strerror(errno)};
            break;
        }
    }
    ::close(file);
    if (!read.text) return read;
    read.text->resize(size);
    read.text->shrink_to_fit();
    return read;
}

} // namespace fohd::config

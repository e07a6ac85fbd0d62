#include "daemon/files/wav_header.h"

#include <array>
#include <fstream>
#include <string_view>

namespace fohd::daemon {
namespace {

constexpr std::uint32_t unknown = 0x7fff'0000; // streams write this or more

std::uint64_t number(const char* from, int bytes)
{
    std::uint64_t value = 0;
    for (int i = bytes - 1; i >= 0; --i) value = value << 8 | static_cast<unsigned char>(from[i]);
    return value;
}
} // namespace

// EBU Tech 3306 for RF64; a chunk is a name, a size and so many bytes, padded to an even number.
std::optional<std::int64_t> declared_frames(const std::string& path)
{
    std::ifstream file(path, std::ios::binary);
    std::array<char, 24> bytes{};
    const auto read = [&](int count) { return static_cast<bool>(file.read(bytes.data(), count)); };
    if (!read(12) || std::string_view(bytes.data() + 8, 4) != "WAVE") return {};
    const std::string form(bytes.data(), 4);
    if (form != "RIFF" && form != "RF64") return {};
    std::uint64_t frame_bytes = 0, long_size = 0;
    constexpr int most_chunks = 1000;
    for (int n = 0; n < most_chunks && read(8); ++n) {
        const std::string name(bytes.data(), 4);
        const std::uint64_t size = number(bytes.data() + 4, 4);
        if (name == "data") {
            const std::uint64_t sound = form == "RF64" && size == 0xffff'ffff ? long_size : size;
            if (frame_bytes == 0 || (form == "RIFF" && size >= unknown)) return {};
            return static_cast<std::int64_t>(sound / frame_bytes);
        }
        std::uint64_t used = 0;
        if (name == "fmt " && size >= 16) {
            if (!read(16)) return {};
            used = 16;
            const auto kind = number(bytes.data(), 2), channels = number(bytes.data() + 2, 2),
                       align = number(bytes.data() + 12, 2), bits = number(bytes.data() + 14, 2);
            const bool plain =
                kind == 1 || kind == 3 || kind == 0xfffe; // integers, floats, and either by a longer name
            if (plain && align == channels * ((bits + 7) / 8)) frame_bytes = align;
        } else if (name == "ds64" && size >= 24) {
            if (!read(24)) return {};
            used = 24;
            long_size = number(bytes.data() + 8, 8);
        }
        file.seekg(static_cast<std::streamoff>(size + (size & 1) - used), std::ios::cur);
    }
    return {};
}

} // namespace fohd::daemon

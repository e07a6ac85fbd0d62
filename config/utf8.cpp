#include "config/utf8.h"

#include <algorithm>

namespace fohd::config {
namespace {

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

/// Length of the UTF-8 sequence at the front, 0 where there is none. Unicode 15, table 3-7.
std::size_t sequence(std::string_view text)
{
    const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
    const unsigned first = byte(0);
    if (first < 0x80) return 1;
    std::size_t length = first >= 0xc2 && first <= 0xdf   ? 2
                         : first >= 0xe0 && first <= 0xef ? 3
                         : first >= 0xf0 && first <= 0xf4 ? 4
                                                          : 0;
    if (length == 0 || text.size() < length) return 0;
    const unsigned low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    const unsigned high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    if (byte(1) < low || byte(1) > high) return 0;
    for (std::size_t i = 2; i < length; ++i)
        if (!continues(text[i])) return 0;
    return length;
}
} // namespace

std::optional<Error> find_bad_character(std::string_view text)
{
    int line = 1, column = 1;
    for (std::size_t i = 0; i < text.size();) {
        const auto c = static_cast<unsigned char>(text[i]);
        const std::size_t length = sequence(text.substr(i));
        if (length == 0) return Error{line, column, "this byte is not UTF-8 text; save the file as UTF-8"};
        if (c == 0) return Error{line, column, "a NUL character does not belong into a text file"};
        if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7f)
            return Error{line, column, "a control character does not belong into a text file"};
        i += length;
        ++column;
        if (c == '\n') ++line, column = 1;
    }
    return std::nullopt;
}

std::string as_utf8(std::string_view text)
{
    std::string valid;
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t length = sequence(text.substr(i));
        valid += length == 0 ? "\xef\xbf\xbd" : text.substr(i, length);
        i += std::max<std::size_t>(length, 1);
    }
    return valid;
}
} // namespace fohd::config

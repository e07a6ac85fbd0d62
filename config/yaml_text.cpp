#include "config/yaml_text.h"
#include <algorithm>
#include <array>

namespace fohd::config {
namespace {

bool is_word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

/// Whether YAML reads these characters, in a list or map of one line too, as a text and nothing else.
bool is_plain(std::string_view text)
{
    constexpr std::array<std::string_view, 3> nulls{"null", "Null", "NULL"};
    if (text.empty() || std::ranges::find(nulls, text) != nulls.end()) return false;
    const bool begins = is_word(text[0]) || text[0] == '/' || (text[0] == '-' && text.size() > 1 && is_word(text[1]));
    return begins && text.back() != ' ' && std::ranges::all_of(text, [](char c) {
               return is_word(c) || std::string_view(" /._%+-").find(c) != std::string_view::npos;
           });
}
} // namespace

std::string yaml_scalar(std::string_view text)
{
    if (is_plain(text)) return std::string(text);
    std::string quoted = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') quoted += '\\';
        quoted += c;
    }
    return quoted + '"';
}
} // namespace fohd::config

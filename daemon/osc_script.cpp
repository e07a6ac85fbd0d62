#include "daemon/osc_script.h"

#include <charconv>
#include <fstream>
#include <string_view>

namespace fohd::daemon {
namespace {

constexpr const char* blank = " \t\r,";

/// Takes the first word off `text`. Words end at a blank or a comma, but not inside the braces of a pattern.
std::string take_word(std::string& text)
{
    text.erase(0, std::min(text.find_first_not_of(blank), text.size()));
    std::size_t end = 0;
    for (bool braces = false; end < text.size(); ++end) {
        if (text[end] == '{') braces = true;
        if (text[end] == '}') braces = false;
        if (!braces && std::string_view(blank).find(text[end]) != std::string_view::npos) break;
    }
    std::string word = text.substr(0, end);
    text.erase(0, std::min(text.find_first_not_of(blank, end), text.size()));
    return word;
}

/// Empty, or what is wrong with the line.
std::string parse(std::string text, std::int64_t earliest, ScriptLine& out)
{
    const std::string frame = take_word(text);
    const auto [end, failure] = std::from_chars(frame.data(), frame.data() + frame.size(), out.frame);
    if (failure != std::errc{} || end != frame.data() + frame.size() || out.frame < 0)
        return "`" + frame + "` is not a frame; a line is FRAME ADDRESS VALUE";
    if (out.frame < earliest)
        return "frame " + frame + " is before the line above; lines stand in the order of their frames";
    out.address = take_word(text);
    if (out.address.empty() || out.address[0] != '/')
        return "`" + out.address + "` is not an address; one begins with /";
    text.erase(text.find_last_not_of(blank) + 1);
    if (text.empty()) return "there is no value after " + out.address;
    out.value = text;
    return {};
}
} // namespace

OrError<std::vector<ScriptLine>> load_script(const std::string& path)
{
    std::ifstream file(path);
    if (!file) return Error{path + ":1:1: error: the file cannot be read; check its path and permissions"};
    std::vector<ScriptLine> lines;
    std::string text, errors;
    std::int64_t earliest = 0;
    constexpr int most_errors = 100; // what has more is no script, and may never end
    int error_count = 0;
    for (int number = 1; error_count < most_errors && std::getline(file, text); ++number) {
        const auto begin = text.find_first_not_of(blank);
        if (begin == std::string::npos || text[begin] == '#') continue;
        ScriptLine line{number, 0, {}, {}};
        const std::string error = parse(text, earliest, line);
        if (!error.empty()) {
            errors += (errors.empty() ? "" : "\n") + path + ":" + std::to_string(number) + ":" +
                      std::to_string(begin + 1) + ": error: " + error;
            ++error_count;
        } else {
            earliest = line.frame;
        }
        lines.push_back(std::move(line));
    }
    if (!errors.empty()) return Error{errors};
    return lines;
}

} // namespace fohd::daemon

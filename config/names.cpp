#include "config/names.h"
#include "config/config.h"
#include <algorithm>
#include <array>

namespace fohd::config {

bool check_name(const std::string& name, Position at, std::string_view what, Problems& problems)
{
    const auto legal = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    };
    if (!name.empty() && name.size() <= max_name && std::ranges::all_of(name, legal)) return true;
    problems.error(at, quoted(name) + " cannot be the name of " + std::string(what) + "; allowed: 1 to " +
                           std::to_string(max_name) + " letters a-z, A-Z, digits, `_` and `-`");
    return false;
}

std::span<const std::string_view> reserved_names()
{
    static constexpr std::array<std::string_view, 8> names{"fader", "pan",   "mute",     "polarity",
                                                           "send",  "meter", "loudness", "solo"};
    return names;
}

bool is_reserved(std::string_view name) { return std::ranges::find(reserved_names(), name) != reserved_names().end(); }

namespace {
std::vector<std::string> one_a_channel(const std::string& name, int channels)
{
    if (channels == 1) return {name};
    std::vector<std::string> names;
    for (int channel = 1; channel <= channels; ++channel) names.push_back(name + "_" + std::to_string(channel));
    return names;
}
} // namespace

std::vector<std::string> port_names(const dsp::Strip& strip) { return one_a_channel(strip.name, strip.channels); }

std::vector<std::string> port_names(const dsp::Strip& strip, const dsp::ProcessorNode& node, std::string_view what)
{
    return one_a_channel(strip.name + "_" + node.name + "_" + std::string(what), strip.channels);
}

std::vector<std::string> settings_of(const dsp::ProcessorNode& node, std::string_view id)
{
    std::vector<std::string> texts;
    for (const auto& [name, text] : node.settings)
        if (name == id) texts.push_back(text);
    return texts;
}
} // namespace fohd::config

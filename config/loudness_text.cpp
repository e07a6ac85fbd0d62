#include "config/loudness_text.h"
#include "config/fields.h"
#include "config/own_file.h"
#include "dsp/kernels/loudness_design.h"

#include <charconv>
#include <cmath>
#include <cstdio>

namespace fohd::config {
namespace {

/// The shortest text that is read back to the bit.
template <class Number> std::string number_text(Number number)
{
    char text[32];
    return {text, std::to_chars(text, text + sizeof text, number).ptr};
}

template <class Number> std::optional<Number> read_number(const Node& node)
{
    Number number{};
    const char* const end = node.text.data() + node.text.size();
    const auto read = std::from_chars(node.text.data(), end, number);
    if (node.kind != Node::Kind::scalar || read.ec != std::errc() || read.ptr != end) return std::nullopt;
    return number;
}

double energy_of(int level) { return dsp::energy_of(level / 100.0); }

/// Whether a mean lies in its class, but for rounding.
bool belongs(const LoudnessClass& one)
{
    constexpr int last = lowest_class + class_width * (class_count - 1);
    const double mean = one.energy / static_cast<double>(one.count), rounding = 1e-6;
    return mean >= energy_of(one.level) * (1 - rounding) && std::isfinite(mean) &&
           (one.level == last || mean <= energy_of(one.level + class_width) * (1 + rounding));
}

std::string classes_text(std::string_view key, const std::vector<LoudnessClass>& classes)
{
    if (classes.empty()) return {};
    std::string text = std::string(key) + ":\n";
    for (const LoudnessClass& each : classes) {
        char level[16];
        std::snprintf(level, sizeof level, "%.2f", each.level / 100.0);
        text += "  " + std::string(level) + ": [" + number_text(each.count) + ", " + number_text(each.energy) + "]\n";
    }
    return text;
}

std::optional<LoudnessClass> read_class(const Entry& entry)
{
    double lufs = 0;
    const char* const end = entry.key.data() + entry.key.size();
    const auto read = std::from_chars(entry.key.data(), end, lufs);
    if (read.ec != std::errc() || read.ptr != end || !(std::abs(lufs) < 100)) return std::nullopt;
    const int level = static_cast<int>(std::lround(lufs * 100)), index = (level - lowest_class) / class_width;
    if (level < lowest_class || (level - lowest_class) % class_width != 0 || index >= class_count) return std::nullopt;
    if (entry.value.kind != Node::Kind::list || entry.value.items.size() != 2) return std::nullopt;
    const auto count = read_number<std::uint64_t>(entry.value.items[0]);
    const auto energy = read_number<double>(entry.value.items[1]);
    if (!count || *count == 0 || !energy) return std::nullopt;
    const LoudnessClass one{level, *count, *energy};
    return belongs(one) ? std::optional(one) : std::nullopt;
}

std::vector<LoudnessClass> read_classes(Fields& fields, std::string_view key)
{
    std::vector<LoudnessClass> classes;
    const Node* node = fields.take(key);
    if (!node) return classes;
    if (node->kind != Node::Kind::map) fields.problems().error(node->at, std::string(key) + " takes a map of classes");
    for (const Entry& entry : node->entries) {
        const auto one = read_class(entry);
        if (!one || (!classes.empty() && one->level <= classes.back().level)) {
            fields.problems().error(entry.at,
                                    quoted(entry.key) + " is no LUFS: [COUNT, ENERGY] of a class in its order");
            break;
        }
        classes.push_back(*one);
    }
    return classes;
}

void read_maximum(Fields& fields, std::string_view key, float& to)
{
    const Node* node = fields.take(key);
    if (!node) return;
    const auto number = read_number<float>(*node);
    if (number && *number >= -120 && *number <= 200)
        to = *number;
    else
        fields.problems().error(node->at, std::string(key) + " takes a number of LUFS or dBTP; allowed: -120..200");
}
} // namespace

std::string loudness_text(const Integration& integration)
{
    return "# The loudness of this strip since its reset: the maxima in LUFS and dBTP, and how often each loudness "
           "occurred,\n"
           "# as LUFS: [how often, sum of energies]. Blocks are of 400 ms, windows of 3 s, ten of each a second.\n"
           "fohd-loudness: 1\n"
           "channels: " +
           number_text(integration.channels) + "\nmax: {momentary: " + number_text(integration.max_momentary) +
           ", shortterm: " + number_text(integration.max_shortterm) +
           ", truepeak: " + number_text(integration.max_truepeak) + "}\n" + classes_text("blocks", integration.blocks) +
           classes_text("windows", integration.windows) + "end: true\n";
}

ReadIntegration read_loudness(std::string_view text)
{
    Problems problems;
    Integration integration;
    if (const auto root = read_yaml(text, problems)) {
        Fields fields(*root, "the loudness", problems);
        check_version(fields, "fohd-loudness");
        int channels = 0;
        fields.integer("channels", 1, max_channels, channels);
        if (channels == 0 && !problems.has_errors()) problems.error({}, "it does not say how many channels it is of");
        integration.channels = static_cast<unsigned>(channels);
        if (const Node* node = fields.take("max")) {
            Fields maxima(*node, "max", problems);
            read_maximum(maxima, "momentary", integration.max_momentary);
            read_maximum(maxima, "shortterm", integration.max_shortterm);
            read_maximum(maxima, "truepeak", integration.max_truepeak);
            maxima.finish();
        }
        integration.blocks = read_classes(fields, "blocks");
        integration.windows = read_classes(fields, "windows");
        check_end(fields);
        fields.finish();
    }
    auto error = first_error(problems);
    if (!error.empty()) return {{}, std::move(error)};
    return {std::move(integration), {}};
}
} // namespace fohd::config

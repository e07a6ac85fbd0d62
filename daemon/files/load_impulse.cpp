#include "daemon/files/load_impulse.h"

#include "daemon/files/sound_file.h"
#include "daemon/files/wav_header.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace fohd::daemon {
namespace {

constexpr int lowest_rate = 4000, highest_rate = 384'000;
constexpr float highest_peak = 1000; // integers in a float file are a thousand times louder

std::string what_is_wrong(const std::string& path, const SoundFormat& format)
{
    if (format.channels > config::max_channels)
        return path + " has " + std::to_string(format.channels) +
               " channels; allowed: " + std::to_string(config::max_channels) + " at most";
    if (format.rate < lowest_rate || format.rate > highest_rate)
        return path + " has a rate of " + std::to_string(format.rate) + " Hz; allowed: " + std::to_string(lowest_rate) +
               ".." + std::to_string(highest_rate);
    return {};
}

float peak_of(const dsp::Impulse::Channels& channels)
{
    float peak = 0;
    for (const auto& channel : channels)
        for (const float sample : channel) peak = std::max(peak, std::abs(sample));
    return peak;
}

/// The first frame of [from, end) in which a channel exceeds a level, or `end`.
std::size_t first_above(const dsp::Impulse::Channels& channels, float level, std::size_t from, std::size_t end)
{
    for (std::size_t i = from; i < end; ++i)
        for (const auto& channel : channels)
            if (std::abs(channel[i]) > level) return i;
    return end;
}
} // namespace

config::ReadImpulse load_impulse(const std::string& path)
{
    {
        const auto reader = SoundReader::open(path);
        if (!reader) return {{}, reader.error()};
        if (const std::string wrong = what_is_wrong(path, reader->format()); !wrong.empty()) return {{}, wrong};
    }
    auto sound = load_sound(path, longest_impulse_seconds);
    if (!sound) return {{}, sound.error()};
    for (const auto& channel : sound->channels)
        if (!std::ranges::all_of(channel, [](float sample) { return std::isfinite(sample); }))
            return {{}, path + " has samples in it that are no numbers; export it again"};
    if (peak_of(sound->channels) > highest_peak)
        return {{}, path + " peaks above +60 dBFS; allowed: up to that, so export it at full scale"};
    if (peak_of(sound->channels) == 0) return {{}, path + " is silent; allowed: a response with sound in it"};
    std::string cut;
    const std::int64_t there = sound->frames();
    if (const auto declared = declared_frames(path); declared && *declared > there)
        cut = path + " is cut off: it says that it has " + std::to_string(*declared) + " frames, and " +
              std::to_string(there) + " are there; copy or export it again";
    return {std::make_shared<dsp::Impulse>(std::move(sound->channels), sound->rate, resampled_response), cut};
}

dsp::Impulse::Channels resampled_response(const dsp::Impulse::Channels& response, int from, int to)
{
    // Silence before and after for the converter to ring in, whole frames at both rates.
    const int common = std::gcd(from, to), step_in = from / common, step_out = to / common;
    constexpr double reach = 200; // frames of the slower rate
    const auto steps = static_cast<int>(std::ceil(reach * std::max(1.0, static_cast<double>(from) / to) / step_in));
    const auto lead_in = static_cast<std::size_t>(steps * step_in),
               lead_out = static_cast<std::size_t>(steps * step_out);
    Sound padded{from, {}};
    for (const auto& channel : response) {
        auto& row = padded.channels.emplace_back(channel.size() + 2 * lead_in, 0.0f);
        std::ranges::copy(channel, row.begin() + static_cast<std::ptrdiff_t>(lead_in));
    }
    auto channels = resampled(padded, to, Converter::best).channels;

    const float peak = peak_of(channels);
    const std::size_t begin = first_above(channels, 1e-3f * peak, 0, lead_out);
    std::size_t end = channels.front().size();
    while (end > begin + 1 && first_above(channels, 1e-7f * peak, end - 1, end) == end) --end; // -140 dB is no tail
    const float scale = static_cast<float>(from) / static_cast<float>(to);
    for (auto& channel : channels) {
        channel.resize(end);
        channel.erase(channel.begin(), channel.begin() + static_cast<std::ptrdiff_t>(begin));
        for (float& sample : channel) sample *= scale;
    }
    return channels;
}

void prepare_impulses(const dsp::Description& graph, int rate)
{
    for (const dsp::Strip& strip : graph.strips)
        for (const dsp::ProcessorNode& node : strip.chain)
            if (node.impulse.impulse) node.impulse.impulse->at(rate);
}

} // namespace fohd::daemon

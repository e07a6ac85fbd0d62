#include "control/readings.h"

#include <utility>

namespace fohd::control {
namespace {

using Kind = Reading::Kind;

constexpr std::pair<const char*, Kind> loudness_paths[] = {
    {"momentary", Kind::momentary},         {"shortterm", Kind::shortterm},
    {"integrated", Kind::integrated},       {"range", Kind::range},
    {"truepeak", Kind::truepeak},           {"max/momentary", Kind::max_momentary},
    {"max/shortterm", Kind::max_shortterm}, {"max/truepeak", Kind::max_truepeak},
};

} // namespace

std::vector<Reading> readings_of(const dsp::Description& description)
{
    std::vector<Reading> readings;
    for (std::size_t s = 0; s < description.strips.size(); ++s) {
        const auto& strip = description.strips[s];
        const auto address = dsp::address_of(strip);
        const int index = static_cast<int>(s);
        readings.push_back({address + "/meter/peak", Kind::peak, index, -1, strip.channels});
        readings.push_back({address + "/meter/rms", Kind::rms, index, -1, strip.channels});
        for (std::size_t n = 0; n < strip.chain.size(); ++n) {
            const dsp::ProcessorType& type = *strip.chain[n].type;
            const int processor = static_cast<int>(n);
            const auto meters = address + "/" + strip.chain[n].name + "/meter/";
            if (type.reduces())
                readings.push_back({meters + "reduction", Kind::reduction, index, processor, strip.channels});
            for (std::size_t r = 0; r < type.readings.size(); ++r)
                readings.push_back({meters + std::string(type.readings[r].id), Kind::told, index, processor,
                                    type.readings[r].count(strip.channels), type.values_before(r, strip.channels)});
        }
        if (!strip.loudness) continue;
        for (const auto& [path, kind] : loudness_paths)
            readings.push_back({address + "/loudness/" + path, kind, index, -1, 1});
    }
    return readings;
}

} // namespace fohd::control

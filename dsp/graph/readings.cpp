#include "dsp/graph/readings.h"
#include <algorithm>
#include <map>

namespace fohd::dsp {
namespace {

/// As many as there are channels: those of before, if any, and new ones.
template <class Reading>
std::vector<std::shared_ptr<Reading>> by_channel(int channels, const std::vector<std::shared_ptr<Reading>>* before)
{
    auto readings = before ? *before : std::vector<std::shared_ptr<Reading>>();
    readings.resize(static_cast<std::size_t>(channels));
    for (auto& reading : readings)
        if (!reading) reading = std::make_shared<Reading>();
    return readings;
}
} // namespace

GraphReadings::GraphReadings(const Description& description, const GraphReadings* before)
    : bad_samples_(before ? before->bad_samples_ : std::make_shared<std::atomic<std::uint64_t>>(0))
{
    std::map<std::string_view, const Place*> old;
    if (before)
        for (const Place& place : before->places_) old[place.address] = &place;
    for (const Strip& strip : description.strips) {
        Place& place = places_.emplace_back(Place{address_of(strip), {}, {}});
        const auto found = old.find(place.address);
        const Place* const was = found == old.end() ? nullptr : found->second;
        place.meters = by_channel(strip.channels, was ? &was->meters : nullptr);
        for (const ProcessorNode& node : strip.chain) {
            const Processor* same = nullptr;
            if (was)
                for (const Processor& each : was->chain)
                    if (each.name == node.name && each.type == node.type) same = &each;
            Processor& processor = place.chain.emplace_back(Processor{node.name, node.type, {}, {}, {}});
            processor.reductions = by_channel(strip.channels, same ? &same->reductions : nullptr);
            const int told = node.type->values_before(node.type->readings.size(), strip.channels);
            if (same && was->meters.size() == place.meters.size())
                processor.told = same->told;
            else
                processor.told = std::make_unique<std::atomic<float>[]>(static_cast<std::size_t>(told));
            if (const std::size_t learned = node.type->learned.size(); learned > 0)
                processor.learned = same
                                        ? same->learned
                                        : std::make_shared<NewestSlot<std::vector<float>>>(std::vector<float>(learned));
        }
    }
}
} // namespace fohd::dsp

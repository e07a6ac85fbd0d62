#include "dsp/graph/readings.h"
#include <algorithm>
#include <map>

namespace fohd::dsp {

GraphReadings::GraphReadings(const Description& description)
{
    int meters = 0, reductions = 0, told = 0;
    for (const Strip& strip : description.strips) {
        Place& place = places_.emplace_back(Place{address_of(strip), {}, {}});
        for (const ProcessorNode& node : strip.chain) {
            place.chain.push_back(node.name);
            place.first_told.push_back(told);
            told += node.type->values_before(node.type->readings.size(), strip.channels);
        }
        first_meter_.push_back(meters);
        first_reduction_.push_back(reductions);
        channels_.push_back(strip.channels);
        meters += strip.channels;
        reductions += strip.channels * static_cast<int>(strip.chain.size());
    }
    meters_ = std::make_unique<Meter[]>(static_cast<std::size_t>(meters));
    reductions_ = std::make_unique<Reduction[]>(static_cast<std::size_t>(reductions));
    told_ = std::make_unique<std::atomic<float>[]>(static_cast<std::size_t>(told));
}

void GraphReadings::go_on(GraphReadings& from)
{
    constexpr auto relaxed = std::memory_order_relaxed;
    bad_samples.store(from.bad_samples.load(relaxed), relaxed);
    std::map<std::string_view, int> old;
    for (std::size_t s = 0; s < from.places_.size(); ++s) old[from.places_[s].address] = static_cast<int>(s);
    for (std::size_t t = 0; t < places_.size(); ++t) {
        const auto found = old.find(places_[t].address);
        if (found == old.end()) continue;
        const int to = static_cast<int>(t), s = found->second;
        const auto& chain = from.places_[static_cast<std::size_t>(s)].chain;
        for (int c = 0; c < std::min(channels_[t], from.channels_[static_cast<std::size_t>(s)]); ++c) {
            peak(to, c).store(from.peak(s, c).load(relaxed), relaxed);
            mean_square(to, c).store(from.mean_square(s, c).load(relaxed), relaxed);
            top(to, c).store(from.top(s, c).load(relaxed), relaxed);
            clips(to, c).store(from.clips(s, c).load(relaxed), relaxed);
            for (std::size_t n = 0; n < places_[t].chain.size(); ++n)
                if (const auto node = std::ranges::find(chain, places_[t].chain[n]); node != chain.end())
                    most_reduction(to, static_cast<int>(n), c)
                        .store(from.most_reduction(s, static_cast<int>(node - chain.begin()), c).load(relaxed),
                               relaxed);
        }
    }
}

std::size_t GraphReadings::reduction_index(int strip, int node, int channel) const
{
    const auto s = static_cast<std::size_t>(strip);
    return static_cast<std::size_t>(first_reduction_[s] + node * channels_[s] + channel);
}

std::atomic<float>& GraphReadings::reduction(int strip, int node, int channel)
{
    return reductions_[reduction_index(strip, node, channel)].now;
}

std::atomic<float>& GraphReadings::told(int strip, int node, int value)
{
    const auto& first = places_[static_cast<std::size_t>(strip)].first_told;
    return told_[static_cast<std::size_t>(first[static_cast<std::size_t>(node)] + value)];
}

std::atomic<float>& GraphReadings::most_reduction(int strip, int node, int channel)
{
    return reductions_[reduction_index(strip, node, channel)].most;
}
} // namespace fohd::dsp

#include "dsp/graph/readings.h"

namespace fohd::dsp {

GraphReadings::GraphReadings(const Description& description)
{
    int meters = 0, reductions = 0;
    for (const Strip& strip : description.strips) {
        first_meter_.push_back(meters);
        first_reduction_.push_back(reductions);
        channels_.push_back(strip.channels);
        meters += strip.channels;
        reductions += strip.channels * static_cast<int>(strip.chain.size());
    }
    meters_ = std::make_unique<Meter[]>(static_cast<std::size_t>(meters));
    reductions_ = std::make_unique<Reduction[]>(static_cast<std::size_t>(reductions));
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

std::atomic<float>& GraphReadings::most_reduction(int strip, int node, int channel)
{
    return reductions_[reduction_index(strip, node, channel)].most;
}
} // namespace fohd::dsp

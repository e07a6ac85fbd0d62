#include "daemon/loudness/rack.h"

#include <algorithm>
#include <utility>

namespace fohd::daemon::loudness {

/// Hands a strip's sound to its meter.
class Rack::Writer final : public dsp::SoundTap {
public:
    explicit Writer(std::shared_ptr<Tap> tap) : tap_(std::move(tap)) {}
    void write(const float* const* channels, int frames) noexcept override
    {
        tap_->write(channels, static_cast<std::size_t>(frames));
    }

private:
    std::shared_ptr<Tap> tap_;
};

Rack::Rack(Service* service) : service_(service) {}

Rack::~Rack() = default;

void Rack::serve(const dsp::Description& description, int rate)
{
    std::map<std::string, std::shared_ptr<Tap>> served;
    taps_.clear();
    for (std::size_t s = 0; s < description.strips.size(); ++s) {
        const dsp::Strip& strip = description.strips[s];
        if (!strip.loudness) continue;
        const std::string address = dsp::address_of(strip);
        const auto known = by_address_.find(address);
        std::shared_ptr<Tap> tap;
        if (known != by_address_.end() && known->second->channels() == static_cast<unsigned>(strip.channels)) {
            tap = known->second;
            by_address_.erase(known);
        } else {
            tap = std::make_shared<Tap>(static_cast<unsigned>(strip.channels), static_cast<unsigned>(rate));
            writers_[tap.get()] = std::make_unique<Writer>(tap);
            if (service_) service_->add(tap);
        }
        taps_[static_cast<int>(s)] = tap;
        served[address] = tap;
    }
    for (const auto& [address, tap] : by_address_) {
        past_gaps_ += tap->gaps().count;
        if (service_) service_->remove(tap.get());
    }
    by_address_ = std::move(served);
}

void Rack::set_rate(int rate)
{
    for (const auto& [strip, tap] : taps_) tap->set_rate(static_cast<unsigned>(rate));
}

void Rack::connect(dsp::Graph& graph)
{
    for (const auto& [strip, tap] : taps_) graph.connect_loudness(strip, writers_.at(tap.get()).get());
    graph_taps_ = taps_;
}

void Rack::forget_others()
{
    const auto is = [](const Tap* sought) { return [sought](const auto& tap) { return tap.second.get() == sought; }; };
    std::erase_if(writers_, [&](const auto& writer) {
        return std::ranges::none_of(taps_, is(writer.first)) && std::ranges::none_of(graph_taps_, is(writer.first));
    });
}

std::uint64_t Rack::gaps() const
{
    std::uint64_t gaps = past_gaps_;
    for (const auto& [strip, tap] : taps_) gaps += tap->gaps().count;
    return gaps;
}

} // namespace fohd::daemon::loudness

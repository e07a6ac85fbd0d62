#include "daemon/engine.h"

#include <algorithm>
#include <cmath>

namespace fohd::daemon {

/// Hands a strip's sound to its meter.
class Engine::TapWriter final : public dsp::SoundTap {
public:
    explicit TapWriter(std::shared_ptr<loudness::Tap> tap) : tap_(std::move(tap)) {}
    void write(const float* const* channels, int frames) noexcept override
    {
        tap_->write(channels, static_cast<std::size_t>(frames));
    }

private:
    std::shared_ptr<loudness::Tap> tap_;
};

Engine::Engine(const dsp::Description& description, int rate)
    : description_(description), layout_(description), rate_(rate), values_(layout_.initial_values()),
      readings_(std::make_shared<dsp::GraphReadings>(description_))
{
    for (std::size_t s = 0; s < description.strips.size(); ++s) {
        const dsp::Strip& strip = description.strips[s];
        if (!strip.loudness) continue;
        const auto tap =
            std::make_shared<loudness::Tap>(static_cast<unsigned>(strip.channels), static_cast<unsigned>(rate));
        taps_[static_cast<int>(s)] = tap;
        writers_.push_back(std::make_unique<TapWriter>(tap));
    }
    auto first = build();
    const int outputs = first->plan().output_endpoints;
    output_count_ = static_cast<std::size_t>(outputs);
    performer_ = std::make_unique<dsp::Performer>(std::move(first), outputs, rate);
}

Engine::~Engine() = default;

std::unique_ptr<dsp::Graph> Engine::build()
{
    auto graph = std::make_unique<dsp::Graph>(description_, rate_, values_, dsp::usable_kernels(), readings_);
    auto writer = writers_.begin();
    for (const auto& [strip, tap] : taps_) graph->connect_loudness(strip, (writer++)->get());
    return graph;
}

void Engine::set_rate(int rate)
{
    rate_ = rate;
    for (const auto& [strip, tap] : taps_) tap->set_rate(static_cast<unsigned>(rate));
    waiting_.clear();
    built_once_ = false;
    performer_ = std::make_unique<dsp::Performer>(build(), static_cast<int>(output_count_), rate);
}

void Engine::apply(std::span<const float> values, std::span<const int> changed)
{
    values_.assign(values.begin(), values.end());
    std::set<int> slices;
    for (int parameter : changed) slices.insert(layout_.parameters[static_cast<std::size_t>(parameter)].slice);
    dsp::Graph& graph = performer_->graph();
    std::vector<int> now;
    for (int slice : slices) {
        if (graph.fits(values_, {&slice, 1})) {
            waiting_.erase(slice);
            now.push_back(slice);
        } else {
            waiting_.insert(slice);
        }
    }
    if (!now.empty()) graph.set(values_, now);
}

void Engine::read(const control::Reading& reading, std::span<float> values)
{
    using Kind = control::Reading::Kind;
    constexpr loudness::Reading nothing{};
    const auto tap = taps_.find(reading.strip);
    const loudness::Reading loud = tap == taps_.end() ? nothing : tap->second->reading();
    const auto decibels = [](float power) {
        return std::max(10 * std::log10(std::max(power, 1e-12f)), loudness::lowest);
    };
    for (std::size_t c = 0; c < values.size(); ++c) {
        const int channel = static_cast<int>(c);
        switch (reading.kind) {
        case Kind::peak: {
            const float amplitude = readings().peak(reading.strip, channel);
            values[c] = decibels(amplitude * amplitude);
            break;
        }
        case Kind::rms: values[c] = decibels(readings().mean_square(reading.strip, channel)); break;
        case Kind::reduction: values[c] = readings().reduction(reading.strip, reading.processor, channel); break;
        case Kind::momentary: values[c] = loud.momentary; break;
        case Kind::shortterm: values[c] = loud.shortterm; break;
        case Kind::integrated: values[c] = loud.integrated; break;
        case Kind::range: values[c] = loud.range; break;
        case Kind::truepeak: values[c] = loud.truepeak; break;
        case Kind::max_momentary: values[c] = loud.max_momentary; break;
        case Kind::max_shortterm: values[c] = loud.max_shortterm; break;
        case Kind::max_truepeak: values[c] = loud.max_truepeak; break;
        case Kind::desk: break; // the desk knows
        }
    }
}

void Engine::reset_loudness(int strip) { taps_.at(strip)->reset(); }

void Engine::pause_loudness(int strip, bool paused) { taps_.at(strip)->pause(paused); }

bool Engine::tend()
{
    performer_->collect();
    const auto interval = static_cast<std::uint64_t>(rate_ / 5);
    if (waiting_.empty() || !performer_->settled() || (built_once_ && frames() - built_at_ < interval)) return false;
    waiting_.clear();
    performer_->change(build());
    built_at_ = frames();
    built_once_ = true;
    return true;
}

void Engine::process(std::span<const float* const> inputs, std::span<float* const> outputs, int frames) noexcept
{
    performer_->process(inputs.data(), outputs.data(), frames);
    for (std::size_t unused = output_count_; unused < outputs.size(); ++unused)
        std::fill_n(outputs[unused], frames, 0.0f);
    frames_.fetch_add(static_cast<std::uint64_t>(frames), std::memory_order_relaxed);
}

std::vector<int> Engine::output_latency() const
{
    std::vector<int> latency;
    const dsp::Plan& plan = performer_->graph().plan();
    for (std::size_t s = 0; s < description_.strips.size(); ++s)
        if (description_.strips[s].kind == dsp::StripKind::output)
            latency.insert(latency.end(), static_cast<std::size_t>(description_.strips[s].channels), plan.latency[s]);
    return latency;
}

Endpoints endpoints_of(const config::Config& config)
{
    Endpoints endpoints;
    for (std::size_t s = 0; s < config.graph.strips.size(); ++s) {
        const dsp::Strip& strip = config.graph.strips[s];
        if (strip.kind == dsp::StripKind::bus) continue;
        auto& side = strip.kind == dsp::StripKind::input ? endpoints.inputs : endpoints.outputs;
        const auto names = config::port_names(strip);
        const auto& connect = config.extras[s].connect;
        for (std::size_t c = 0; c < names.size(); ++c) {
            Endpoint endpoint{names[c], {}};
            if (c < connect.size() && !connect[c].empty()) endpoint.connect.push_back(connect[c]);
            side.push_back(std::move(endpoint));
        }
    }
    return endpoints;
}

} // namespace fohd::daemon

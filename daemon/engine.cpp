#include "daemon/engine.h"

#include "daemon/endpoints.h"
#include "daemon/graph_latency.h"
#include "dsp/graph/terminals.h"
#include "dsp/graph/transition.h"

#include <algorithm>
#include <cmath>

namespace fohd::daemon {
namespace {

template <class V> auto& at(V& vector, int index) { return vector[static_cast<std::size_t>(index)]; }

} // namespace

Engine::Engine(const dsp::Description& description, int rate, loudness::Service* service, config::LearnedMap learned)
    : description_(description), layout_(description), values_(layout_.initial_values()), rate_(rate), rack_(service),
      learners_(std::move(learned))
{
    rack_.serve(description_, rate_);
    auto first = build(true);
    wiring_ = graph_wiring_ = dsp::Wiring::straight(first->plan());
    performer_ = std::make_unique<dsp::Performer>(std::move(first), rate, wiring_);
}

Engine::~Engine() = default;

std::unique_ptr<dsp::Graph> Engine::build(bool ring)
{
    dsp::Description next = description_;
    dsp::store_values(layout_, values_, next);
    dsp::Transition with{std::move(next), 0, 0, {}};
    if (performer_) {
        const dsp::Graph& running = performer_->graph();
        dsp::Description now = running.description();
        dsp::store_values(running.layout(), held_.values(), now);
        with = dsp::make_transition(with.description, {now, running.plan()}, ring);
        graph_wiring_ = wiring_of(with, {description_, wiring_}, {running.description(), graph_wiring_});
    }
    leaving_ = with.leaving;
    ringing_ = with.ringing;
    readings_ = std::make_shared<dsp::GraphReadings>(with.description, readings_.get());
    const auto values = dsp::Layout(with.description).initial_values();
    auto graph = std::make_unique<dsp::Graph>(with.description, rate_, values, dsp::usable_kernels(), readings_);
    held_before_ = std::exchange(held_, HeldValues(*graph));
    held_.follow(layout_, *graph);
    rack_.connect(*graph);
    learners_.teach(*graph);
    return graph;
}

/// Every graph that runs, with the values it holds: what is heard while another one comes in, which may take seconds, must not be
/// deaf to a mute.
template <class Visit> void Engine::each_graph(Visit visit)
{
    visit(performer_->graph(), held_);
    if (dsp::Graph* const before = performer_->before()) visit(*before, held_before_);
}

void Engine::apply(std::span<const float> values, std::span<const int> changed)
{
    values_.assign(values.begin(), values.end());
    std::vector<std::vector<int>> moved;
    each_graph([&](dsp::Graph& graph, HeldValues& held) { moved.push_back(held.set(graph, values_, changed)); });
    // Before the values themselves, so that the audio thread never has the one without the other: what moves was designed
    // with what stands beside it.
    if (std::ranges::any_of(changed, [&](int p) { return played_.contains(at(layout_.parameters, p).slice); })) play();
    auto slices = moved.begin();
    each_graph([&](dsp::Graph& graph, HeldValues& held) {
        if (!slices->empty()) graph.set(held.values(), *slices);
        ++slices;
    });
}

void Engine::follow(std::span<const float> values, std::span<const int> changed)
{
    values_.assign(values.begin(), values.end());
    each_graph([&](dsp::Graph& graph, HeldValues& held) { held.set(graph, values_, changed); });
}

void Engine::perform(dsp::Passage passage, const dsp::PlayCommand& command)
{
    passage_ = std::move(passage);
    command_ = command;
    play();
}

void Engine::rest(const dsp::PlayCommand& command)
{
    std::vector<int> rested;
    for (const int slice : played_)
        for (int value = 0; value < at(layout_.slices, slice).value_count; ++value)
            rested.push_back(at(layout_.slices, slice).first_value + value);
    perform({}, command);
    each_graph([&](dsp::Graph& graph, HeldValues& held) { graph.set(held.values(), held.slices_of(graph, rested)); });
}

/// `before` is heard until `newest` has come in, unless it is nullptr.
void Engine::play(const dsp::Graph& newest, const dsp::Graph* before)
{
    played_.clear();
    for (const auto* moves : {&passage_.gains, &passage_.processors})
        for (const auto& move : *moves) played_.insert(at(layout_.parameters, move.parameter).slice);
    auto score = std::make_unique<dsp::Score>();
    score->command = command_;
    score->begin = passage_.begin;
    score->end = passage_.end;
    score->staves.push_back(dsp::make_staff(newest, held_.values(), passage_, held_.places()));
    if (before)
        score->staves.push_back(dsp::make_staff(*before, held_before_.values(), passage_, held_before_.places()));
    performer_->score().play(std::move(score));
}

void Engine::change(const dsp::Description& description, std::span<const float> values, dsp::Wiring wiring)
{
    look();
    description_ = description;
    layout_ = dsp::Layout(description_);
    values_.assign(values.begin(), values.end());
    each_graph([&](dsp::Graph& graph, HeldValues& held) { held.follow(layout_, graph); });
    wiring_ = std::move(wiring);
    rack_.serve(description_, rate_);
    passage_ = {}; // its parameters are of another layout
    played_.clear();
    changed_ = true;
    actions_.give_up_what_goes(places(), performer_->graph());
}

void Engine::set_rate(int rate)
{
    look();
    rate_ = rate;
    block_ = 0; // that was another audio system's
    rack_.set_rate(rate);
    changed_ = false;
    passage_ = {};
    played_.clear();
    command_ = {};
    performer_ = nullptr; // the graphs before the writers that they write to
    auto graph = build(true);
    graph_wiring_ = wiring_;
    performer_ = std::make_unique<dsp::Performer>(std::move(graph), rate, wiring_);
    built_once_ = false;
}

GraphPlaces Engine::places() const { return {description_, changed_ ? nullptr : &performer_->graph()}; }

void Engine::read(const control::Reading& reading, std::span<float> values)
{
    using Kind = control::Reading::Kind;
    constexpr loudness::Reading nothing{};
    const bool of_processor = reading.kind == Kind::reduction || reading.kind == Kind::told;
    const auto [strip, processor] =
        places().in(performer_->graph(), reading.strip, of_processor ? reading.processor : -1);
    if (reading.kind <= Kind::told && (strip < 0 || still_)) {
        std::ranges::fill(values, of_processor ? 0 : loudness::lowest);
        return;
    }
    const auto tap = taps().find(reading.strip);
    loudness::Reading loud = tap == taps().end() ? nothing : tap->second->reading();
    if (still_) loud.momentary = loud.shortterm = loud.truepeak = loudness::lowest;
    const auto decibels = [](float power) {
        return std::max(10 * std::log10(std::max(power, 1e-12f)), loudness::lowest);
    };
    for (std::size_t c = 0; c < values.size(); ++c) {
        const int channel = static_cast<int>(c);
        switch (reading.kind) {
        case Kind::peak: {
            const float amplitude = readings().peak(strip, channel);
            values[c] = decibels(amplitude * amplitude);
            break;
        }
        case Kind::rms: values[c] = decibels(readings().mean_square(strip, channel)); break;
        case Kind::reduction: values[c] = readings().reduction(strip, processor, channel); break;
        case Kind::told: values[c] = readings().told(strip, processor, reading.first + channel); break;
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

void Engine::reset_loudness(int strip) { taps().at(strip)->reset(); }

void Engine::pause_loudness(int strip, bool paused) { taps().at(strip)->pause(paused); }

void Engine::act(int strip, int processor, int action)
{
    actions_.act(places(), *performer_, strip, processor, action);
}

void Engine::stand_still(bool still)
{
    look();
    still_ = still;
    actions_.stand_still(still);
}

std::set<std::string> Engine::take_learners()
{
    learners_.look(places(), performer_->graph());
    return learners_.take_changed();
}

/// What processors have found and learned.
void Engine::look()
{
    actions_.look(places(), performer_->graph(), block());
    learners_.look(places(), performer_->graph());
}

void Engine::interrupt()
{
    performer_->interrupt();
    look();
}

bool Engine::tend()
{
    performer_->collect();
    bad_samples_.store(readings_->bad_samples().load(std::memory_order_relaxed), std::memory_order_relaxed);
    loudness_gaps_.store(rack_.gaps(), std::memory_order_relaxed);
    look();
    if (!performer_->settled() || actions_.busy() || actions_.ask_what_waits(places(), performer_->graph()))
        return false;
    rack_.forget_others();
    const auto interval = static_cast<std::uint64_t>(rate_ / 5);
    if (changed_) {
        hand_over(true);
    } else if (held_.waits() && (!built_once_ || frames() - built_at_ >= interval)) {
        hand_over(true);
    } else if (leaving_ > ringing_ || (ringing_ > 0 && !rings())) {
        hand_over(rings());
    } else {
        return false;
    }
    return true;
}

void Engine::hand_over(bool ring)
{
    auto graph = build(ring);
    if (command_.number != 0)
        play(*graph, &performer_->graph()); // first, so that it is where the sound is from its begin
    performer_->change(std::move(graph), graph_wiring_);
    changed_ = false;
    built_at_ = silent_since_ = frames();
    built_once_ = true;
}

/// What rings on is over when it was below -100 dBFS for as long as no echo is apart from the next, and in any case after a minute.
bool Engine::rings()
{
    constexpr float inaudible = 1e-5f;
    constexpr std::uint64_t longest_silence = 6, longest = 60; // seconds
    const auto& strips = performer_->graph().description().strips;
    for (std::size_t s = strips.size() - static_cast<std::size_t>(leaving_); s < strips.size(); ++s)
        for (int c = 0; c < strips[s].channels; ++c)
            if (readings_->peak(static_cast<int>(s), c) > inaudible) silent_since_ = frames();
    const auto rate = static_cast<std::uint64_t>(rate_);
    return frames() - silent_since_ < longest_silence * rate && frames() - built_at_ < longest * rate;
}

bool Engine::settled() const { return performer_->settled() && !changed_ && !held_.waits() && leaving_ == 0; }

void Engine::process(std::span<const float* const> inputs, std::span<float* const> outputs, int frames) noexcept
{
    const Transport transport = transport_.read();
    performer_->process(inputs, outputs, frames, {transport.rolling, transport.frame});
    block_.store(frames, std::memory_order_relaxed);
    frames_.fetch_add(static_cast<std::uint64_t>(frames), std::memory_order_relaxed);
}

Latency Engine::latency() const { return latency_of(performer_->graph(), graph_wiring_); }

} // namespace fohd::daemon

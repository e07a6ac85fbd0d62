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

/// Of an action that comes to nothing.
dsp::Finding nothing_found(const std::string& why)
{
    return {.answered = true, .values = {}, .text = "what it was asked for " + why + "; all stays as it was"};
}
} // namespace

Engine::Engine(const dsp::Description& description, int rate, loudness::Service* service, config::LearnedMap learned)
    : description_(description), layout_(description), values_(layout_.initial_values()), rate_(rate), rack_(service),
      learned_(std::move(learned))
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
    teach(*graph);
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
    look_for_findings();
    look_for_learned();
    description_ = description;
    layout_ = dsp::Layout(description_);
    values_.assign(values.begin(), values.end());
    each_graph([&](dsp::Graph& graph, HeldValues& held) { held.follow(layout_, graph); });
    wiring_ = std::move(wiring);
    rack_.serve(description_, rate_);
    passage_ = {}; // its parameters are of another layout
    played_.clear();
    changed_ = true;
    give_up_what_goes();
}

void Engine::set_rate(int rate)
{
    look_for_learned();
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

/// Where a strip of the description, and a processor of it unless that is -1, are in a graph, which may still be one of before;
/// -1, -1: nowhere yet.
std::pair<int, int> Engine::in_the_graph(const dsp::Graph& graph, int sought_strip, int processor) const
{
    if (!changed_ && &graph == &performer_->graph()) return {sought_strip, processor};
    const dsp::Strip& sought = description_.strips[static_cast<std::size_t>(sought_strip)];
    const auto& strips = graph.description().strips;
    const auto same = [&](const dsp::Strip& strip) {
        return dsp::address_of(strip) == dsp::address_of(sought) && strip.channels == sought.channels;
    };
    const auto strip = std::ranges::find_if(strips, same);
    if (strip == strips.end()) return {-1, -1};
    const int index = static_cast<int>(strip - strips.begin());
    if (processor < 0) return {index, -1};
    const dsp::ProcessorNode& wanted = sought.chain[static_cast<std::size_t>(processor)];
    const auto node = std::ranges::find_if(strip->chain, [&](const dsp::ProcessorNode& each) {
        return each.name == wanted.name && each.type == wanted.type;
    });
    if (node == strip->chain.end()) return {-1, -1};
    return {index, static_cast<int>(node - strip->chain.begin())};
}

void Engine::read(const control::Reading& reading, std::span<float> values)
{
    using Kind = control::Reading::Kind;
    constexpr loudness::Reading nothing{};
    const bool of_processor = reading.kind == Kind::reduction || reading.kind == Kind::told;
    const auto [strip, processor] =
        in_the_graph(performer_->graph(), reading.strip, of_processor ? reading.processor : -1);
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

void Engine::act(int sought, int processor, int action)
{
    const dsp::Strip& strip = at(description_.strips, sought);
    const dsp::ProcessorNode& node = at(strip.chain, processor);
    const std::string address = dsp::address_of(strip) + "/" + node.name;
    const bool finds = !at(node.type->actions, action).finds.empty();
    if (still_ && finds) {
        if (strip.repeats.empty()) findings_.emplace_back(address, nothing_found("cannot be done while no sound runs"));
        return;
    }
    given_up_.erase(address);
    const bool is_heard = !performer_->before() && in_the_graph(performer_->graph(), sought, processor).first >= 0;
    if (finds && !is_heard) {
        asked_.emplace_back(address, action); // unheard it has no ports of its own
        return;
    }
    each_graph([&](dsp::Graph& graph, HeldValues&) {
        if (const auto [in, place] = in_the_graph(graph, sought, processor); in >= 0) graph.act(in, place, action);
    });
}

/// A strip and a processor of it, by the processor's address; -1, -1: there is none.
std::pair<int, int> Engine::in_the_description(const std::string& processor) const
{
    for (int s = 0; s < static_cast<int>(description_.strips.size()); ++s) {
        const dsp::Strip& strip = at(description_.strips, s);
        for (int n = 0; n < static_cast<int>(strip.chain.size()); ++n)
            if (dsp::address_of(strip) + "/" + at(strip.chain, n).name == processor) return {s, n};
    }
    return {-1, -1};
}

/// When all that runs is heard: whether something was asked.
bool Engine::ask_what_waits()
{
    dsp::Graph& graph = performer_->graph();
    return std::erase_if(asked_, [&](const auto& asked) {
               const auto [s, n] = in_the_description(asked.first);
               const auto [strip, node] = in_the_graph(graph, s, n);
               if (strip >= 0) graph.act(strip, node, asked.second);
               return strip >= 0;
           }) > 0;
}

/// Every processor with actions that is in the graph, of the strips of the description: but not of one that repeats another, whose
/// gear is that one's.
template <class Visit> void Engine::each_that_acts(Visit visit) const
{
    for (int s = 0; s < static_cast<int>(description_.strips.size()); ++s) {
        const dsp::Strip& strip = description_.strips[static_cast<std::size_t>(s)];
        for (int n = 0; strip.repeats.empty() && n < static_cast<int>(strip.chain.size()); ++n) {
            const dsp::ProcessorNode& node = strip.chain[static_cast<std::size_t>(n)];
            if (node.type->actions.empty()) continue;
            if (const auto [in, at] = in_the_graph(performer_->graph(), s, n); in >= 0)
                visit(dsp::address_of(strip) + "/" + node.name, in, at);
        }
    }
}

void Engine::look_for_findings()
{
    busy_.clear();
    each_that_acts([&](const std::string& address, int strip, int node) {
        dsp::Finding finding = performer_->graph().find(strip, node, block());
        if (finding.busy) busy_.insert(address);
        if (finding.answered && given_up_.erase(address) == 0) findings_.emplace_back(address, std::move(finding));
    });
}

void Engine::stand_still(bool still)
{
    if (std::exchange(still_, still) || !still) return;
    look_for_findings();
    const auto tell = [&](const std::string& address) {
        findings_.emplace_back(address, nothing_found("was interrupted when the sound stopped"));
    };
    for (const std::string& address : busy_)
        if (given_up_.insert(address).second) tell(address);
    for (const auto& asked : std::exchange(asked_, {})) tell(asked.first);
}

/// Those that took no part of a graph yet have published nothing, which is not to have learned nothing.
void Engine::look_for_learned()
{
    for (int s = 0; s < static_cast<int>(description_.strips.size()); ++s) {
        const dsp::Strip& strip = description_.strips[static_cast<std::size_t>(s)];
        for (int n = 0; strip.repeats.empty() && n < static_cast<int>(strip.chain.size()); ++n) {
            const dsp::ProcessorNode& node = strip.chain[static_cast<std::size_t>(n)];
            if (node.type->learned.size() == 0) continue;
            const auto [in, place] = in_the_graph(performer_->graph(), s, n);
            if (in < 0 || !readings_->learned(in, place)->refresh()) continue;
            const std::string address = dsp::address_of(strip) + "/" + node.name;
            const auto now = config::packed({node.type, readings_->learned(in, place)->front()});
            auto& known = learned_[address];
            if (known == now || (now.is_empty() && !known.type)) continue;
            known = now;
            learners_.insert(address);
        }
    }
}

std::set<std::string> Engine::take_learners()
{
    look_for_learned();
    return std::exchange(learners_, {});
}

void Engine::teach(dsp::Graph& graph) const
{
    for (int s = 0; s < static_cast<int>(description_.strips.size()); ++s) {
        const dsp::Strip& strip = description_.strips[static_cast<std::size_t>(s)];
        const std::string owner = strip.repeats.empty() ? dsp::address_of(strip) : strip.repeats;
        for (int n = 0; n < static_cast<int>(strip.chain.size()); ++n) {
            const dsp::ProcessorNode& node = strip.chain[static_cast<std::size_t>(n)];
            const auto found = learned_.find(owner + "/" + node.name);
            if (found != learned_.end() && found->second.type == node.type) graph.teach(s, n, found->second.items);
        }
    }
}

/// What is under way in a processor that the description has no more, or in another form, ends with it.
void Engine::give_up_what_goes()
{
    std::set<std::string> going = busy_;
    each_that_acts([&](const std::string& address, int, int) { going.erase(address); });
    std::erase_if(asked_, [&](const auto& asked) {
        const bool goes = in_the_description(asked.first).first < 0;
        if (goes) going.insert(asked.first);
        return goes;
    });
    for (const std::string& address : going)
        if (given_up_.erase(address) == 0)
            findings_.emplace_back(
                address,
                nothing_found("was interrupted: the file that was read again has it no more, or with other channels"));
}

void Engine::interrupt()
{
    performer_->interrupt();
    look_for_findings();
}

bool Engine::tend()
{
    performer_->collect();
    bad_samples_.store(readings_->bad_samples().load(std::memory_order_relaxed), std::memory_order_relaxed);
    loudness_gaps_.store(rack_.gaps(), std::memory_order_relaxed);
    look_for_findings();
    look_for_learned();
    if (!performer_->settled() || !busy_.empty() || ask_what_waits()) return false;
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

#include "dsp/processors/insert.h"
#include "dsp/graph/design.h"
#include <algorithm>
#include <cmath>
#include <cstring>

namespace fohd::dsp {
namespace {

constexpr double glide_seconds = 0.02, longest_seconds = 0.5;

int whole(Plain frames) { return static_cast<int>(frames.value + 0.5f); }
} // namespace

Shape InsertProcessor::shape(const Params& p, const Context&)
{
    Shape shape;
    shape.planar_latency = whole(p.latency);
    shape.planar_coeffs = 2;
    return shape;
}

void InsertProcessor::design(const Params& p, const Context&, CoeffWriter& out)
{
    out(std::array{std::pow(10.0f, p.send_trim.value / 20), std::pow(10.0f, p.return_trim.value / 20)});
}

std::unique_ptr<PlanarProcessor> InsertProcessor::make(const Params& p, const Context& context)
{
    return std::make_unique<InsertProcessor>(p, context);
}

std::string InsertProcessor::doubt(const Params& p, double rate, int block)
{
    const int old_block = whole(p.block), old_rate = whole(p.rate), now = static_cast<int>(rate);
    if ((old_block == 0 || old_block == block || block == 0) && (old_rate == 0 || old_rate == now)) return {};
    return "was measured with blocks of " + std::to_string(old_block) + " frames at " + std::to_string(old_rate) +
           " Hz and now runs with " + std::to_string(block) + " at " + std::to_string(now) +
           ": its latency may not hold; measure it again";
}

InsertProcessor::InsertProcessor(const Params& p, const Context& context)
    : rate_(context.rate), channels_(context.channels), latency_(whole(p.latency)),
      glide_(static_cast<int>(glide_seconds * context.rate)),
      longest_(static_cast<int>(longest_seconds * context.rate)), probe_(context.rate, context.channels)
{}

void InsertProcessor::Ramp::aim(float to, int frames)
{
    if (to == goal && frames > 0) return;
    goal = to;
    left = frames;
    if (frames == 0) now = to;
}

float InsertProcessor::Ramp::next()
{
    if (left > 0) {
        now += (goal - now) / static_cast<float>(left);
        if (--left == 0) now = goal;
    }
    return now;
}

void InsertProcessor::set(Phase phase, int frames)
{
    phase_left_ = frames;
    phase_.store(phase, std::memory_order_release);
}

void InsertProcessor::act(int)
{
    if (phase_.load(std::memory_order_relaxed) != Phase::idle || probe_.stage() != LoopProbe::Stage::idle) return;
    if (std::none_of(comes_.begin(), comes_.begin() + channels_, [](bool comes) { return comes; })) {
        measured_.store(-1, std::memory_order_relaxed);
        refused_.store(1, std::memory_order_release);
        return;
    }
    open_.aim(0, glide_);
    set(Phase::closes, glide_);
}

/// To the next phase, where this one has ended.
void InsertProcessor::go_on(int frames)
{
    phase_left_ -= frames;
    if (phase_left_ > 0) return;
    switch (phase_.load(std::memory_order_relaxed)) {
    case Phase::idle: phase_left_ = 0; break;
    case Phase::closes: set(Phase::drains, longest_); break;
    case Phase::drains:
        probe_.begin();
        set(Phase::pings, probe_.length());
        break;
    case Phase::pings:
        open_.aim(1, glide_);
        set(Phase::fills, longest_ + glide_);
        break;
    case Phase::fills: set(Phase::idle, 0); break;
    }
}

void InsertProcessor::run(float* const* channels, int frames)
{
    for (int done = 0; done < frames;) {
        const bool idle = phase_.load(std::memory_order_relaxed) == Phase::idle;
        const int some = idle ? frames - done : std::min(frames - done, phase_left_);
        run_some(channels, done, some);
        if (!idle) go_on(some);
        done += some;
    }
}

void InsertProcessor::run_some(float* const* channels, int done, int frames)
{
    const Phase phase = phase_.load(std::memory_order_relaxed);
    const float* back[16];
    float* send[16];
    for (int c = 0; c < channels_; ++c) {
        const auto n = static_cast<std::size_t>(c);
        back[n] = world_.back[n] ? world_.back[n] + done : nullptr;
        send[n] = world_.send[n] + done;
        comes_[n] = back[n] != nullptr;
        const float wanted = comes_[n] && phase == Phase::idle ? 1 : 0;
        heard_[n].aim(wanted, fresh_ ? 0 : glide_);
    }
    fresh_ = false;
    if (phase == Phase::pings) probe_.run(back, send, frames);
    const Ramp send_before = send_, back_before = back_, open_before = open_;
    for (int c = 0; c < channels_; ++c) {
        const auto n = static_cast<std::size_t>(c);
        send_ = send_before; // every channel glides alike
        back_ = back_before;
        open_ = open_before;
        float* const sound = channels[c] + done;
        const float* const late = world_.late[n] + done;
        for (int i = 0; i < frames; ++i) {
            const float out = sound[i] * send_.next() * open_.next();
            if (phase != Phase::pings) send[n][i] = out;
            const float gain = back_.next(), share = heard_[n].next(), now = back[n] ? back[n][i] * gain : 0.0f;
            sound[i] = share == 1 ? now : share == 0 ? late[i] : late[i] + share * (now - late[i]);
        }
    }
}

void InsertProcessor::aim(std::span<const float> coeffs, bool now)
{
    send_.aim(coeffs[0], now ? 0 : glide_);
    back_.aim(coeffs[1], now ? 0 : glide_);
}

void InsertProcessor::clear()
{
    send_.aim(send_.goal, 0);
    back_.aim(back_.goal, 0);
    open_.aim(1, 0);
    probe_.stop();
    set(Phase::idle, 0);
    fresh_ = true;
}

/// What is being recorded cannot be moved: whoever hands over a graph waits for it.
void InsertProcessor::take(const PlanarProcessor& other)
{
    const auto& from = static_cast<const InsertProcessor&>(other);
    send_ = from.send_;
    back_ = from.back_;
    open_ = from.open_;
    heard_ = from.heard_;
    comes_ = from.comes_;
    fresh_ = from.fresh_;
    measured_.store(from.measured_.load(std::memory_order_relaxed), std::memory_order_relaxed);
    set(from.phase_.load(std::memory_order_relaxed), from.phase_left_);
    if (phase_.load(std::memory_order_relaxed) != Phase::pings) return;
    open_.aim(1, glide_);
    set(Phase::fills, longest_ + glide_);
}

float InsertProcessor::reading(int reading, int index) const
{
    if (reading == 1) return measured_.load(std::memory_order_relaxed);
    return comes_[static_cast<std::size_t>(index)] ? 1.0f : 0.0f;
}

Finding InsertProcessor::find(int block)
{
    Finding finding;
    if (refused_.exchange(0, std::memory_order_acquire) != 0) {
        finding.answered = true;
        finding.text = "no answer: nothing is connected to its return; the latency stays as it was";
        return finding;
    }
    const Phase phase = phase_.load(std::memory_order_acquire);
    finding.busy = phase == Phase::closes || phase == Phase::drains || phase == Phase::pings;
    if (probe_.stage() != LoopProbe::Stage::recorded) return finding;
    finding.busy = !probe_.correlate();
    if (finding.busy) return finding;
    finding.answered = true;
    int lag = -1;
    std::string silent;
    for (int c = 0; c < channels_; ++c) {
        const auto answer = probe_.answer(c);
        if (answer.lag < 0) {
            silent += (silent.empty() ? "" : ", ") + std::to_string(c + 1);
        } else if (lag >= 0 && std::abs(answer.lag - lag) > 1) {
            measured_.store(-1, std::memory_order_relaxed);
            finding.text = "its channels come back unequally late, " + std::to_string(lag) + " and " +
                           std::to_string(answer.lag) + " frames; the latency stays as it was";
            return finding;
        } else if (lag < 0) {
            lag = answer.lag;
        }
    }
    measured_.store(static_cast<float>(lag), std::memory_order_relaxed);
    if (lag < 0) {
        finding.text = "no answer within 500 ms: is the gear on, and connected? The latency stays as it was";
        return finding;
    }
    finding.values = {{"latency", static_cast<float>(lag)},
                      {"block", static_cast<float>(block)},
                      {"rate", static_cast<float>(rate_)}};
    finding.text = "the round trip takes " + std::to_string(lag) + " frames" +
                   (silent.empty() ? "" : "; no answer on channel " + silent);
    return finding;
}
} // namespace fohd::dsp

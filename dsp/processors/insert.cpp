#include "dsp/processors/insert.h"
#include "dsp/graph/design.h"
#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

namespace fohd::dsp {
namespace {

constexpr double glide_seconds = 0.02, longest_seconds = 0.5;

// A sound that ends is taken for one that was cut off where it did so at the edge of a block, above -80 dBFS, after frames that all
// sounded, and where as many follow that do not: no gear that fades, gates or rests does that.
constexpr float audible = 1e-4f;
constexpr int lively = 48, dead = 16; // frames

constexpr const char* interrupted =
    "the measurement was interrupted, as its sound stopped: the latency stays as it was; measure it again";

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
    from = now;
    goal = to;
    left = frames;
    length = std::max(frames, 1);
    if (frames == 0) now = to;
}

float InsertProcessor::Ramp::next()
{
    if (left > 0) {
        const float to_go = static_cast<float>(--left) / static_cast<float>(length);
        now = goal + (from - goal) * to_go * to_go * (3 - 2 * to_go);
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
    if (measures()) return; // Who asks now hears what is found.
    if (std::none_of(heard_.begin(), heard_.begin() + channels_, [](const Heard& heard) { return heard.comes; })) {
        measured_.store(-1, std::memory_order_relaxed);
        failure_.store(Failure::unconnected, std::memory_order_release);
        return;
    }
    open_.aim(0, glide_);
    set(Phase::closes, glide_);
}

/// Until all is recorded.
bool InsertProcessor::is_under_way() const
{
    const Phase phase = phase_.load(std::memory_order_acquire);
    return phase == Phase::closes || phase == Phase::drains || phase == Phase::pings;
}

/// Until what was found is told.
bool InsertProcessor::measures() const { return is_under_way() || probe_.stage() != LoopProbe::Stage::idle; }

void InsertProcessor::give_up()
{
    probe_.stop();
    failure_.store(Failure::interrupted, std::memory_order_release);
}

void InsertProcessor::interrupt()
{
    if (!is_under_way()) return;
    give_up();
    open_.aim(1, 0);
    set(Phase::idle, 0);
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

void InsertProcessor::look_for_end(Heard& heard, const float* back, int frames) const
{
    const bool dies = back && std::all_of(back, back + frames, [](float x) { return x == 0; });
    if (!back)
        heard.live.aim(1, 0); // its share is what fades
    else if (!dies)
        heard.live.aim(1, glide_);
    if (std::abs(heard.last) < audible || heard.sounding < (back ? lively : 1)) return;
    if (back && (frames < dead || !dies)) return;
    if (back) heard.live.aim(0, 0);
    heard.fallen = heard.last;
    heard.fall_left = glide_;
    heard.sounding = 0;
}

/// At rest at both ends, and exactly silent at the second.
float InsertProcessor::fall(Heard& heard) const
{
    const float left = static_cast<float>(--heard.fall_left) / static_cast<float>(glide_);
    return heard.fallen * left * left * (3 - 2 * left);
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
        Heard& heard = heard_[n];
        heard.comes = back[n] != nullptr;
        heard.share.aim(heard.comes && phase == Phase::idle ? 1 : 0, fresh_ ? 0 : glide_);
        look_for_end(heard, back[n], frames);
    }
    fresh_ = false;
    if (phase == Phase::pings) probe_.run(back, send, frames);
    const Ramp send_before = send_, back_before = back_, open_before = open_;
    for (int c = 0; c < channels_; ++c) {
        const auto n = static_cast<std::size_t>(c);
        send_ = send_before; // every channel glides alike
        back_ = back_before;
        open_ = open_before;
        Heard heard = heard_[n]; // apart from memory that the sound may share
        float* const sound = channels[c] + done;
        const float* const late = world_.late[n] + done;
        for (int i = 0; i < frames; ++i) {
            const float out = sound[i] * send_.next() * open_.next();
            if (phase != Phase::pings) send[n][i] = out;
            const float gain = back_.next(), share = heard.share.next(),
                        now = back[n] ? back[n][i] * gain * heard.live.next() : 0.0f;
            const float falls = heard.fall_left > 0 ? fall(heard) : 0;
            heard.last = share * now + falls;
            heard.sounding = now == 0 ? 0 : std::min(heard.sounding + 1, lively);
            sound[i] = (share == 1 ? now : late[i] + share * (now - late[i])) + falls;
        }
        heard_[n] = heard;
    }
}

void InsertProcessor::aim(std::span<const float> coeffs, bool now)
{
    send_.aim(coeffs[0], now ? 0 : glide_);
    back_.aim(coeffs[1], now ? 0 : glide_);
}

void InsertProcessor::clear()
{
    if (is_under_way()) give_up();
    heard_ = {};
    send_.aim(send_.goal, 0);
    back_.aim(back_.goal, 0);
    open_.aim(1, 0);
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
    fresh_ = from.fresh_;
    measured_.store(from.measured_.load(std::memory_order_relaxed), std::memory_order_relaxed);
    failure_.store(from.failure_.load(std::memory_order_relaxed), std::memory_order_relaxed);
    const Phase phase = from.phase_.load(std::memory_order_relaxed);
    if (phase != Phase::pings) return set(phase, from.phase_left_);
    give_up();
    open_.aim(1, glide_);
    set(Phase::fills, longest_ + glide_);
}

float InsertProcessor::reading(int reading, int index) const
{
    if (reading == 1) return measured_.load(std::memory_order_relaxed);
    return heard_[static_cast<std::size_t>(index)].comes ? 1.0f : 0.0f;
}

Finding InsertProcessor::find(int block)
{
    Finding finding;
    const Failure failure = failure_.exchange(Failure::none, std::memory_order_acquire);
    if (failure != Failure::none) {
        block_ = 0;
        finding.answered = true;
        finding.text = failure == Failure::unconnected
                           ? "no answer: nothing is connected to its return; the latency stays as it was"
                           : interrupted;
        return finding;
    }
    finding.busy = measures();
    block_ = finding.busy && block_ == 0 ? block : block_;
    if (probe_.stage() != LoopProbe::Stage::recorded) return finding;
    finding.busy = !probe_.correlate();
    if (finding.busy) return finding;
    finding.answered = true;
    if (std::exchange(block_, 0) != block) { // the round trip is another
        finding.text =
            "the measurement was interrupted, as the block changed: the latency stays as it was; measure it again";
        return finding;
    }
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

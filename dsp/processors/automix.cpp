#include "dsp/processors/automix.h"
#include <algorithm>
#include <cmath>
#include <cstring>

namespace fohd::dsp {
namespace {

constexpr double mean_seconds = 0.01, fall_seconds = 0.1, smooth_seconds = 0.004, glide_seconds = 0.02;
constexpr float silence = 1e-12f; ///< Mean square that every microphone has at least: in a pause all are equal.

float sum_of(const std::array<float, 8>& of)
{
    return ((of[0] + of[4]) + (of[1] + of[5])) + ((of[2] + of[6]) + (of[3] + of[7]));
}
} // namespace

Automix::Automix(std::span<const Member> members, double rate)
    : members_(members.begin(), members.end()), goals_(members.size()), coeffs_(members.size()),
      memories_(members.size())
{
    for (const Member& member : members) {
        first_rows_.push_back(squares_.size());
        scales_.push_back(1 / static_cast<float>(segment_ * member.channels));
        squares_.resize(squares_.size() + static_cast<std::size_t>(member.channels));
    }
    const auto share = [&](double seconds) { return static_cast<float>(1 - std::exp(-segment_ / (seconds * rate))); };
    mean_ = share(mean_seconds);
    fall_ = share(fall_seconds);
    smooth_ = share(smooth_seconds);
    glide_ = static_cast<float>(segment_ / (glide_seconds * rate));
}

void Automix::aim(int member, float wet, std::span<const float> coeffs, bool now)
{
    const auto m = static_cast<std::size_t>(member);
    std::memcpy(&goals_[m], coeffs.data(), sizeof goals_[m]);
    goals_[m].on *= wet;
    if (!now) return;
    coeffs_[m] = goals_[m];
    memories_[m].on = goals_[m].on;
}

void Automix::run(const float* const* in, float* const* out, int frames, std::uint64_t clock)
{
    if (fresh_) settle();
    int at = static_cast<int>(clock % segment_);
    for (int done = 0; done < frames;) {
        const int count = std::min(segment_ - at, frames - done);
        std::size_t row = 0;
        for (std::size_t m = 0; m < members_.size(); ++m) {
            Memory& memory = memories_[m];
            for (int c = 0; c < members_[m].channels; ++c, ++row) {
                const float* const from = in[row] + done;
                float* const to = out[row] + done;
                if (count == segment_) {
                    run_segment(from, to, memory, squares_[row]);
                    continue;
                }
                for (int i = 0; i < count; ++i) {
                    squares_[row][static_cast<std::size_t>((at + i) % columns_)] += from[i] * from[i];
                    to[i] = from[i] * (memory.gain + memory.step * static_cast<float>(at + i + 1));
                }
            }
        }
        done += count;
        at += count;
        if (at == segment_) {
            end_segment();
            at = 0;
        }
    }
}

/// The same for a whole segment, with nothing in its way that keeps it out of wide registers.
void Automix::run_segment(const float* from, float* to, const Memory& memory, Squares& kept)
{
    const float gain = memory.gain, step = memory.step;
    float sound[segment_], shared[segment_], squares[columns_];
    std::copy_n(from, segment_, sound);
    std::ranges::copy(kept, squares);
    for (int i = 0; i < segment_; ++i) shared[i] = sound[i] * (gain + step * static_cast<float>(i + 1));
    for (int row = 0; row < segment_; row += columns_)
        for (int i = 0; i < columns_; ++i) squares[i] += sound[row + i] * sound[row + i];
    std::copy_n(shared, segment_, to);
    std::ranges::copy(squares, kept.begin());
}

std::span<Automix::Squares> Automix::squares_of(std::size_t member)
{
    return std::span(squares_).subspan(first_rows_[member], static_cast<std::size_t>(members_[member].channels));
}

void Automix::end_segment()
{
    for (std::size_t m = 0; m < members_.size(); ++m) {
        Memory& memory = memories_[m];
        float now = 0;
        for (Squares& channel : squares_of(m)) {
            now += sum_of(channel);
            channel.fill(0);
        }
        now *= scales_[m];
        memory.mean += mean_ * (now - memory.mean);
        memory.level = std::max(memory.mean, memory.level + fall_ * (memory.mean - memory.level));
        memory.gain += memory.step * static_cast<float>(segment_);
        Coeffs& coeffs = coeffs_[m];
        const Coeffs& goal = goals_[m];
        coeffs.weight += smooth_ * (goal.weight - coeffs.weight);
        coeffs.deepest += smooth_ * (goal.deepest - coeffs.deepest);
        memory.on = goal.on > memory.on ? std::min(memory.on + glide_, goal.on) : std::max(memory.on - glide_, goal.on);
    }
    const float all = sum(), inverse = 1 / all;
    for (std::size_t m = 0; m < members_.size(); ++m) {
        Memory& memory = memories_[m];
        memory.share += smooth_ * (share_of(m, all, inverse) - memory.share);
        memory.step = (memory.heard() - memory.gain) * (1.0f / segment_);
    }
}

/// Who is new begins with the gain that it has among those who are there.
void Automix::settle()
{
    const float all = sum();
    for (std::size_t m = 0; m < members_.size(); ++m) {
        Memory& memory = memories_[m];
        if (!memory.fresh) continue;
        memory.share = share_of(m, all, 1 / all);
        memory.gain = memory.heard();
        memory.step = 0;
        memory.fresh = false;
    }
    fresh_ = false;
}

float Automix::part(std::size_t member) const { return coeffs_[member].weight * (memories_[member].level + silence); }

float Automix::sum() const
{
    float sum = 0;
    for (std::size_t m = 0; m < members_.size(); ++m)
        if (members_[m].counts) sum += memories_[m].on * part(m);
    return sum;
}

float Automix::share_of(std::size_t member, float all, float inverse) const
{
    const float own = part(member);
    return own < all ? std::max(std::min(std::sqrt(own * inverse), 1.0f), coeffs_[member].deepest) : 1.0f;
}

void Automix::clear(int member)
{
    const auto m = static_cast<std::size_t>(member);
    memories_[m] = {.on = memories_[m].on};
    for (Squares& channel : squares_of(m)) channel.fill(0);
    fresh_ = true;
}

void Automix::take(int member, const JointProcessor& from, int from_member)
{
    const auto& other = static_cast<const Automix&>(from);
    const auto m = static_cast<std::size_t>(member), f = static_cast<std::size_t>(from_member);
    memories_[m] = other.memories_[f];
    const auto squares = squares_of(m);
    for (std::size_t c = 0; c < squares.size(); ++c) squares[c] = other.squares_[other.first_rows_[f] + c];
    coeffs_[m] = other.coeffs_[f];
}

float Automix::reduction(int member) const
{
    return -20 * std::log10(std::clamp(memories_[static_cast<std::size_t>(member)].gain, 1e-6f, 1.0f));
}
} // namespace fohd::dsp

#include "dsp/kernels/fft.h"
#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>
#include <span>
#include <stdexcept>
#include <string>

namespace fohd::dsp {
namespace {

/// Rows for kernels begin at a register.
int row_of(int floats) { return (floats + max_lanes - 1) / max_lanes * max_lanes; }
/// Factors of a pass: one for each lane where lanes differ, else one for each sequence.
int factors_of(const FftPass& pass) { return pass.length / 4 * (pass.stride == 4 ? 4 : 1); }

void write_turns(const FftPass& pass, float* to)
{
    for (int power = 1; power <= 3; ++power)
        for (int i = 0; i < factors_of(pass); ++i) {
            const int sequence = pass.stride == 4 ? i / 4 : i;
            const double angle = -2 * std::numbers::pi * power * sequence / pass.length;
            to[(2 * power - 2) * pass.row + i] = static_cast<float>(std::cos(angle));
            to[(2 * power - 1) * pass.row + i] = static_cast<float>(std::sin(angle));
        }
}
} // namespace

RealFft::RealFft(int size, const Kernels& kernels) : kernels_(&kernels)
{
    if (size < smallest_fft || size > largest_fft || !std::has_single_bit(static_cast<unsigned>(size)))
        throw std::logic_error("no transform of " + std::to_string(size) + " samples");
    plan_.points = size / 2;
    std::size_t floats = 0;
    for (int length = plan_.points, stride = 1; length > 1; ++plan_.passes) {
        FftPass& pass = plan_.pass[plan_.passes];
        pass = {.radix = length == 2 ? 2 : 4, .stride = stride, .length = length, .turns = nullptr, .row = 0};
        pass.row = length > 4 ? row_of(factors_of(pass)) : 0;
        floats += 6 * static_cast<std::size_t>(pass.row);
        length /= pass.radix;
        stride *= pass.radix;
    }
    const int split = row_of(plan_.points / 2 + 1);
    auto turns = std::make_shared<AlignedFloats>(floats + 2 * static_cast<std::size_t>(split));
    float* next = turns->data();
    for (FftPass& pass : std::span(plan_.pass).first(static_cast<std::size_t>(plan_.passes))) {
        if (pass.length > 4) write_turns(pass, next);
        pass.turns = next;
        next += 6 * pass.row;
    }
    plan_.split_re = next;
    plan_.split_im = next + split;
    for (int k = 0; k <= plan_.points / 2; ++k) {
        const double angle = -std::numbers::pi * k / plan_.points;
        next[k] = static_cast<float>(std::cos(angle));
        next[split + k] = static_cast<float>(std::sin(angle));
    }
    turns_ = std::move(turns);
}

int RealFft::units() const { return (plan_.passes + 1) * std::max(1, plan_.points / 64); }
} // namespace fohd::dsp

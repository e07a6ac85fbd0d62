#pragma once
#include "dsp/kernels/lane_processor.h"
#include "dsp/kernels/section_design.h"
#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <cstring>
#include <memory>
#include <numbers>
#include <span>
#include <vector>

namespace fohd::dsp::test {

using Complex = std::complex<double>;
using Section = SectionCoeffs<float>;

inline double to_db(double amplitude) { return 20 * std::log10(amplitude); }

/// What a section with these coefficients does to a steady sine, from its difference equations.
inline Complex response(const Section& c, double hz, double rate)
{
    const Complex z = std::polar(1.0, 2 * std::numbers::pi * hz / rate);
    const double a = 1.0 + c.damp, b = c.couple, d = 1.0 - c.follow, f = c.follow;
    const Complex det = (z - a) * (z - d) + b * b;
    const Complex band = ((z - d) * b - b * f) / det, low = ((z - a) * f + b * b) / det;
    return double(c.direct) * (1.0 - low) + double(c.band) * band + double(c.low) * low;
}

inline Complex response(std::span<const Section> sections, double hz, double rate)
{
    Complex all = 1;
    for (const auto& section : sections) all *= response(section, hz, rate);
    return all;
}

/// The analogue prototypes of the RBJ cookbook; a tilt is a high shelf around 0 dB.
inline Complex prototype(BandType type, double f0, double gain_db, double q, double hz)
{
    const Complex s(0, hz / f0);
    const double a = std::pow(10, gain_db / 40), k = 1 / q, root = std::sqrt(a);
    const Complex plain = s * s + k * s + 1.0;
    const Complex tilt = (a * s * s + root * k * s + 1.0) / (s * s + root * k * s + a);
    switch (type) {
    case BandType::bell: return (s * s + k * a * s + 1.0) / (s * s + k / a * s + 1.0);
    case BandType::low_shelf: return a * (s * s + root * k * s + a) / (a * s * s + root * k * s + 1.0);
    case BandType::high_shelf: return a * tilt;
    case BandType::tilt: return tilt;
    case BandType::high_pass: return s * s / plain;
    case BandType::low_pass: return 1.0 / plain;
    case BandType::band_pass: return k * s / plain;
    case BandType::notch: return (s * s + 1.0) / plain;
    case BandType::all_pass: return (s * s - k * s + 1.0) / plain;
    }
    return 0;
}

/// One kernel of one build, one sound in, in lane 0 (or a pair's in lanes 0 and 1).
class LaneRig {
public:
    LaneRig(const Kernels& kernels, std::string_view kernel, int size)
        : lanes_(kernels.lanes), processor_(kernels.make(kernel, size)),
          frames_(
              static_cast<float*>(::operator new[](sizeof(float) * max_lanes * max_block, std::align_val_t{alignment})))
    {}
    template <class C>
    requires std::is_trivially_copyable_v<C>
    void aim(int lane, const C& coeffs, int glide)
    {
        std::array<float, sizeof(C) / sizeof(float)> flat;
        std::memcpy(flat.data(), &coeffs, sizeof(C));
        processor_->aim(lane, flat, glide);
    }
    void aim_flat(int lane, std::span<const float> coeffs, int glide) { processor_->aim(lane, coeffs, glide); }
    void aim(int lane, std::span<const Section> sections, int glide)
    {
        processor_->aim(lane, {reinterpret_cast<const float*>(sections.data()), sections.size() * 6}, glide);
    }
    /// In place, in blocks of at most `block`.
    void run(std::span<float> sound, int block) { run(sound, {}, block); }
    void run(std::span<float> left, std::span<float> right, int block)
    {
        for (std::size_t at = 0; at < left.size();) {
            const std::size_t count = std::min({left.size() - at, std::size_t(block), std::size_t(max_block)});
            std::fill_n(frames_.get(), max_lanes * max_block, 0.0f);
            for (std::size_t i = 0; i < count; ++i) {
                lane(i, 0) = left[at + i];
                if (!right.empty()) lane(i, 1) = right[at + i];
            }
            processor_->run(frames_.get(), frames_.get(), int(count), clock_);
            clock_ += count;
            for (std::size_t i = 0; i < count; ++i) {
                left[at + i] = lane(i, 0);
                if (!right.empty()) right[at + i] = lane(i, 1);
            }
            at += count;
        }
    }

private:
    struct Free {
        void operator()(float* p) const { ::operator delete[](p, std::align_val_t{alignment}); }
    };
    float& lane(std::size_t frame, std::size_t lane) { return frames_[frame * std::size_t(lanes_) + lane]; }
    int lanes_;
    std::unique_ptr<LaneProcessor> processor_;
    std::unique_ptr<float[], Free> frames_;
    std::uint64_t clock_ = 0;
};

/// The spectrum of a sound at one frequency.
inline Complex spectrum(std::span<const float> sound, double hz, double rate)
{
    const Complex turn = std::polar(1.0, -2 * std::numbers::pi * hz / rate);
    Complex sum = 0, phase = 1;
    for (float x : sound) sum += double(x) * phase, phase *= turn;
    return sum;
}
} // namespace fohd::dsp::test

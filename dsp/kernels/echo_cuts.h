#pragma once
#include <array>
#include <cstddef>

namespace fohd::dsp {

/// The low cut and the high cut of four channels' echoes, 12 dB/oct each: state-variable sections (Zavalishin, "The Art of VA Filter
/// Design", 2.1.0, 4.4), Butterworth. Their recursion is as short as it can be without losing low frequencies in a float's digits.
class EchoCuts {
public:
    struct Coeffs {
        /// `g`: tan(pi f / rate).
        explicit Coeffs(float tangent) : g(tangent), gk(g / (1 + g * (g + damping))), keep(1 - gk * (g + damping)) {}
        float g, gk, keep;
    };

    /// Frame `i` of each channel. A weight of 0 passes what comes, 1 its cut.
    void run(const std::array<float*, 4>& channels, int i, const Coeffs& low, float low_weight, const Coeffs& high,
             float high_weight)
    {
        const Four x{channels[0][i], channels[1][i], channels[2][i], channels[3][i]};
        const Parts a = low_cut_.run(x, low);
        const Four thinned = x - low_weight * (damping * a.band + a.low); // what is above is the rest
        const Parts b = high_cut_.run(thinned, high);
        const Four y = thinned + high_weight * (b.low - thinned);
        const Four heard = (y > inaudible) | (y < -inaudible) ? y : Four{};
        for (std::size_t n = 4; n-- > 0;) channels[n][i] = heard[n];
    }

private:
    using Four [[gnu::vector_size(16)]] = float;
    static constexpr float damping = 1.41421356f;
    /// What stays in a section once its products with g are flushed to zero, some 1e-35, is not to sound for ever.
    static constexpr float inaudible = 1e-20f;

    struct Parts {
        Four band, low;
    };
    struct Section {
        Four s1{}, s2{};
        Parts run(Four x, const Coeffs& c)
        {
            const Four band = c.keep * s1 + c.gk * (x - s2), half = c.g * band, low = s2 + half;
            s1 = band + band - s1;
            s2 = low + half;
            return {band, low};
        }
    };
    Section low_cut_, high_cut_;
};
} // namespace fohd::dsp

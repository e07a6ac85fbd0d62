#pragma once
#include <array>
#include <cstddef>
#include <span>

namespace fohd::dsp {

/// What it takes to be called a howl.
struct HowlRules {
    float floor_db;         ///< Level of the softest tone that is looked at, dBFS.
    float narrow_db;        ///< PNPR: how far the tone stands above what is beside it.
    float alone_db;         ///< PHPR: how far above what is where its harmonics, or those of which it is one, would be,
    float growing_alone_db; ///< or that, where it grows as only a loop grows.
    float steep_alone_db;   ///< or that, above the nearest harmonics only, where it grows fast.
    float hops;             ///< For how many hops it stands still, neither falling nor moving.
    float clipped;          ///< How much of a hop counts where a clipping amplifier may have made the harmonics.
};

/// Finds tones in power spectra that no instrument and no voice would make: narrow (PNPR), without harmonics (PHPR), of one
/// frequency that stands still for some time (IPMP), or growing by equal dB in equal times (IMSD), which no harmonic does with it.
/// The criteria are those that van Waterschoot and Moonen compare in "Fifty years of acoustic feedback control", Proc. IEEE 99(2),
/// 2011, section IV.
class HowlDetector {
public:
    static constexpr int memory = 12; ///< Hops in which growth is seen.
    struct Track {
        float hz = 0;
        std::array<float, memory> level{}; ///< dBFS, the newest first.
        int age = 0, missed = 0;           ///< hops
        float held = 0;                    ///< Hops, less those that speak against it.
        int growing = 0;                   ///< Hops.
        float slope = 0;                   ///< Of what grows straight, dB a hop; 0 is none.
        float steady = 0;                  ///< The slope that this began with,
        float rise = 0;                    ///< and how far it grew by it since the first line was straight, dB.
        bool howls = false;
    };

    void prepare(int bins, double bin_hz);
    /// Audio thread. Begins with the spectrum of the next hop.
    void begin() { done_ = 0; }
    /// Audio thread. That spectrum, in which a tone of full scale has a peak of 1, up to the unit `until` of units(), which cost
    /// about the same each. Tracks are of use when all are done.
    void judge(const float* power, const HowlRules& rules, int until);
    int units() const { return scans() + static_cast<int>(peaks_.size()); }
    void clear() { tracks_.fill({}), done_ = 0; }
    /// Those that live; hz 0 is none.
    std::span<const Track> tracks() const { return tracks_; }
    /// Level of the strongest bin within one bin of a frequency, dBFS.
    float level_at(const float* power, float hz) const;

private:
    struct Peak {
        int bin;
        float power;
    };
    static constexpr int all_places = 8, few_places = 4; ///< Where harmonics are looked for.
    static constexpr int scan_ = 96;                     ///< Bins of a unit.
    int scans() const { return (last_ - first_ + scan_ - 1) / scan_; }
    void find_peaks(const float* power, const HowlRules& rules, int from, int to);
    void age();
    void forget();
    float frequency(const float* power, int bin) const;
    float alone_by(const float* power, float hz, float peak, bool clipped, int count) const;
    bool has_company(const Track& track) const;
    bool grows(Track& track, bool still, float alone, float near_alone, const HowlRules& rules) const;
    void follow(const float* power, const Peak& peak, const HowlRules& rules);
    static float growth(const Track& track, int hops);

    int first_ = 0, last_ = 0, bins_ = 0;
    float bin_hz_ = 0;
    std::array<Peak, 16> peaks_{};
    std::size_t peak_count_ = 0;
    std::array<Track, 24> tracks_{};
    int done_ = 0; ///< Units.
};
} // namespace fohd::dsp

#pragma once
#include "dsp/kernels/dynamics_design.h"
#include "dsp/kernels/lane_chain.h"
#include "dsp/processors/compressor.h"
#include "dsp/processors/crossover.h"

namespace fohd::dsp {

/// A compressor, saturation and a level for each of 2 to 6 bands. Planar: the bands of all channels ride side by side in the
/// lanes of one register, each as one way of the crossover, so that four bands of a pair cost about as much as one.
class Multiband final : public PlanarProcessor {
public:
    static constexpr std::string_view type = "multiband";
    static constexpr std::string_view text = "Compressor, saturation and level for each of 2 to 6 bands, which sum "
                                             "flat where they do nothing; with a key each band "
                                             "follows the same band of that.";

    struct Params {
        Slope slope;
        Percent link;
        Milliseconds lookahead;
    };
    static constexpr bool keyed = true;
    static constexpr ParamTable<Params> params{
        {&Params::slope,
         "slope",
         {12_per_oct, 48_per_oct},
         24_per_oct,
         Taper::linear,
         Glide::rebuild,
         "How steeply the bands part, in steps of 12."},
        {&Params::link,
         "link",
         {0_pct, 100_pct},
         100_pct,
         Taper::linear,
         Glide::ramp,
         "How much the louder side of a pair rules both; channels of a wider strip always share one gain a band."},
        {&Params::lookahead,
         "lookahead",
         {0_ms, 20_ms},
         0_ms,
         Taper::linear,
         Glide::rebuild,
         "How much earlier than the sound each band is measured; adds as much latency."},
    };

    struct Split {
        Hertz frequency;
    };
    static constexpr std::string_view splits_key = "crossovers";
    static constexpr int max_splits = 5;
    static constexpr ParamTable<Split> split_params{
        {&Split::frequency,
         "crossover",
         {20_Hz, 20_kHz},
         1_kHz,
         Taper::log,
         Glide::ramp,
         "Where two bands meet, each 6 dB down; one below its neighbour counts as equal."}};
    static constexpr std::array<Split, 3> initial_splits{Split{120_Hz}, Split{1_kHz}, Split{6_kHz}};

    struct Band {
        Decibels threshold;
        Ratio ratio;
        Decibels knee;
        Milliseconds attack, release;
        Toggle auto_release;
        Milliseconds hold;
        Choice<CompressorProcessor::Detector> detector;
        Milliseconds window;
        Decibels range;
        Percent mix;
        Decibels drive, gain;
        Toggle solo, mute, bypass;
    };
    static constexpr ParamTable<Band> band_params{
        {&Band::threshold,
         "threshold",
         {-60_dB, 0_dB},
         -18_dB,
         Taper::linear,
         Glide::ramp,
         "Level above which it acts."},
        {&Band::ratio,
         "ratio",
         {1_to_1, 100_to_1},
         2_to_1,
         Taper::log,
         Glide::ramp,
         "Change of level in for one of level out, above the threshold; 1 leaves the band alone."},
        {&Band::knee,
         "knee",
         {0_dB, 24_dB},
         6_dB,
         Taper::linear,
         Glide::ramp,
         "Width of the bend round the threshold."},
        {&Band::attack,
         "attack",
         {0.05_ms, 500_ms},
         20_ms,
         Taper::log,
         Glide::ramp,
         "Time to 63 % of a step of reduction in dB."},
        {&Band::release,
         "release",
         {5_ms, 5000_ms},
         150_ms,
         Taper::log,
         Glide::ramp,
         "Time to 63 % of the way back, in dB."},
        {&Band::auto_release, "auto_release", false, Glide::rebuild,
         "Short peaks are released as set, long reduction ten times as slowly."},
        {&Band::hold, "hold", {0_ms, 500_ms}, 0_ms, Taper::linear, Glide::rebuild, "Wait before the release."},
        {&Band::detector, "detector", CompressorProcessor::detectors, CompressorProcessor::Detector::peak,
         Glide::rebuild, "What the level is: the peak, or the rms, 3 dB lower for a sine."},
        {&Band::window, "window", {1_ms, 300_ms}, 10_ms, Taper::log, Glide::ramp, "Time constant of the rms detector."},
        {&Band::range, "range", {0_dB, 80_dB}, 80_dB, Taper::linear, Glide::ramp, "Most reduction there ever is."},
        {&Band::mix, "mix", {0_pct, 100_pct}, 100_pct, Taper::linear, Glide::ramp, "Share of the compressed sound."},
        {&Band::drive,
         "drive",
         {0_dB, 24_dB},
         0_dB,
         Taper::linear,
         Glide::ramp,
         "Into a soft curve that keeps the level of -12 dBFS; off at 0, and where any band is on, 27 frames of "
         "latency."},
        {&Band::gain, "gain", {-24_dB, 24_dB}, 0_dB, Taper::linear, Glide::ramp, "Level of the band."},
        {&Band::solo, "solo", false, Glide::ramp, "Only bands in solo are heard."},
        {&Band::mute, "mute", false, Glide::ramp, "The band is not heard."},
        {&Band::bypass, "bypass", false, Glide::ramp, "The band is heard as it came."},
    };
    static constexpr int max_bands = max_splits + 1;
    static constexpr Band initial_band = band_params.initial();
    static constexpr std::array<Band, 4> initial_bands{initial_band, initial_band, initial_band, initial_band};

    static constexpr bool reduces = true;

    static Shape shape(const Params&, std::span<const Split>, std::span<const Band>, const Context&);
    static void design(const Params&, std::span<const Split>, std::span<const Band>, const Context&, CoeffWriter&);
    static std::unique_ptr<PlanarProcessor> make(const Params&, std::span<const Split>, std::span<const Band>,
                                                 const Context&);

    Multiband(const Params&, std::span<const Split>, std::span<const Band>, const Context&);
    void run(float* const* channels, int frames) override;
    void hear(const float* const* key) override { heard_ = key; }
    void aim(std::span<const float> coeffs, bool now) override;
    void clear() override;
    void take(const PlanarProcessor& from) override;
    /// Of the band that is turned down most.
    float reduction(int channel) const override;

private:
    float* buffer(int row) { return buffers_[static_cast<std::size_t>(row)].of.data(); }
    /// `to`, a row each, becomes the bands of the channels.
    void split(LaneChain& chain, const float* const* channels, float* const* to, int frames);
    /// Of each band one key for all channels: the loudest.
    void share_key(const float* const* bands, int frames);
    const LaneChain& working() const { return apart_ ? work_ : split_; }

    int channels_, bands_, rows_, glide_;
    bool keyed_, apart_;
    std::size_t compressor_ = 0; ///< Which of the stages.
    const Kernels* kernels_;
    LaneChain split_,
        work_;            ///< `split_` does it all, unless what a band is keyed by has to lie between them: `apart_`.
    LaneChain key_split_; ///< Of another strip's key.
    const float* const* heard_ = nullptr;
    std::vector<PlanarBuffer> buffers_; ///< One a row; then one a row of the key, or of a wide strip one a band.
    std::vector<float> aimed_; ///< The coefficients of all bands, so that only those that change are put to glide.
    std::vector<const float*> in_, keys_;
    std::vector<float*> out_, key_out_;
};
} // namespace fohd::dsp

#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace fohd::dsp {

inline constexpr int max_block = 64; ///< Frames of a sub-block: no kernel ever gets more.
inline constexpr int max_lanes = 16; ///< Of any build.
inline constexpr int alignment = 64; ///< Bytes; of every buffer.

/// A sub-block of one channel, as kernels want it; zero at first.
struct alignas(alignment) PlanarBuffer {
    std::array<float, max_block> of{};
};

/// One kernel run for the like strips that ride in one register. All that it remembers lies in rows of one float a
/// lane: coefficients now, coefficients to reach, state, history. So to set, glide, clear or move a lane is written
/// once, here.
class LaneProcessor {
public:
    LaneProcessor(const LaneProcessor&) = delete;
    LaneProcessor& operator=(const LaneProcessor&) = delete;
    virtual ~LaneProcessor();

    /// Audio thread. In place over `count` <= max_block frames of one float a lane. `key` has the same layout, and is
    /// `frames` itself where nothing else is listened to. `clock` counts the frames since the first graph began: rings
    /// derive their position from it, so that a lane may move to another group.
    virtual void run(float* frames, const float* key, int count, std::uint64_t clock) = 0;

    /// The lane glides to these coefficients over `frames`; with 0 it has them at once. A glide that is already on its way there
    /// goes on as it is. Audio thread, or before it runs.
    void aim(int lane, std::span<const float> coeffs, int frames);
    /// Goes on, bit for bit, where a lane of another group of the same kernel and size stopped.
    void take(int lane, const LaneProcessor& from, int from_lane);
    /// As after construction, but for the coefficients.
    void clear(int lane);
    /// A row of the kernel's State, for readings.
    float state(int row, int lane) const { return rows_.state[row * width_ + lane]; }
    void set_state(int row, int lane, float value) { rows_.state[row * width_ + lane] = value; }

protected:
    /// Where the rows lie; all of one float a lane.
    struct Rows {
        float *now, *goal; ///< `coeff_count` rows each
        float* lead;       ///< one row: the frames left of each lane's glide
        float* state;      ///< `state_count` rows: State, then history
        int coeff_count, state_count;
    };
    LaneProcessor();
    /// Last thing of construction: every lane is now as it shall be after clear().
    void adopt(const Rows& rows, int width);
    bool gliding_ = false;

private:
    Rows rows_{};
    int width_ = 0;
    std::vector<float> cleared_; ///< One float a state row.
};

struct FftRun;
struct HeadWork;
struct SpectrumSum;
struct SweepPass;
struct NotchPass;
struct ReverbWork;
struct PeriodSums;
struct PeriodCurve;
struct TapReads;
struct LowPassPass;

/// What one build of kernels.isa.cpp offers. Planar buffers hold max_block floats each and are aligned.
struct Kernels {
    const char* isa;
    int lanes;
    bool fused; ///< Whether fma() rounds once. Builds that agree in this agree in every bit.
    /// A kernel by name and size (sections, frames of delay …), or nullptr. The caller owns it.
    LaneProcessor* (*make)(std::string_view kernel, int size);
    void (*pack)(const float* const* planar, float* frames, int count); ///< One planar buffer a lane.
    void (*unpack)(const float* frames, float* const* planar, int count);
    void (*copy)(const float* frames, float* to, int count); ///< Lanes to lanes.
    /// frames = dry where wet = 0, frames where wet = 1, between them a line; wet steps from `from` to `to` (one float
    /// a lane).
    void (*blend)(float* frames, const float* dry, const float* from, const float* to, int count);
    void (*add)(float* to, const float* from, float gain, int count); ///< Planar: to += gain * from.
    /// Planar: to += gain * from, gain = ((c3 t + c2) t + c1) t + c0, t = start + i * step.
    void (*add_gliding)(float* to, const float* from, const float* c, float start, float step, int count);
    /// Planar: copies, NaN and infinity as silence, clamped to +-1000; returns how many samples were not finite.
    int (*sanitize)(const float* from, float* to, int count);
    void (*sweep)(const SweepPass&); ///< Planar: one channel of a chorus or a flanger.
    /// A chunk of a reverb; false where it wrote nothing but silence into its lines.
    bool (*reverberate)(const ReverbWork& work);
    void (*fft)(const FftRun& run); ///< Units of a transform.
    void (*notch)(const NotchPass& pass);
    void (*convolve_head)(const HeadWork& work);
    void (*sum_spectra)(const SpectrumSum& sum);
    // Of pitch (dsp/kernels/pitch_pass.h).
    void (*sum_periods)(const PeriodSums&);
    void (*draw_periods)(const PeriodCurve&);
    void (*read_taps)(const TapReads&);
    void (*low_pass)(const LowPassPass&);
};

/// The builds that this computer can run, widest last. FOHD_ISA=sse2|avx2|avx512|neon in the environment forces one
/// build. Two builds are returned together only if they agree in every bit.
std::span<const Kernels* const> usable_kernels();
} // namespace fohd::dsp

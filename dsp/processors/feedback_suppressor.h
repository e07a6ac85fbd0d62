#pragma once
#include "dsp/kernels/howl_detector.h"
#include "dsp/kernels/notch_bank.h"
#include "dsp/kernels/rolling_spectrum.h"
#include "dsp/kernels/turn_down.h"
#include "dsp/registry.h"

namespace fohd::dsp {

/// Narrow notches where a loop of microphone and loudspeaker howls. A howl is tried by a shallow notch: only what comes back through the
/// loop gets softer before the notch by it, or moves beside it, where a wider one follows; what does not, even by the deepest, is
/// music, is given back and left alone while it sounds.
class FeedbackSuppressor final : public PlanarProcessor {
public:
    static constexpr std::string_view type = "feedback_suppressor";
    static constexpr std::string_view text =
        "Finds feedback and puts narrow notches on it, which it proves by hearing the loop fade.";
    static constexpr bool reduces = true; // by turn_down

    enum class Sound { speech, music };
    static constexpr std::array<std::string_view, 2> sounds{"speech", "music"};
    static constexpr int most = NotchBank::capacity;

    struct Params {
        Plain filters, fixed;
        Choice<Sound> type;
        Percent sensitivity;
        Decibels depth;
        Milliseconds lift_after;
        Decibels turn_down;
        Toggle freeze;
    };
    static constexpr Milliseconds never = 3600000_ms; ///< Where nothing is lifted.
    using P = Params;
    static constexpr ParamTable<Params> params{
        {&P::filters,
         "filters",
         {1_plain, 24_plain},
         12_plain,
         Taper::linear,
         Glide::ramp,
         "Most filters there are at a time."},
        {&P::fixed,
         "fixed",
         {0_plain, 24_plain},
         6_plain,
         Taper::linear,
         Glide::ramp,
         "How many of them, the first that are needed, stay until they are cleared, over a restart too; the rest are "
         "live."},
        {&P::type, "type", sounds, Sound::music, Glide::ramp,
         "music has narrower filters and waits longer, speech is faster and wider."},
        {&P::sensitivity,
         "sensitivity",
         {0_pct, 100_pct},
         50_pct,
         Taper::linear,
         Glide::ramp,
         "How soon a tone counts as feedback."},
        {&P::depth,
         "depth",
         {3_dB, 30_dB},
         18_dB,
         Taper::linear,
         Glide::ramp,
         "Most that a filter takes away; it begins with 6 dB and deepens while the ring stays."},
        {&P::lift_after,
         "lift_after",
         {1000_ms, never},
         300000_ms,
         Taper::log,
         Glide::ramp,
         "Time without a ring after which a live filter is taken out, by 1 dB a second; never at 3600 s."},
        {&P::turn_down,
         "turn_down",
         {0_dB, 12_dB},
         0_dB,
         Taper::linear,
         Glide::ramp,
         "Most that all of the sound is turned down where more rings than filters hold; 0: never. Above 0 howls are "
         "tried "
         "sooner after one was proved, and sustained chords may be taken for them. It comes back by 1 dB a second, at "
         "once "
         "while there are filters for what rings then, else after lift_after."},
        {&P::freeze, "freeze", false, Glide::ramp, "Filters stay as they are: none is placed, deepened or lifted."},
    };
    enum Action { clear_all, clear_live };
    static constexpr ActionSpec actions[] = {{"clear", "Takes out every filter."},
                                             {"clear_live", "Takes out the live filters."}};
    enum Reading { frequencies, depths, fixed_ones, used };
    static constexpr ReadingSpec readings[] = {
        {"frequency", Unit::hertz, most, "Of each filter; 0 where it is free."},
        {"depth", Unit::decibel, most, "What each filter takes away."},
        {"fixed", Unit::plain, most, "1 where a filter stays until it is cleared, 0 where it is live or free."},
        {"used", Unit::plain, 1, "Filters in use."}};

    /// A filter.
    struct Learned {
        Hertz frequency;
        Decibels depth;
        Plain width;
    };
    static constexpr std::string_view learned_key = "filters";
    static constexpr int max_learned = most;
    static constexpr ParamTable<Learned> learned_params{
        {&Learned::frequency, "frequency", {10_Hz, 20000_Hz}, 1000_Hz, Taper::log, Glide::ramp, "Where it rang."},
        {&Learned::depth, "depth", {0.01_dB, 30_dB}, 6_dB, Taper::linear, Glide::ramp, "What it takes away."},
        {&Learned::width, "width", {1_plain, 64_plain}, 1_plain, Taper::log, Glide::ramp, "Times that of a new one."},
    };

    static Shape shape(const Params&, const Context&);
    static void design(const Params&, const Context&, CoeffWriter&);
    static std::unique_ptr<PlanarProcessor> make(const Params&, const Context&);

    explicit FeedbackSuppressor(const Context& context);
    void run(float* const* channels, int frames) override;
    void aim(std::span<const float> coeffs, bool now) override;
    void clear() override;
    bool take_ahead(const PlanarProcessor& from, int frames) override;
    void take(const PlanarProcessor& from) override;
    void remember(std::span<float> items, bool all) const override;
    void learn(std::span<const float> items) override;
    void act(int action) override;
    float reading(int reading, int value) const override;
    float reduction(int) const override { return turn_down_.depth(); }

private:
    static constexpr int glide_hops = 2;          ///< 21 ms.
    static constexpr float at_the_limit_db = -20; ///< dBFS: where a howl may grow no more.
    struct Coeffs {
        float filters, fixed, most_db;
        float q, narrowest;      ///< Width is hz / q, at least `narrowest` Hz.
        float frozen, lift_hops; ///< 0: never.
        float turn_down_db;
        HowlRules rules;
    };
    struct Filter {
        float hz = 0;      ///< 0: free.
        float depth = 0;   ///< dB
        float proved = 0;  ///< dB that it came back to be right with, or 0.
        float loudest = 0; ///< dBFS at hz in this trial: a narrow notch may be answered slowly.
        float wide = 1;    ///< Times the width of a new one.
        int tried = 0;     ///< Hops since the last step, or -1: it holds.
        int doubt = 0;     ///< Hops for which its proof may still be taken back.
        float idle = 0;    ///< Hops since the last ring.
        float age = 0;     ///< Hops.
        int leaving = 0;   ///< Hops until it is free.
        bool alone = true; ///< Since the last step nothing else howled.
    };
    /// A tone that a filter did not change.
    struct Innocent {
        float hz = 0;
        int left = 0;      ///< Hops, counted while it does not sound where that is sure.
        bool sure = false; ///< It was alone.
    };
    HowlRules rules() const;
    TurnDown::Rules turn_down_rules() const;
    void analyse();
    void end_hop();
    void meet_all();
    bool stands_at_the_limit(const HowlDetector::Track& track) const;
    void step_turn_down(bool heard);
    void forgive(float hz, bool alone);
    void make_room(const HowlDetector::Track& track, std::size_t oldest);
    void step_filters(bool heard);
    void judge_trial(std::size_t index);
    void doubt(std::size_t index);
    void meet(const HowlDetector::Track& track);
    void set_depth(std::size_t index, float depth, int hops);
    void free(std::size_t index);
    bool is_fixed(std::size_t index) const { return static_cast<float>(index) < coeffs_.fixed; }
    float width(float hz, float wide = 1) const
    {
        constexpr float widest = 6; // a Q: a third of an octave beside it 18 dB are half a dB
        return std::min(wide * std::max(hz / coeffs_.q, coeffs_.narrowest), std::max(hz / widest, coeffs_.narrowest));
    }
    float width(const Filter& f) const { return width(f.hz, f.wide); }
    float howl_beside(const Filter& f) const;
    bool widen(std::size_t index, float level);
    bool howls_alone(float hz) const;
    bool is_innocent(float hz) const;
    bool turns_down(const Filter& f, float level);

    int channels_;
    float hop_seconds_ = 0, highest_hz_ = 0;
    RollingSpectrum spectrum_;
    HowlDetector detector_;
    NotchBank bank_;
    TurnDown turn_down_;
    Coeffs coeffs_{};
    std::array<Filter, most> filters_{};
    std::array<Innocent, 8> innocents_{};
    int alarm_ = 0;    ///< Hops for which others are likely to howl, as one has been proved.
    float proofs_ = 0; ///< How many, less one a second.
    int shouts_ = 0;   ///< Hops for which several have been proved and the loudest is at the limit still.
    int replaced_ = 0; ///< Hops until another filter may go for a new one.
    int at_ = 0;       ///< Frames of this hop.
    std::vector<PlanarBuffer> part_;
    std::vector<float*> rows_;
};
} // namespace fohd::dsp

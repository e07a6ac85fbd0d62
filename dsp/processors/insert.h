#pragma once
#include "dsp/kernels/loop_probe.h"
#include "dsp/registry.h"
#include <array>

namespace fohd::dsp {

/// Sends the chain through gear outside: by a port, and back by another. What comes back late by `latency` stands in the place of what
/// was sent. Where nothing can come back it passes the sound by, as late. A cable that is pulled is known when the sound is gone: what was
/// heard last then falls to silence instead of jumping there.
class InsertProcessor final : public PlanarProcessor {
public:
    static constexpr std::string_view type = "insert";
    static constexpr std::string_view text =
        "Outboard gear by JACK ports, its round trip measured and compensated; passes the sound by where nothing is "
        "connected to its return.";
    static constexpr SettingSpec settings[] = {
        {"send", SettingSpec::Kind::port, "Port or pattern of ports that the sound goes to, one a channel."},
        {"return", SettingSpec::Kind::port, "Port or pattern of ports that it comes back from, one a channel."}};
    static constexpr std::string_view found[] = {"latency", "block", "rate"};
    static constexpr ActionSpec actions[] = {
        {"measure",
         "Finds the latency by a ping at -40 dBFS; the insert is bypassed and its return mute meanwhile, for 2 s.",
         found}};
    static constexpr ReadingSpec readings[] = {
        {"connected", Unit::plain, 0, "1 where something can come back, 0 where the sound passes by."},
        {"measured", Unit::plain, 1, "Frames that `measure` found last; 0 not yet, -1 no answer."}};

    struct Params {
        Decibels send_trim, return_trim;
        Plain latency, block, rate;
    };
    using P = Params;
    static constexpr ParamTable<Params> params{
        {&P::send_trim, "send_trim", {-30_dB, 30_dB}, 0_dB, Taper::linear, Glide::ramp, "Level to the gear."},
        {&P::return_trim, "return_trim", {-30_dB, 30_dB}, 0_dB, Taper::linear, Glide::ramp, "Level from the gear."},
        {&P::latency,
         "latency",
         {0_plain, 96000_plain},
         0_plain,
         Taper::linear,
         Glide::rebuild,
         "Round trip in frames, that everything else waits for; `measure` finds it."},
        {&P::block,
         "block",
         {0_plain, 8192_plain},
         0_plain,
         Taper::linear,
         Glide::ramp,
         "Frames a callback for which the latency holds, stored by `measure`; 0: any."},
        {&P::rate,
         "rate",
         {0_plain, 384000_plain},
         0_plain,
         Taper::linear,
         Glide::ramp,
         "Rate in Hz for which the latency holds, stored by `measure`; 0: any."},
    };

    static Shape shape(const Params&, const Context&);
    static void design(const Params&, const Context&, CoeffWriter&);
    static std::unique_ptr<PlanarProcessor> make(const Params&, const Context&);
    static std::string doubt(const Params&, double rate, int block);

    InsertProcessor(const Params& params, const Context& context);
    void exchange(const Exchange& world) override { world_ = world; }
    void run(float* const* channels, int frames) override;
    void aim(std::span<const float> coeffs, bool now) override;
    void clear() override;
    void take(const PlanarProcessor& from) override;
    void act(int action) override;
    void interrupt() override;
    float reading(int reading, int index) const override;
    Finding find(int block) override;

private:
    /// From one value to the next, at rest at both ends.
    struct Ramp {
        float now = 1, from = 1, goal = 1;
        int left = 0, length = 1; ///< frames
        void aim(float to, int frames);
        float next();
        bool rests() const { return left == 0; }
    };
    enum class Phase : std::uint8_t {
        idle,
        closes, ///< the send falls silent, the sound passes by
        drains, ///< what is still in the gear comes out
        pings,
        fills ///< the gear is sent sound again, and not yet heard
    };
    /// Why nothing was found, where the probe does not know.
    enum class Failure : std::uint8_t { none, unconnected, interrupted };
    /// What comes back on a channel, and what is left of it where it ends abruptly.
    struct Heard {
        Ramp live;          ///< Of what comes back: it fades in where it was cut off before.
        Ramp share;         ///< Of what comes back, and not of what passes by.
        bool comes = false; ///< Something can come back.
        float last = 0;     ///< The frame before, as it was heard.
        int sounding = 0;   ///< Frames in a row that were not exactly zero, up to `lively`.
        float fallen = 0;   ///< What is falling to silence,
        int fall_left = 0;  ///< for so many frames yet.
    };
    void go_on(int frames);
    void look_for_end(Heard& heard, const float* back, int frames) const;
    float fall(Heard& heard) const;
    bool is_under_way() const;
    bool measures() const;
    void give_up();
    void run_some(float* const* channels, int done, int frames);
    void set(Phase phase, int frames);

    const double rate_;
    const int channels_, latency_, glide_, longest_; ///< frames, but the first
    Exchange world_{};
    Ramp send_, back_, open_;       ///< Gains; how open the send is.
    std::array<Heard, 16> heard_{}; ///< By channel.
    bool fresh_ = true;
    std::atomic<Phase> phase_ = Phase::idle;
    int phase_left_ = 0;
    std::atomic<float> measured_ = 0;
    std::atomic<Failure> failure_ = Failure::none;
    LoopProbe probe_;
    int block_ = 0; ///< Frames a callback when the control thread saw it measure first; 0: it does not.
};
} // namespace fohd::dsp

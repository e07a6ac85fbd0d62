#pragma once

#include "control/address_space.h"
#include "control/desk_wiring.h"
#include "control/loudness_match.h"
#include "control/readings.h"
#include "control/store.h"

#include <functional>

namespace fohd::control {

/// Between what a surface shows and what runs. A surface has the strips of the file, whose values stay as they were set; the
/// sound is made of the same strips at the same indices, with what groups make of their values, and of hidden strips and sends that
/// no address names. One thread: control's, or in `render` the one that runs the blocks.
class Desk final : public Sound, public ReadingSource {
public:
    /// `layout()` and `sound()` begin with the values of the file.
    explicit Desk(const config::Config& config);
    Desk(const Desk&) = delete;
    Desk& operator=(const Desk&) = delete;

    /// Where values go and readings come from; both must outlive the desk, or be replaced before.
    void connect(Sound& sound, ReadingSource& readings);

    /// The strips that have addresses.
    const dsp::Description& surface() const { return surface_; }
    /// Every value that has an address: those of surface(), in its order, then those of the desk itself.
    const dsp::Layout& layout() const { return wiring_.surface_layout; }
    /// What an address space has besides: the desk's own readings and commands.
    const Additions& additions() const { return additions_; }
    /// What runs, and its values in a row.
    const dsp::Description& sound() const { return wiring_.sound; }
    const dsp::Layout& sound_layout() const { return wiring_.sound_layout; }
    /// The strip of sound() that is heard where this one of surface() is spoken of.
    int heard(int strip) const { return wiring_.ab && wiring_.ab->strip == strip ? wiring_.ab->heard : strip; }

    /// The sound's values where the surface has these.
    std::vector<float> resolve(std::span<const float> surface) const;
    /// As resolve(), and from now on they count as applied: for who hands them to the sound himself.
    std::vector<float> begin(std::span<const float> surface);

    /// Values of layout(); hands on what differs in the sound, which may be nothing.
    void apply(std::span<const float> values, std::span<const int> changed) override;

    void follow(std::span<const float> values, std::span<const int> changed) override;

    using Write = std::function<void(int value, float to)>;
    /// What becomes of values that are tried, one after the other, and not applied.
    class Trial {
    public:
        /// From these values of the surface on, which need not have been applied either.
        Trial(const Desk& desk, std::span<const float> values)
            : desk_(desk), shown_(values.begin(), values.end()), applied_(desk.resolve(values))
        {}
        /// The surface has this value; `write` hears what so differs in the sound, or with `all` whatever depends on it.
        void set(int parameter, float value, bool all, const Write& write);

    private:
        const Desk& desk_;
        std::vector<float> shown_, applied_;
    };
    /// Whether a value of the surface is resolved with others, so that what comes of those depends on it.
    bool is_resolved(int parameter) const { return !wiring_.affected[static_cast<std::size_t>(parameter)].empty(); }

    /// A few times a second, or before each block: matches the loudness of the comparison. `frames` of sound so far, at `rate`.
    void tend(std::uint64_t frames, int rate);
    /// Goes on where another desk stopped that compares the same strip: a reload does not forget the match.
    void go_on_from(const Desk& before);

    /// Readings of surface() and of additions(), as of what is heard.
    void read(const Reading& reading, std::span<float> values) override;
    void reset_loudness(int strip) override;
    void pause_loudness(int strip, bool paused) override;
    void act(int strip, int processor, int action) override;

private:
    void note(std::span<const float> values, std::span<const int> changed);
    void resolve_strip(int strip, std::span<const float> surface, const Write& write) const;
    void put(int value, float to);
    void hand_on();
    float read_own(int which) const;
    bool is_compared(int value) const;
    float loudness(int strip, Reading::Kind kind);
    float ceiling() const;
    bool all_bypassed() const;

    dsp::Description surface_;
    DeskWiring wiring_;
    Additions additions_;
    std::vector<float> shown_;   ///< Of the surface, as last applied.
    std::vector<float> applied_; ///< Of the sound.
    std::vector<int> differ_;    ///< Of the sound: what is to be handed on.
    LoudnessMatch match_;
    std::uint64_t matched_at_ = 0; ///< frames
    Sound* next_ = nullptr;
    ReadingSource* readings_ = nullptr;
};

} // namespace fohd::control

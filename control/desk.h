#pragma once

#include "config/config.h"
#include "control/readings.h"
#include "control/store.h"

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
    const dsp::Layout& layout() const { return layout_; }
    /// What runs, and its values in a row.
    const dsp::Description& sound() const { return sound_; }
    const dsp::Layout& sound_layout() const { return sound_layout_; }

    /// The sound's values where the surface has these.
    std::vector<float> resolve(std::span<const float> surface) const;
    /// As resolve(), and from now on they count as applied: for who hands them to the sound himself.
    std::vector<float> begin(std::span<const float> surface);

    /// Values of layout(); hands on what differs in the sound, which may be nothing.
    void apply(std::span<const float> values, std::span<const int> changed) override;

    /// Readings of surface(), as of what is heard.
    void read(const Reading& reading, std::span<float> values) override;
    void reset_loudness(int strip) override;
    void pause_loudness(int strip, bool paused) override;

private:
    dsp::Description surface_, sound_;
    dsp::Layout layout_, sound_layout_;
    std::vector<float> applied_; ///< Of the sound.
    Sound* next_ = nullptr;
    ReadingSource* readings_ = nullptr;
};

} // namespace fohd::control

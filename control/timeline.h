#pragma once

#include "config/automation_text.h"
#include "control/desk.h"
#include "dsp/graph/score.h"

namespace fohd::control {

/// An automation at a rate, for a desk: what each value is at each frame, and the passage of a stretch of it. Any thread but the audio
/// thread.
///
/// A curve is played in steps of 5 ms. Coefficients of processors go on a line from step to step. Gains go on a cubic of 20 ms that comes
/// to rest at its end: sent anew a quarter of the way, it is ahead of where it is sent by 0.712 of its length once it keeps pace (from
/// equal slopes at both ends of a step, and the distance gone in it), so they are sent that much ahead and run along the curve.
/// What steps is sent at its frame alone.
class Timeline {
public:
    /// Addresses that the layout does not have are left out.
    Timeline(const config::Automation& automation, const dsp::Layout& layout, int rate);

    int tracks() const { return static_cast<int>(tracks_.size()); }
    int parameter(int track) const { return at(track).parameter; }
    /// Whether it changes the shape of the sound, which only the store can: such a track is in no passage.
    bool reshapes(int track) const { return at(track).spec->glide == dsp::Glide::rebuild; }
    /// What the value is at this frame; nothing before the first point.
    std::optional<float> value(int track, std::int64_t frame) const;
    /// The frame of the last point of all.
    std::int64_t end() const { return end_; }

    /// What happens in [begin, end), but of the tracks that are `left_out`, beside these values of the surface; what stands at `begin`
    /// where it begins. Both are rounded down to
    /// cells of 64 frames, and `end` comes earlier where much happens. In a cell up to four frames are exact, and what is at others in it
    /// comes with the next cell: so no file, however dense, makes a block cost more than a few.
    dsp::Passage passage(std::int64_t begin, std::int64_t end, const Desk& desk, std::span<const float> values,
                         std::span<const char> left_out) const;

private:
    struct Point {
        std::int64_t frame;
        float position, value; ///< Position on the taper.
        config::Curve curve;
    };
    struct Track {
        int parameter;
        const dsp::ParamSpec* spec;
        std::vector<Point> points;
    };
    struct Due {
        std::int64_t frame, heard; ///< When it is, and when it is played.
        int track;
        bool steps;  ///< It is a step of the automation.
        bool stands; ///< At the passage's begin.
    };
    const Track& at(int track) const { return tracks_[static_cast<std::size_t>(track)]; }
    static float between(const Track& track, std::size_t next, std::int64_t frame);
    /// The value `ahead` frames later, or before the next step if that comes first.
    static float ahead(const Track& track, std::int64_t frame, std::int64_t ahead);
    std::vector<Due> list(std::int64_t begin, std::int64_t& end, std::span<const char> left_out) const;
    void list(int track, std::int64_t begin, std::int64_t end, std::vector<Due>& due) const;
    std::vector<std::int64_t> ends(std::int64_t begin, std::int64_t end, std::span<const char> left_out) const;
    dsp::Passage::Move aim(const Due& due, bool gain) const;

    std::vector<Track> tracks_;
    std::int64_t end_ = 0;
    std::int64_t step_, glide_, lead_; ///< frames
};

} // namespace fohd::control

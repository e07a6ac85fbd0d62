#include "dsp/kernels/pitch_corrector.h"

#include <algorithm>
#include <cmath>

namespace fohd::dsp {
namespace {

constexpr double seconds_late = 0.020, seconds_low = 0.0075;
constexpr double window_seconds = 0.008, window_low = 0.005;
constexpr double lowest_of[] = {65, 41}, highest_of[] = {1050, 1500}; // voice, instrument
constexpr double glide_seconds = 0.02;
constexpr double note_holds = 0.2;        // semitones that another note must be nearer by …
constexpr double settled_seconds = 0.025; // … than one that is sung for so long …
constexpr double believed_seconds = 0.15; // … or be nearer for so long
constexpr double longest_lateness = 3;    // periods of the lowest tone, more than the latency
} // namespace

int PitchCorrector::latency(double rate, bool low)
{
    return static_cast<int>(std::lround((low ? seconds_low : seconds_late) * rate));
}

void PitchCorrector::prepare(double rate, int channels, bool low)
{
    rate_ = rate;
    kernels_ = usable_kernels().back();
    late_ = latency(rate, low) - pitch_chunk;
    glide_ = static_cast<int>(std::lround(glide_seconds * rate / pitch_chunk));
    for (std::size_t r = 0; r < ranges_.size(); ++r)
        ranges_[r] = {lowest_of[r], highest_of[r], low ? window_low : window_seconds};
    mix_.prepare(rate, channels);
    detector_.prepare(rate, ranges_);
    const double latest = latency(rate, false) + longest_lateness * rate / lowest_of[1]; // of either latency
    rings_.prepare(channels, static_cast<int>(latest));
    grains_.prepare(rate, rate / lowest_of[1], latest);
    heard_.assign(static_cast<std::size_t>(channels) * pitch_chunk, 0.0f);
    m_ = {};
    m_.voice.prepare(latest);
    m_.goal.late = late_;
    m_.voice.begin(m_.goal);
}

void PitchCorrector::aim(const PitchCorrectorCoeffs& coeffs, bool now)
{
    if (coeffs.shift != coeffs_.shift) m_.glide_left = glide_;
    coeffs_ = coeffs;
    detector_.aim(ranges_[coeffs.range != 0]);
    if (now) {
        m_.shift = static_cast<double>(coeffs.shift);
        m_.glide_left = 0;
    }
}

void PitchCorrector::clear()
{
    mix_.clear();
    detector_.clear();
    grains_.clear();
    rings_.clear();
    std::ranges::fill(heard_, 0.0f);
    const PitchVoice voice = m_.voice;
    m_ = {};
    m_.voice = voice;
    m_.shift = static_cast<double>(coeffs_.shift);
    m_.goal.late = late_;
    m_.voice.begin(m_.goal);
}

void PitchCorrector::take(const PitchCorrector& from)
{
    rings_.take(from.rings_);
    if (from.late_ != late_) return; // where it was is not where it is to be: it begins anew with what was heard
    mix_.take(from.mix_);
    detector_.take(from.detector_);
    std::copy_n(from.heard_.begin(), std::min(heard_.size(), from.heard_.size()), heard_.begin());
    grains_.take(from.grains_);
    coeffs_ = from.coeffs_;
    m_ = from.m_;
}

void PitchCorrector::process(float* const* channels, int frames)
{
    for (int done = 0; done < frames;) {
        const int at = rings_.filled(), count = rings_.fill(channels, done, frames - done);
        for (int c = 0; c < rings_.channels(); ++c)
            std::copy_n(heard_.data() + c * pitch_chunk + at, count, channels[c] + done);
        done += count;
        if (rings_.filled() == pitch_chunk) make_chunk();
    }
}

void PitchCorrector::make_chunk()
{
    float mean[pitch_chunk];
    mix_.mix(rings_, detector_.estimate().period == 0, mean);
    rings_.keep();
    grains_.hear(mean);
    if (detector_.hear(mean)) {
        m_.track.add(detector_.estimate(), detector_.hop());
        follow();
    }
    m_.correction += static_cast<double>(coeffs_.pace) * (m_.missing - m_.correction);
    if (std::abs(m_.missing - m_.correction) < 1e-4) m_.correction = m_.missing;
    if (m_.glide_left > 0) m_.shift += (static_cast<double>(coeffs_.shift) - m_.shift) / m_.glide_left--;
    m_.goal.ratio = std::exp2((m_.correction + m_.shift) / semitones);
    read_chunk();
    rings_.step();
}

/// Grains, and of what they leave the voice that takes formants with it, or the sound itself.
void PitchCorrector::read_chunk()
{
    const bool formants = coeffs_.formants != 0;
    TapPlaces grains[PitchGrains::most], voice[2];
    const TapPlaces* sources[PitchGrains::most + 2];
    const int of_grains =
        grains_.plan(m_.goal, formants && m_.goal.period > 0 && m_.goal.ratio != 1, rings_.at(), rings_.mask(), grains);
    PitchGoal goal = m_.goal;
    if (formants) goal.period = 0;
    int of_voice = m_.voice.plan(goal, rings_.at(), rings_.mask(), voice);
    if (of_voice == 0 && of_grains > 0) {
        PitchSource sound{late_, 1};
        place(sound, 0, pitch_chunk, rings_.at(), rings_.mask(), voice[0]);
        std::fill_n(voice[0].share, pitch_chunk, 1.0f);
        of_voice = 1;
    }
    int count = 0;
    for (int g = 0; g < of_grains; ++g) sources[count++] = &grains[g];
    const float* const rest = grains_.rest();
    const bool alone = std::all_of(rest, rest + pitch_chunk, [](float share) { return share == 0; });
    for (int v = 0; v < of_voice && !alone; ++v) {
        for (int i = 0; i < pitch_chunk; ++i) voice[v].share[i] *= rest[i];
        sources[count++] = &voice[v];
    }
    for (int c = 0; c < rings_.channels(); ++c) {
        float* const out = heard_.data() + c * pitch_chunk;
        if (count == 0)
            rings_.copy(c, static_cast<int>(late_), out);
        else
            kernels_->read_taps({rings_.ring(c), rows_, sources, count, out});
    }
}

/// What the sound that is heard now lacks to a note.
void PitchCorrector::follow()
{
    const double period = m_.track.period(late_ + pitch_chunk / 2);
    const bool begins = period > 0 && m_.goal.period == 0;
    m_.goal.period = period;
    if (period == 0) {
        m_.missing = m_.correction = 0;
        return;
    }
    const double pitch = semitones * (std::log2(rate_ / period) - static_cast<double>(coeffs_.c_octaves));
    if (begins) m_.settled = 0;
    m_.missing = static_cast<double>(coeffs_.amount) * (note_for(pitch) - pitch);
}

/// The nearest note, or that of before while it is next to as near.
double PitchCorrector::note_for(double pitch)
{
    const auto notes = static_cast<NoteSet>(coeffs_.notes);
    const double nearest = nearest_note(notes, pitch);
    const auto frames = [this](int estimates) { return estimates * detector_.hop(); };
    m_.strayed = nearest == m_.note ? 0 : m_.strayed + 1;
    const bool belongs = nearest_note(notes, m_.note) == m_.note,
               near = std::abs(pitch - m_.note) < std::abs(pitch - nearest) + note_holds,
               holds = frames(m_.settled) >= settled_seconds * rate_ && frames(m_.strayed) < believed_seconds * rate_;
    if (nearest != m_.note && !(belongs && near && holds)) m_.strayed = m_.settled = 0, m_.note = nearest;
    if (nearest == m_.note) ++m_.settled;
    return m_.note;
}
} // namespace fohd::dsp

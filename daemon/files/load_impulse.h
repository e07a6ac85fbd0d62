#pragma once
#include "config/config.h"

namespace fohd::daemon {

inline constexpr int longest_impulse_seconds = 10;

/// Reads the response in a sound file, of one to 16 channels at 4 to 384 kHz; what is too long, silent, no number or no sound is an
/// error, and a WAV that is shorter than it says a warning. Waits for the disk.
config::ReadImpulse load_impulse(const std::string& path);

/// A response at another rate, by libsamplerate's best band-limited converter (97 % of the band, 144 dB), scaled so that a sound
/// through it is as loud as before. The converter rings before a sudden beginning: where that is above -60 dB, all channels begin as
/// much earlier, which makes the response late by as many frames.
dsp::Impulse::Channels resampled_response(const dsp::Impulse::Channels& response, int from, int to);

/// Resamples all impulses of a graph that are at another rate, so that nobody waits for it later. On whatever thread may take the
/// time, before another one has the graph.
void prepare_impulses(const dsp::Description& graph, int rate);

} // namespace fohd::daemon

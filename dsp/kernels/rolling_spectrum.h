#pragma once
#include "dsp/kernels/fft.h"
#include <optional>

namespace fohd::dsp {

/// Power spectra of what a strip's channels sounded like for the last 85 ms, one every eighth of that (a hop), under a Hann window. Of a
/// pair both sides count, whatever their phases; of wider strips the sum of the even channels and that of the odd ones. The work on one
/// spectrum is spread over as much of the next hop as one likes.
class RollingSpectrum {
public:
    static constexpr int hops = 8;   ///< Of a window.
    static constexpr int slice = 16; ///< Frames: the grid of all work that is spread over a hop.

    /// Frames of a hop at a rate.
    static int hop_of(double rate);
    /// Allocates.
    void prepare(double rate, int channels);
    int hop() const { return size_ / hops; } ///< Frames.
    int bins() const { return size_ / 2; }
    double bin_hz() const { return rate_ / size_; }

    /// Audio thread. Remembers `count` frames, which go not beyond the end of the hop.
    void hear(const float* const* channels, int count);
    /// Audio thread. Of the frames of this hop that the work on the last one shall take, `all`, so many are heard. All must be in the end.
    void work(int done, int all);
    /// All of that work is done.
    bool ready() const { return works_ && done_ == units(); }
    /// Nothing sounds in the window, nor did a hop ago.
    bool silent() const { return sounding_ == 0; }
    /// Audio thread, at the end of a hop. False where there was no spectrum in it: too little was heard, or nothing.
    bool finish();
    /// Where it is ready: of the hop before the one that is heard. A sine of full scale has a peak of 1.
    const float* power() const { return power_.data(); }

    /// Audio thread.
    void clear();
    bool take_ahead(const RollingSpectrum& from, int frames);
    /// One spectrum, that which is being worked on, is left out.
    void take(const RollingSpectrum& from);

private:
    static constexpr int chunk_ = 64;
    int units() const { return signals_ * (2 * chunks() + fft_->units()); }
    int chunks() const { return bins() / chunk_; } ///< Of a window or a spectrum.
    int unit(int index, int until);

    double rate_ = 48000;
    int size_ = 4096, channels_ = 1, signals_ = 1;
    std::optional<RealFft> fft_;
    AlignedFloats window_, ring_, in_, re_, im_, work_, power_;
    unsigned at_ = 0, start_ = 0; ///< Where the next frame is written; where the spectrum's window begins.
    unsigned copied_ = 0;
    bool copies_ = false;
    int done_ = 0;          ///< Units.
    unsigned sounding_ = 0; ///< Frames until the window holds only silence.
    bool works_ = false;    ///< There is a spectrum to work on.
};
} // namespace fohd::dsp

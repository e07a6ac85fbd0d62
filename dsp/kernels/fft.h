#pragma once
#include "dsp/kernels/aligned_floats.h"
#include "dsp/kernels/fft_pass.h"
#include <memory>

namespace fohd::dsp {

/// The Fourier transform of real samples, a power of two of them, between smallest_fft and largest_fft: complex passes of radix 4
/// in Stockham's order over half as many points. Planned once; then one plan may serve any number of threads. A spectrum is two rows
/// of size / 2 floats, re and im of the frequencies k / size of the rate; the one at half the rate, which is real like that at 0, is
/// im[0]. Rows and samples need no alignment, and none may overlap another. Within -130 dB of the exact one; no bit depends on the
/// width of registers.
class RealFft {
public:
    /// Allocates. Control thread.
    explicit RealFft(int size, const Kernels& kernels = *usable_kernels().back());

    int size() const { return 2 * plan_.points; }
    int bins() const { return plan_.points; } ///< Floats of re, and of im.

    /// `samples` stay as they are. `work`: size floats. Audio thread.
    void forward(const float* samples, float* re, float* im, float* work) const
    {
        forward(samples, re, im, work, 0, units());
    }
    /// The sum over all frequencies: after forward(), `size` times what the samples were. re and im stay as they are.
    void inverse(const float* re, const float* im, float* samples, float* work) const
    {
        inverse(re, im, samples, work, 0, units());
    }

    /// The same work in slices: units() of them cost about the same each, and are carried out in order, each once. Until all
    /// are, what is read, what is written and `work` belong to the transform.
    int units() const;
    void forward(const float* samples, float* re, float* im, float* work, int from, int to) const
    {
        kernels_->fft({&plan_, false, samples, nullptr, re, im, work, from, to});
    }
    void inverse(const float* re, const float* im, float* samples, float* work, int from, int to) const
    {
        kernels_->fft({&plan_, true, re, im, samples, nullptr, work, from, to});
    }

private:
    const Kernels* kernels_;
    std::shared_ptr<const AlignedFloats> turns_;
    FftPlan plan_{};
};
} // namespace fohd::dsp

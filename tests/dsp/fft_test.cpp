// The real Fourier transform, against a direct one in double precision.
#include "dsp/kernels/fft.h"
#include "tests/support/graph_rig.h"
#include <catch2/catch.hpp>
#include <cmath>
#include <complex>
#include <numbers>
#include <stdexcept>

using namespace fohd;

namespace {

using Row = dsp::AlignedFloats;

struct Spectrum {
    Row re, im;
    explicit Spectrum(int bins) : re(static_cast<std::size_t>(bins)), im(static_cast<std::size_t>(bins)) {}
    bool operator==(const Spectrum&) const = default;
};

Spectrum forward(const dsp::RealFft& fft, const std::vector<float>& sound)
{
    Spectrum out(fft.bins());
    Row work(static_cast<std::size_t>(fft.size()));
    fft.forward(sound.data(), out.re.data(), out.im.data(), work.data());
    return out;
}

std::vector<float> inverse(const dsp::RealFft& fft, const Spectrum& spectrum)
{
    std::vector<float> sound(static_cast<std::size_t>(fft.size()));
    Row work(sound.size());
    fft.inverse(spectrum.re.data(), spectrum.im.data(), sound.data(), work.data());
    return sound;
}

std::complex<double> exact_bin(const std::vector<float>& sound, std::size_t bin)
{
    std::complex<double> sum = 0;
    const std::size_t size = sound.size();
    for (std::size_t n = 0; n < size; ++n) // the angle's turns are taken off exactly
        sum += static_cast<double>(sound[n]) *
               std::polar(1.0, -2 * std::numbers::pi * static_cast<double>(n * bin % size) / static_cast<double>(size));
    return sum;
}

double decibels(double power) { return 10 * std::log10(power + 1e-300); }
} // namespace

TEST_CASE("fft: every bin is that of a direct transform, and the inverse brings the samples back", "[fft]")
{
    for (int size = dsp::smallest_fft; size <= dsp::largest_fft; size *= 2) {
        CAPTURE(size);
        const dsp::RealFft fft(size);
        const auto sound = test::noise(static_cast<std::size_t>(size), 1, 7);
        const Spectrum spectrum = forward(fft, sound);
        const auto bins = static_cast<std::size_t>(fft.bins());
        double error = 0, power = 0;
        const std::size_t step = size > 1024 ? 61 : 1; // of the large ones some, which is proof enough of all
        for (std::size_t k = 0; k <= bins; k += k + step > bins && k < bins ? bins - k : step) {
            const auto exact = exact_bin(sound, k);
            const std::complex<double> got = k == 0      ? std::complex<double>(static_cast<double>(spectrum.re[0]))
                                             : k == bins ? std::complex<double>(static_cast<double>(spectrum.im[0]))
                                                         : std::complex<double>(static_cast<double>(spectrum.re[k]),
                                                                                static_cast<double>(spectrum.im[k]));
            error += std::norm(got - exact);
            power += std::norm(exact);
        }
        CHECK(decibels(error / power) < -130); // 2^-24 of noise a pass
        const auto back = inverse(fft, spectrum);
        error = power = 0;
        for (std::size_t n = 0; n < sound.size(); ++n) {
            const double exact = static_cast<double>(sound[n]);
            error += std::pow(static_cast<double>(back[n]) / size - exact, 2);
            power += exact * exact;
        }
        CHECK(decibels(error / power) < -130);
    }
}

TEST_CASE("fft: slices of any size give the same bits as the whole", "[fft]")
{
    for (const int size : {32, 64, 512, 1024, 4096}) {
        const dsp::RealFft fft(size);
        const auto sound = test::noise(static_cast<std::size_t>(size), 1, 3);
        const Spectrum whole = forward(fft, sound);
        const auto back = inverse(fft, whole);
        for (const int slice : {1, 3, 7}) {
            CAPTURE(size, slice);
            Spectrum sliced(fft.bins());
            std::vector<float> samples(sound.size());
            Row work(sound.size());
            for (int u = 0; u < fft.units(); u += slice)
                fft.forward(sound.data(), sliced.re.data(), sliced.im.data(), work.data(), u,
                            std::min(u + slice, fft.units()));
            CHECK(sliced == whole);
            for (int u = 0; u < fft.units(); u += slice)
                fft.inverse(whole.re.data(), whole.im.data(), samples.data(), work.data(), u,
                            std::min(u + slice, fft.units()));
            CHECK(samples == back);
        }
    }
}

TEST_CASE("fft: builds of the kernels that may run together agree in every bit", "[fft]")
{
    const auto usable = dsp::usable_kernels();
    for (const int size : {32, 64, 128, 2048}) {
        const auto sound = test::noise(static_cast<std::size_t>(size), 1, 5);
        const Spectrum widest = forward(dsp::RealFft(size), sound);
        for (const dsp::Kernels* build : usable) {
            CAPTURE(size, build->isa);
            const dsp::RealFft fft(size, *build);
            CHECK(forward(fft, sound) == widest);
            CHECK(inverse(fft, widest) == inverse(dsp::RealFft(size), widest));
        }
    }
}

TEST_CASE("fft: other sizes are refused", "[fft]")
{
    for (const int size : {0, 16, 48, 32768}) CHECK_THROWS_AS(dsp::RealFft(size), std::logic_error);
}

// Built once per instruction set. It calls no function of the standard library: of an inline function the linker keeps
// one copy for the whole program, and the copy made here would kill an older computer.
#include "dsp/kernels/compressor.h"
#include "dsp/kernels/convolve.h"
#include "dsp/kernels/de_esser.h"
#include "dsp/kernels/dither.h"
#include "dsp/kernels/dynamic_band.h"
#include "dsp/kernels/fft_passes.h"
#include "dsp/kernels/gate.h"
#include "dsp/kernels/in_lanes.h"
#include "dsp/kernels/limiter.h"
#include "dsp/kernels/notches.h"
#include "dsp/kernels/phaser.h"
#include "dsp/kernels/pitch.h"
#include "dsp/kernels/planar.h"
#include "dsp/kernels/reverb.h"
#include "dsp/kernels/saturator.h"
#include "dsp/kernels/sections.h"
#include "dsp/kernels/strip.h"
#include "dsp/kernels/swept_taps.h"

#define FOHD_STRING(name) #name
#define FOHD_NAME(macro) FOHD_STRING(macro)

namespace fohd::dsp::inline FOHD_ISA {

constexpr int any_size = -1;

/// Every kernel that a Stage can name. Those that unroll their size have a line for each.
constexpr struct {
    std::string_view name;
    int size;
    LaneProcessor* (*create)(int size);
} registry[] = {
    {"compressor", any_size, create<Compressor>},
    {"de_esser", any_size, create<DeEsser>},
    {"delay", any_size, create<LaneDelay>},
    {"dither", any_size, create<Dither<true>>},
    {"dynamic_band", any_size, create<DynamicBand<false>>},
    {"dynamic_band_keyed", any_size, create<DynamicBand<true>>},
    {"expander", any_size, create<Expander>},
    {"gain", any_size, create<Gain>},
    {"gate", any_size, create<Gate>},
    {"limiter", any_size, create<Limiter>},
    {"meter", any_size, create<Meter>},
    {"pair_mix", any_size, create<PairMix>},
    {"phaser", any_size, create<Phaser>},
    {"programme_compressor", any_size, create<ProgrammeCompressor>},
    {"round", any_size, create<Dither<false>>},
    {"saturator_fold", any_size, create<Saturator<FoldShaper>>},
    {"saturator_hard", any_size, create<Saturator<SplineShaper<HardCurve>>>},
    {"saturator_soft", any_size, create<Saturator<SplineShaper<SoftCurve>>>},
    {"saturator_tape", any_size, create<Saturator<SplineShaper<TapeCurve>>>},
    {"saturator_tube", any_size, create<Saturator<SplineShaper<TubeCurve>>>},
    {"sections", 1, create<Sections<1>>},
    {"sections", 2, create<Sections<2>>},
    {"sections", 3, create<Sections<3>>},
    {"sections", 4, create<Sections<4>>},
    {"sections", 5, create<Sections<5>>},
    {"sections", 6, create<Sections<6>>},
    {"sections", 7, create<Sections<7>>},
    {"sections", 8, create<Sections<8>>},
    {"shaped_dither", any_size, create<ShapedDither>},
};

LaneProcessor* make(std::string_view kernel, int size)
{
    for (const auto& entry : registry)
        if (entry.name.size() == kernel.size() && !__builtin_memcmp(entry.name.data(), kernel.data(), kernel.size()) &&
            (entry.size == any_size || entry.size == size))
            return entry.create(size);
    return nullptr;
}

#if defined(__FMA__) || defined(__ARM_NEON)
constexpr bool fused = true;
#else
constexpr bool fused = false;
#endif

extern const Kernels kernels{
    FOHD_NAME(FOHD_ISA), lanes,     fused,          make,        pack, unpack, copy,          blend,       add,
    add_gliding,         sanitize,  SweptTaps::run, reverberate, fft,  notch,  convolve_head, sum_spectra, sum_periods,
    draw_periods,        read_taps, low_pass};
} // namespace fohd::dsp::inline FOHD_ISA

#pragma once
#include "dsp/kernels/crossover_design.h"
#include "dsp/registry.h"

namespace fohd::dsp {

/// One way of a split into 2 to 6: what lies between two neighbours of its frequencies. In the chain of each output the same
/// list with another `way`, and a `delay` after it where its driver stands apart. All ways together are an all-pass, for each
/// also passes the all-passes of the crossovers that it does not use.
struct Crossover {
    static constexpr std::string_view type = "crossover";
    static constexpr std::string_view text =
        "One way of a Linkwitz-Riley split of 2 to 6; the ways of equal frequencies sum flat.";

    struct Params {
        Slope slope;
        Plain way;
        Decibels gain;
        Toggle polarity;
    };
    using P = Params;
    static constexpr ParamTable<Params> params{
        {&P::slope,
         "slope",
         {12_per_oct, 48_per_oct},
         24_per_oct,
         Taper::linear,
         Glide::rebuild,
         "How steeply the ways part, in steps of 12."},
        {&P::way,
         "way",
         {1_plain, 6_plain},
         1_plain,
         Taper::linear,
         Glide::ramp,
         "Which of the ways is heard: 1 is the lowest, one more than frequencies the highest."},
        {&P::gain, "gain", {-60_dB, 12_dB}, 0_dB, Taper::linear, Glide::ramp, "Level of the way."},
        {&P::polarity, "polarity", false, Glide::ramp, "Inverts the way."},
    };

    struct Split {
        Hertz frequency;
    };
    static constexpr std::string_view splits_key = "frequencies";
    static constexpr int max_splits = 5;
    static constexpr ParamTable<Split> split_params{
        {&Split::frequency,
         "frequency",
         {20_Hz, 20_kHz},
         1_kHz,
         Taper::log,
         Glide::ramp,
         "Where two ways meet, each 6 dB down; one below its neighbour counts as equal."}};
    static constexpr std::array<Split, 1> initial_splits{Split{1_kHz}};

    static Shape shape(const Params& p, std::span<const Split> splits, const Context& context);
    static void design(const Params& p, std::span<const Split> splits, const Context& context, CoeffWriter& out);
    static std::string conflict(const Params& p, std::span<const Split> splits);
};

/// The branch that a way, from 0, takes at a crossover, from 0: the ways below it are `low` there.
constexpr Branch branch_of(int way, int crossover)
{
    return crossover < way ? Branch::high : crossover == way ? Branch::low : Branch::both;
}
} // namespace fohd::dsp

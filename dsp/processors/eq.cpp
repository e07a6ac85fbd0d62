#include "dsp/processors/eq.h"
#include <algorithm>

namespace fohd::dsp {
namespace {

using Channels = Eq::Channels;

bool on_middle_side(const Eq::Band& band, const Context& context)
{
    const Channels c = band.channels.get();
    return context.channels > 1 && (c == Channels::mid || c == Channels::side);
}

bool on_left_right(const Eq::Band& band)
{
    return band.channels.get() == Channels::left || band.channels.get() == Channels::right;
}

/// Whether the band works on this channel. Of a wider strip the first two are left and right; one channel alone is left and
/// middle.
bool works_on(const Eq::Band& band, const Context& context)
{
    switch (band.channels.get()) {
    case Channels::stereo: return true;
    case Channels::left:
    case Channels::mid: return context.channel == 0;
    case Channels::right:
    case Channels::side: return context.channel == 1;
    }
    return true;
}

/// The bands in their order, in runs that share a way: left and right, or middle and side. A stereo band is the same in
/// either and stays where the one before it was.
template <class Mix, class Run> void each_run(std::span<const Eq::Band> bands, const Context& context, Mix mix, Run run)
{
    bool middle_side = false;
    const auto turn = [&](bool to) {
        if (middle_side != to) mix(to);
        middle_side = to;
    };
    for (std::size_t at = 0; at < bands.size();) {
        if (on_middle_side(bands[at], context))
            turn(true);
        else if (on_left_right(bands[at]))
            turn(false);
        std::size_t end = at;
        while (end < bands.size() && end - at < max_sections &&
               !(middle_side ? on_left_right(bands[end]) : on_middle_side(bands[end], context)))
            ++end;
        run(bands.subspan(at, end - at));
        at = end;
    }
    turn(false);
}

PairMixCoeffs<float> mix_of(bool to_middle_side, const Context& context)
{
    if (context.channel == 0) return to_middle_side ? to_middle : to_left;
    if (context.channel == 1) return to_middle_side ? to_side : to_right;
    return pair_pass;
}
} // namespace

Shape Eq::shape(const Params&, std::span<const Band> bands, const Context& context)
{
    Shape shape;
    each_run(
        bands, context,
        [&](bool) {
            shape.core.push_back({"pair_mix", 0, 2});
        },
        [&](std::span<const Band> run) {
            const int count = static_cast<int>(run.size());
            shape.core.push_back({"sections", count, count * section_coeffs});
        });
    return shape;
}

void Eq::design(const Params&, std::span<const Band> bands, const Context& context, CoeffWriter& out)
{
    each_run(
        bands, context, [&](bool to_middle_side) { out(mix_of(to_middle_side, context)); },
        [&](std::span<const Band> run) {
            for (const Band& band : run)
                out(works_on(band, context) ? design_band(band.type.get(), static_cast<double>(band.frequency.value),
                                                          static_cast<double>(band.gain.value),
                                                          static_cast<double>(band.q.value), context.rate)
                                            : identity_section);
        });
}
} // namespace fohd::dsp

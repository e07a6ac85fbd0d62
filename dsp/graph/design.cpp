#include "dsp/graph/design.h"
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numbers>
#include <tuple>

namespace fohd::dsp {
namespace {

const Strip& strip_of(const Description& description, int index)
{
    return description.strips[static_cast<std::size_t>(index)];
}

std::span<const float> values_of(const Layout& layout, Slice::Kind kind, int strip, int index,
                                 std::span<const float> values)
{
    const Slice& slice = layout.slices[static_cast<std::size_t>(find_slice(layout, kind, strip, index))];
    return values.subspan(static_cast<std::size_t>(slice.first_value), static_cast<std::size_t>(slice.value_count));
}

struct FaderValues {
    float level, pan;
    bool mute, polarity;
};

FaderValues fader_values(const Layout& layout, int strip, std::span<const float> values)
{
    const auto v = values_of(layout, Slice::Kind::fader, strip, 0, values);
    return {v[0], v[1], v[2] >= 0.5f, v[3] >= 0.5f};
}

/// Left and right share of a mono sound. The law is its level at the centre; -4.5 dB is half way, in dB, from -3 to -6.
std::pair<double, double> pan_gains(double pan, double law)
{
    const double angle = (pan + 1) * std::numbers::pi / 4;
    const std::pair power{std::cos(angle), std::sin(angle)}, linear{(1 - pan) / 2, (1 + pan) / 2};
    if (law > -3.75) return power;
    if (law < -5.25) return linear;
    return {std::sqrt(std::max(0.0, power.first * linear.first)),
            std::sqrt(std::max(0.0, power.second * linear.second))};
}

/// The side that a balance turns down falls as a cosine; the other stays.
double balance_gain(double pan, int channel)
{
    const double away = channel == 0 ? pan : -pan;
    return away > 0 ? std::cos(away * std::numbers::pi / 2) : 1;
}

void design_fader(const Strip& strip, const FaderValues& f, float* out)
{
    for (int c = 0; c < strip.channels; ++c) {
        const double balance = strip.channels == 2 ? balance_gain(f.pan, c) : 1;
        out[c] = f.mute ? 0.0f : static_cast<float>(gain_of(f.level) * balance * (f.polarity ? -1 : 1));
    }
}

void design_path(const Description& description, const Layout& layout, const Part& part, std::span<const float> values,
                 float* out)
{
    const Strip &from = strip_of(description, part.strip), &to = strip_of(description, part.to);
    const FaderValues fader = fader_values(layout, part.strip, values);
    double gain = 1;
    Tap tap = Tap::post;
    if (part.index >= 0) {
        const Send& path = from.sends[static_cast<std::size_t>(part.index)];
        tap = path.tap;
        const auto send = values_of(layout, Slice::Kind::send, part.strip, part.index, values);
        gain = send[1] >= 0.5f ? 0 : static_cast<double>(gain_of(send[0]));
        if (tap == Tap::pre && fader.mute && from.mute_pre && !path.through_mute) gain = 0;
    }
    if (from.channels == 1 && to.channels == 2) {
        const auto [left, right] =
            pan_gains(tap == Tap::post ? static_cast<double>(fader.pan) : 0, static_cast<double>(from.pan_law));
        out[0] = static_cast<float>(gain * left);
        out[1] = static_cast<float>(gain * right);
    } else {
        const double share = from.channels == 2 && to.channels == 1 ? 0.5 : 1;
        std::fill_n(out, part.coeff_count, static_cast<float>(gain * share));
    }
}

void design_processor(const Strip& strip, const ProcessorNode& node, const Part& part, std::span<const float> values,
                      bool bypass, double rate, double tempo, float* out)
{
    out[0] = bypass ? 0 : 1;
    CoeffWriter writer(out + 1);
    const int designs = node.type->planar ? 1 : strip.channels;
    for (int c = 0; c < designs; ++c)
        node.type->design(values, {rate, strip.channels, c, node.key >= 0, tempo}, writer);
    if (writer.end() != out + part.coeff_count)
        std::abort(); // a processor that writes other coefficients than its shape says
}
} // namespace

float gain_of(float db) { return db <= -90 ? 0.0f : std::pow(10.0f, db / 20); }

int route_count(int from_channels, int to_channels) { return std::max(from_channels, to_channels); }

int find_slice(const Layout& layout, Slice::Kind kind, int strip, int index)
{
    const auto before = [](const Slice& slice, const Slice& sought) {
        return std::tie(slice.strip, slice.kind, slice.index) < std::tie(sought.strip, sought.kind, sought.index);
    };
    const Slice sought{kind, strip, index, 0, 0};
    return static_cast<int>(std::lower_bound(layout.slices.begin(), layout.slices.end(), sought, before) -
                            layout.slices.begin());
}

std::span<const float> processor_values(const Slice& slice, std::span<const float> values)
{
    return values.subspan(static_cast<std::size_t>(slice.first_value), static_cast<std::size_t>(slice.value_count - 1));
}

void design_part(const Description& description, const Layout& layout, const Plan& plan, int index,
                 std::span<const float> values, std::span<float> coeffs)
{
    const Part& part = plan.parts[static_cast<std::size_t>(index)];
    float* const out = coeffs.data() + part.first_coeff;
    switch (part.kind) {
    case Part::Kind::fader:
        design_fader(strip_of(description, part.strip), fader_values(layout, part.strip, values), out);
        break;
    case Part::Kind::path: design_path(description, layout, part, values, out); break;
    case Part::Kind::processor: {
        const Strip& strip = strip_of(description, part.strip);
        const auto all = values_of(layout, Slice::Kind::processor, part.strip, part.index, values);
        design_processor(strip, strip.chain[static_cast<std::size_t>(part.index)], part, all.first(all.size() - 1),
                         all.back() >= 0.5f, plan.options.rate,
                         static_cast<double>(values[static_cast<std::size_t>(layout.tempo)]), out);
        break;
    }
    }
}

bool shape_changed(const Description& description, const Layout& layout, const Plan& plan, int slice_index,
                   std::span<const float> values)
{
    const Slice& slice = layout.slices[static_cast<std::size_t>(slice_index)];
    if (slice.kind != Slice::Kind::processor) return false;
    const Strip& strip = strip_of(description, slice.strip);
    const ProcessorNode& node = strip.chain[static_cast<std::size_t>(slice.index)];
    const Part& part =
        plan.parts[static_cast<std::size_t>(plan.parts_of_slice[static_cast<std::size_t>(slice_index)].front())];
    return node.type->shape(processor_values(slice, values), {plan.options.rate, strip.channels, 0, node.key >= 0}) !=
           part.shape;
}
} // namespace fohd::dsp

#pragma once
#include "dsp/graph/plan.h"

namespace fohd::dsp {

/// Designs the coefficients of one part into coeffs[first_coeff, first_coeff + coeff_count). `values` as the layout says. Pure.
void design_part(const Description& description, const Layout& layout, const Plan& plan, int part,
                 std::span<const float> values, std::span<float> coeffs);

/// The values of a processor without its bypass.
std::span<const float> processor_values(const Slice& slice, std::span<const float> values);

/// The slice of a strip's fader, a processor or a send; there is always one.
int find_slice(const Layout& layout, Slice::Kind kind, int strip, int index);

/// How many gains a path between such strips has: one for each pair of channels that it joins.
int route_count(int from_channels, int to_channels);

/// Gain of a level in dB; -90 and below is silence.
float gain_of(float db);

/// Whether values now ask for other shapes than the plan was made with: then the graph must be made anew.
bool shape_changed(const Description& description, const Layout& layout, const Plan& plan, int slice,
                   std::span<const float> values);
} // namespace fohd::dsp

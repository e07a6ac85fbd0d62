#include "dsp/param.h"
#include <algorithm>
#include <cmath>

namespace fohd::dsp {
namespace {

struct FaderPiece {
    float position, db, slope; ///< above `position`: db + slope * (position' - position)
};
constexpr FaderPiece fader_law[] = {{0.5f, -10, 40}, {0.25f, -30, 80}, {0.0625f, -60, 160}, {0, -90, 480}};

float fader_db(float position)
{
    for (const auto& piece : fader_law)
        if (position >= piece.position) return piece.db + piece.slope * (position - piece.position);
    return -90;
}

float fader_position(float db)
{
    for (const auto& piece : fader_law)
        if (db >= piece.db) return piece.position + (db - piece.db) / piece.slope;
    return 0;
}
} // namespace

float to_norm(const ParamSpec& spec, float value)
{
    const float v = spec.clamp(value);
    switch (spec.taper) {
    case Taper::log: return std::log(v / spec.min) / std::log(spec.max / spec.min);
    case Taper::fader: return fader_position(v);
    case Taper::linear:
    case Taper::steps: break;
    }
    return (v - spec.min) / (spec.max - spec.min);
}

float from_norm(const ParamSpec& spec, float position)
{
    const float p = std::clamp(position, 0.0f, 1.0f);
    switch (spec.taper) {
    case Taper::log: return spec.clamp(spec.min * std::pow(spec.max / spec.min, p));
    case Taper::fader: return spec.clamp(fader_db(p));
    case Taper::linear:
    case Taper::steps: break;
    }
    return spec.clamp(spec.min + p * (spec.max - spec.min));
}
} // namespace fohd::dsp

#pragma once
#include "dsp/param.h"
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace fohd::config {

/// One way to write a unit.
struct Suffix {
    std::string_view text;
    double scale; ///< to the parameter's own unit
};

/// How a unit may be written, in any case of letters; the first is how it is said. Empty where a bare number is all.
std::span<const Suffix> suffixes(dsp::Unit unit);

/// A value, or one sentence that says why there is none.
struct ParsedValue {
    std::optional<float> value; ///< In the parameter's own unit, within its range, finite.
    std::string error;          ///< Without the parameter's name: "`90 dB` is not in Hz, …".
    explicit operator bool() const { return value.has_value(); }
};

/// What happens to a value outside its range: a file is wrong, a knob stops at its end.
enum class OutOfRange { refuse, clamp };

/// Reads a value as files and OSC strings write it: `90 Hz`, `2.5 kHz`, `-18 dB`, `10 ms`, `1.8 s`, `35 %`, `3:1`, `3
/// m`, `20 C`, `on`, `off`, `true`, `false`, `yes`, `no`, the name of a choice; a bare number is in the parameter's own
/// unit. `-inf` is the silence at the end of a fader or level, `inf` a ratio's top. NaN and other infinities are never values. Any thread but
/// the audio thread.
ParsedValue parse_value(const dsp::ParamSpec& spec, std::string_view text, OutOfRange outside = OutOfRange::refuse);

/// The value with its unit, in the fewest digits that parse_value reads back as the same float: `2.5 kHz`, `-18 dB`,
/// `on`, `bell`,
/// `-inf` where the least is silence.
std::string format_value(const dsp::ParamSpec& spec, float value);

/// A bare number in the fewest digits that read back as the same float, never in powers of ten.
std::string format_number(float value);

/// The allowed range: `10..20000 Hz`, `-inf..10 dB` for faders, the names of choices, `on or off`.
std::string range_text(const dsp::ParamSpec& spec);
} // namespace fohd::config

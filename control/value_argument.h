#pragma once

#include "control/osc/message.h"
#include "dsp/param.h"

#include <optional>

namespace fohd::control {

/// A value that a message asks for, or one sentence that says why it is none.
struct AskedValue {
    std::optional<float> value; ///< What was sent, in the parameter's unit; finite, not yet clamped.
    std::string error;
    bool clamped = false; ///< The text named a value outside the range; `value` is the nearest inside.
};

/// Reads the argument of a message to a parameter: a number in its own unit, a truth for a switch, or a text: the name of
/// a choice or a number with its unit. Any thread.
AskedValue read_value(const dsp::ParamSpec& spec, const Argument& argument);

/// A plain number (i, f, h, d) within what a float holds, or nothing.
std::optional<float> read_number(const Argument& argument);

/// A switch that is no parameter: a truth, a number (0 is off), or a text as a file has it: `on`, `off`, `true`, `1` …
std::optional<bool> read_switch(const Argument& argument);

/// Whether a button is pressed: an impulse, or a switch that is on.
bool is_pressed(const Argument& argument);

/// A stored value as it is sent: true or false for a switch, the name of a choice, else a float.
Argument to_argument(const dsp::ParamSpec& spec, float value);

} // namespace fohd::control

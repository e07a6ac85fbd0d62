#pragma once
#include "dsp/param.h"
#include <string>

namespace fohd::config {

/// A regular expression (ECMA 262, as JSON Schema has them) for the texts that parse_value takes for this numeric parameter: a number
/// within the range, written without an exponent, in one of its units, or bare.
std::string value_pattern(const dsp::ParamSpec& spec);
} // namespace fohd::config

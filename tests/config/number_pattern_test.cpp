#include "config/number_pattern.h"
#include "config/value_text.h"
#include "dsp/graph/strip_params.h"
#include <catch2/catch.hpp>
#include <regex>

using namespace fohd;
using config::parse_value;
using config::range_text;
using dsp::Taper;
using dsp::Unit;

namespace {

dsp::ParamSpec spec(Unit unit, float min, float max)
{
    return {"value", unit, min, max, min, Taper::linear, dsp::Glide::ramp, "Text.", {}};
}
} // namespace

// The pattern is for editors, parse_value is the truth: over a dense set of texts they must say the same.
TEST_CASE("the pattern of a value takes what parse_value takes")
{
    const dsp::ParamSpec specs[] = {
        spec(Unit::hertz, 10, 20000),
        spec(Unit::millisecond, 0.05f, 500),
        spec(Unit::millisecond, 0.01f, 5000),
        spec(Unit::decibel, -24, 0),
        spec(Unit::decibel, -30, 30),
        spec(Unit::decibel, 0, 24),
        spec(Unit::percent, 0, 100),
        spec(Unit::ratio, 1, 100),
        spec(Unit::plain, -1, 1),
        spec(Unit::plain, 0.025f, 40),
        spec(Unit::slope, 6, 48),
        spec(Unit::celsius, -20, 50),
        spec(Unit::decibel, -60, -12.5f),
        dsp::fader_specs[0],
    };
    const char* const units[] = {"",  "dB", " db", "Hz", " kHz", "ms",      " s",
                                 "%", ":1", " m",  "C",  " °C",  " dB/oct", "x"};
    std::vector<std::string> numbers{"inf", "-inf", "nan", "",    ".",   "-",   "0.0",     "00",
                                     "1.",  ".5.",  "--1", "+-1", "0x1", "1 0", "0.000000"};
    for (const double base : {0.01, 0.025, 0.05, 0.5,  1.0,  4.5,  6.0,   10.0,  12.5,   20.0,   24.0,
                              30.0, 40.0,  48.0, 50.0, 60.0, 90.0, 100.0, 500.0, 5000.0, 20000.0})
        for (const double factor :
             {0.0001, 0.001, 0.099, 0.1, 0.5, 0.9, 0.99, 1.0, 1.01, 1.1, 1.9, 2.0, 9.9, 10.0, 11.0})
            for (const char* const sign : {"", "+", "-"})
                numbers.push_back(sign + config::format_number(static_cast<float>(base * factor)));
    numbers.insert(numbers.end(), {".5", "-.5", "+.05", "-24.0", "-24.1", "-24.000001", "20000.0", "20000.1",
                                   "19999.999", "9.99", "09", "10.00"});

    for (const auto& what : specs) {
        const std::regex pattern(config::value_pattern(what), std::regex::ECMAScript);
        for (const std::string& number : numbers)
            for (const char* const unit : units) {
                const std::string text = number + unit;
                if (text.starts_with("00") || text.starts_with("09")) continue; // legal, but no editor need offer it
                if (std::regex_search(text, pattern) != parse_value(what, text).value.has_value()) {
                    CAPTURE(range_text(what), text, config::value_pattern(what), parse_value(what, text).error);
                    FAIL_CHECK("the pattern and parse_value differ");
                }
            }
    }
    SUCCEED();
}

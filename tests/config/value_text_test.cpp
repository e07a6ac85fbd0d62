#include "config/value_text.h"
#include "dsp/graph/strip_params.h"
#include "dsp/registry.h"
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

using namespace fohd;
using config::format_value;
using config::OutOfRange;
using config::parse_value;
using dsp::Taper;
using dsp::Unit;

namespace {

constexpr std::string_view shapes[] = {"tube", "tape", "hard"};

dsp::ParamSpec spec(Unit unit, float min, float max, Taper taper = Taper::linear)
{
    return {"value", unit, min, max, min, taper, dsp::Glide::ramp, "Text.", {}};
}
const auto frequency = spec(Unit::hertz, 10, 20000, Taper::log);
const auto time_ms = spec(Unit::millisecond, 0.05f, 5000, Taper::log);
const auto ratio = spec(Unit::ratio, 1, 100, Taper::log);
const dsp::ParamSpec shape{"shape", Unit::choice, 0, 2, 0, Taper::steps, dsp::Glide::ramp, "Text.", shapes};
const dsp::ParamSpec& fader = dsp::fader_specs[0];
const dsp::ParamSpec& mute = dsp::fader_specs[2];
} // namespace

TEST_CASE("values are read in their units")
{
    const auto [what, text, expected] = GENERATE(table<dsp::ParamSpec, std::string, float>({
        {frequency, "90 Hz", 90},
        {frequency, "90Hz", 90},
        {frequency, "2.5 kHz", 2500},
        {frequency, "2.5khz", 2500},
        {frequency, "1e3", 1000},
        {frequency, "+440", 440},
        {frequency, " 20000 ", 20000},
        {time_ms, "10 ms", 10},
        {time_ms, "1.8 s", 1800},
        {time_ms, ".05", 0.05f},
        {spec(Unit::decibel, -24, 0), "-18 dB", -18},
        {spec(Unit::decibel, -24, 0), "-.5dB", -0.5f},
        {spec(Unit::percent, 0, 100), "35 %", 35},
        {spec(Unit::percent, 0, 100), "35%", 35},
        {spec(Unit::metre, 0, 100), "3 m", 3},
        {spec(Unit::celsius, -20, 50), "20 C", 20},
        {spec(Unit::celsius, -20, 50), "-5 °C", -5},
        {spec(Unit::slope, 6, 48), "24", 24},
        {spec(Unit::slope, 6, 48), "24 dB/oct", 24},
        {spec(Unit::plain, -1, 1), "-0.25", -0.25f},
        {ratio, "3", 3},
        {ratio, "3:1", 3},
        {ratio, "inf", 100},
        {fader, "-inf", -90},
        {fader, "-inf dB", -90},
        {fader, "-3 dB", -3},
        {mute, "on", 1},
        {mute, "Yes", 1},
        {mute, "true", 1},
        {mute, "off", 0},
        {mute, "no", 0},
        {mute, "false", 0},
        {shape, "hard", 2},
    }));
    CAPTURE(text);
    const auto parsed = parse_value(what, text);
    REQUIRE(parsed);
    CHECK(*parsed.value == expected);
    CHECK(parsed.error.empty());
}

TEST_CASE("a bad value gets a sentence that says what is allowed")
{
    const auto [what, text, fragment] = GENERATE(table<dsp::ParamSpec, std::string, std::string>({
        {frequency, "90 dB", "not in Hz"},
        {frequency, "90 ms", "10..20000 Hz"},
        {frequency, "5 Hz", "out of range; allowed: 10..20000 Hz"},
        {frequency, "25 kHz", "out of range"},
        {frequency, "", "not a number"},
        {frequency, "Hz", "not a number"},
        {frequency, "nan", "not a number"},
        {frequency, "NaN Hz", "not a number"},
        {frequency, "inf", "not a number"},
        {frequency, "0x10", "not in Hz"},
        {frequency, "1e999", "out of range"},
        {frequency, "-1e999", "out of range"},
        {frequency, "--5", "not a number"},
        {frequency, "+-5", "not a number"},
        {frequency, "1,000", "not in Hz"},
        {frequency, "9 0", "not in Hz"},
        {fader, "inf", "not a number"},
        {fader, "+11", "-90..10 dB or -inf"},
        {ratio, "-inf", "not a number"},
        {ratio, "0.5:1", "1..100:1"},
        {spec(Unit::decibel, -24, 0), "-inf", "not a number"},
        {spec(Unit::plain, -1, 1), "0.5 dB", "unit where a plain number belongs; allowed: -1..1"},
        {mute, "maybe", "neither on nor off"},
        {mute, "2", "neither on nor off"},
        {shape, "tbue", "did you mean `tube`?; allowed: tube, tape, hard"},
        {shape, "1", "not one of its choices"},
    }));
    CAPTURE(text);
    const auto parsed = parse_value(what, text);
    CHECK_FALSE(parsed);
    CAPTURE(parsed.error);
    CHECK(parsed.error.find(fragment) != std::string::npos);
}

TEST_CASE("beyond the range a knob stops at its end, where it is asked to")
{
    CHECK(*parse_value(frequency, "25 kHz", OutOfRange::clamp).value == 20000);
    CHECK(*parse_value(frequency, "-1e999", OutOfRange::clamp).value == 10);
    CHECK(*parse_value(fader, "+40 dB", OutOfRange::clamp).value == 10);
    CHECK_FALSE(parse_value(frequency, "nan", OutOfRange::clamp));
    CHECK_FALSE(parse_value(frequency, "90 dB", OutOfRange::clamp));
}

TEST_CASE("a value is written with its unit")
{
    CHECK(format_value(frequency, 90) == "90 Hz");
    CHECK(format_value(frequency, 2500) == "2.5 kHz");
    CHECK(format_value(time_ms, 0.05f) == "0.05 ms");
    CHECK(format_value(time_ms, 1800) == "1.8 s");
    CHECK(format_value(ratio, 3) == "3:1");
    CHECK(format_value(fader, -3.5f) == "-3.5 dB");
    CHECK(format_value(fader, -90) == "-inf");
    CHECK(format_value(mute, 1) == "on");
    CHECK(format_value(shape, 2) == "hard");
    CHECK(format_value(spec(Unit::plain, -1, 1), -0.0f) == "0");
}

TEST_CASE("what is written reads back as the same float")
{
    for (const auto& what :
         {frequency, time_ms, ratio, fader, spec(Unit::decibel, -24, 0), spec(Unit::percent, 0, 100),
          spec(Unit::metre, 0, 1000), spec(Unit::celsius, -20, 50), spec(Unit::slope, 6, 48), spec(Unit::plain, -1, 1)})
        for (float position = 0; position <= 1; position += 0.00317f) {
            const float value = dsp::from_norm(what, position);
            CAPTURE(static_cast<int>(what.unit), value, config::format_value(what, value));
            REQUIRE(*parse_value(what, config::format_value(what, value)).value == value);
        }
}

TEST_CASE("every level that ends in silence takes -inf for it, and no other value does")
{
    int levels = 0;
    const auto check = [&](const dsp::ParamSpec& each) {
        INFO(each.id << ": " << each.text);
        const bool says_so = each.text.find("off at -") != std::string_view::npos ||
                             each.text.find("dB is silence") != std::string_view::npos;
        CHECK(each.from_silence == says_so);
        CHECK(parse_value(each, "-inf").value == (each.from_silence ? std::optional(each.min) : std::nullopt));
        if (!each.from_silence) return;
        ++levels;
        CHECK(format_value(each, each.min) == "-inf");
        CHECK(parse_value(each, format_value(each, each.min)).value == each.min);
    };
    for (const dsp::ParamSpec& each : dsp::fader_specs) check(each);
    for (const dsp::ParamSpec& each : dsp::send_specs) check(each);
    for (const dsp::ProcessorType& type : dsp::processor_types()) {
        for (const dsp::ParamSpec& each : type.params) check(each);
        for (const dsp::ParamSpec& each : type.band_params) check(each);
    }
    CHECK(levels >= 8);
}

TEST_CASE("a note by another of its names is told")
{
    const auto key = [](std::string_view text) {
        const auto* type = dsp::find_processor_type("pitch_correct");
        return parse_value(*std::ranges::find(type->params, "key", &dsp::ParamSpec::id), text).error;
    };
    for (const auto& [text, note] :
         {std::pair{"Db", "c_sharp"}, std::pair{"e_flat", "d_sharp"}, std::pair{"F#", "f_sharp"}, std::pair{"Cb", "b"},
          std::pair{"B", "b"}, std::pair{"bb", "a_sharp"}})
        CHECK(key(text).find("did you mean `" + std::string(note) + "`?") != std::string::npos);
    CHECK(key("c").empty());
}

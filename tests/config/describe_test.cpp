#include "config/check.h"
#include "config/defaults.h"
#include "config/describe.h"
#include "config/value_text.h"
#include <array>
#include <catch2/catch.hpp>

using namespace fohd;

namespace {

constexpr std::string_view shapes[] = {"soft", "hard"};
constexpr dsp::ParamSpec params[] = {
    {"drive", dsp::Unit::decibel, 0, 36, 3, dsp::Taper::linear, dsp::Glide::ramp, "How hard it is driven.", {}},
    {"shape", dsp::Unit::choice, 0, 1, 1, dsp::Taper::steps, dsp::Glide::rebuild, "The curve.", shapes},
};
constexpr dsp::ParamSpec band_params[] = {
    {"frequency", dsp::Unit::hertz, 10, 20000, 2500, dsp::Taper::log, dsp::Glide::ramp, "Centre.", {}}};
const std::array sample{[] {
    dsp::ProcessorType type;
    type.id = "sample";
    type.text = "Stands for any \"other\".";
    type.params = params;
    type.band_params = band_params;
    type.max_bands = 3;
    return type;
}()};
} // namespace

TEST_CASE("describe: JSON as the contract has it")
{
    CHECK(describe(config::Format::json, sample) == R"({
  "processors": [
    {
      "type": "sample",
      "text": "Stands for any \"other\".",
      "parameters": [
        {
          "id": "drive",
          "unit": "dB",
          "min": 0,
          "max": 36,
          "default": 3,
          "taper": "linear",
          "choices": [],
          "text": "How hard it is driven."
        },
        {
          "id": "shape",
          "unit": "choice",
          "min": 0,
          "max": 1,
          "default": 1,
          "taper": "steps",
          "choices": [
            "soft",
            "hard"
          ],
          "text": "The curve."
        }
      ],
      "band": {
        "count": 3,
        "parameters": [
          {
            "id": "frequency",
            "unit": "Hz",
            "min": 10,
            "max": 20000,
            "default": 2500,
            "taper": "log",
            "choices": [],
            "text": "Centre."
          }
        ]
      }
    }
  ]
}
)");
}

TEST_CASE("describe: text and markdown name every parameter with its range and default")
{
    for (const auto format : {config::Format::text, config::Format::markdown}) {
        const std::string text = describe(format, sample);
        for (const char* part : {"sample", "drive", "0..36 dB", "3 dB", "soft, hard", "10..20000 Hz", "2.5 kHz", "log",
                                 "bypass", "fader"}) {
            INFO(text << "\nlacks " << part);
            CHECK(text.find(part) != std::string::npos);
        }
    }
}

TEST_CASE("describe: every parameter of the registry reads its own default")
{
    const auto check_all = [](std::span<const dsp::ParamSpec> specs) {
        for (const auto& spec : specs) {
            CAPTURE(spec.id, config::format_value(spec, spec.initial));
            CHECK(*config::parse_value(spec, config::format_value(spec, spec.initial)).value == spec.initial);
        }
    };
    for (const auto& type : dsp::processor_types()) {
        CAPTURE(type.id);
        check_all(type.params);
        check_all(type.band_params);
        check_all(type.splits.spec);
    }
}

TEST_CASE("describe: formats by name")
{
    CHECK(config::format_of("schema") == config::Format::schema);
    CHECK_FALSE(config::format_of("xml"));
}

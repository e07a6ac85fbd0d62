// Every row of every parameter table, and the numbering of their values.
#include "dsp/graph/layout.h"
#include "dsp/graph/strip_params.h"
#include "tests/support/figures.h"
#include <catch2/catch.hpp>
#include <set>

using namespace fohd::dsp;

namespace {
std::vector<ParamSpec> every_spec()
{
    std::vector<ParamSpec> all(std::begin(fader_specs), std::end(fader_specs));
    all.insert(all.end(), std::begin(send_specs), std::end(send_specs));
    all.push_back(bypass_spec);
    for (const ProcessorType& type : processor_types()) {
        all.insert(all.end(), type.params.begin(), type.params.end());
        all.insert(all.end(), type.band_params.begin(), type.band_params.end());
        all.insert(all.end(), type.splits.spec.begin(), type.splits.spec.end());
    }
    return all;
}

/// One strip of each kind; the bus has every processor, in order.
Description everything()
{
    Description d{std::vector<Strip>(3)};
    const StripKind kinds[] = {StripKind::input, StripKind::bus, StripKind::output};
    for (std::size_t s = 0; s < 3; ++s) {
        d.strips[s].kind = kinds[s];
        d.strips[s].name = "same"; // the kind tells them apart
        d.strips[s].channels = 2;
    }
    for (const ProcessorType& type : processor_types()) d.strips[1].chain.push_back(make_node(type));
    d.strips[0].sends.push_back({.to = 1});
    d.strips[2].from = 1;
    return d;
}
} // namespace

TEST_CASE("a position on a taper becomes a value and comes back", "[param]")
{
    for (const ParamSpec& spec : every_spec()) {
        INFO(spec.id);
        const float span = spec.max - spec.min;
        CHECK(from_norm(spec, 0) == spec.min);
        CHECK(from_norm(spec, 1) == spec.max);
        CHECK(from_norm(spec, -1) == spec.min);
        CHECK(from_norm(spec, 2) == spec.max);
        CHECK(from_norm(spec, to_norm(spec, spec.initial)) ==
              Approx(spec.initial).epsilon(1e-5).margin(1e-5 * double(span)));
        float before = spec.min;
        for (int i = 0; i <= 1000; ++i) {
            const float position = static_cast<float>(i) / 1000, value = from_norm(spec, position);
            if (value < before || value < spec.min || value > spec.max) FAIL_CHECK("not monotonic at " << position);
            if (spec.taper == Taper::steps)
                CHECK(from_norm(spec, to_norm(spec, value)) == value);
            else if (to_norm(spec, value) != Approx(position).margin(1e-4))
                FAIL_CHECK(position << " comes back as " << to_norm(spec, value));
            before = value;
        }
    }
}

TEST_CASE("faders follow the law of consoles", "[param]")
{
    const auto [position, db] = GENERATE(table<float, float>(
        {{1.0f, 10.0f}, {0.75f, 0.0f}, {0.5f, -10.0f}, {0.25f, -30.0f}, {0.0625f, -60.0f}, {0.0f, -90.0f}}));
    for (const ParamSpec& spec : {fader_specs[0], send_specs[0]}) {
        CHECK(from_norm(spec, position) == Approx(db).margin(1e-4));
        fohd::test::figure("strip", "fader law at its corners: error", fohd::test::at_most(0.01, "dB"),
                           static_cast<double>(std::abs(from_norm(spec, position) - db)));
        CHECK(to_norm(spec, db) == Approx(position).margin(1e-6));
    }
}

TEST_CASE("every value of a graph has an address of its own", "[layout]")
{
    const Layout layout(everything());
    std::set<std::string> seen;
    for (std::size_t p = 0; p < layout.parameters.size(); ++p) {
        const Parameter& parameter = layout.parameters[p];
        INFO(parameter.address);
        CHECK(seen.insert(parameter.address).second);
        CHECK(layout.find(parameter.address) == static_cast<int>(p));
        CHECK(layout.find(parameter.address + "x") == -1);
        const Slice& slice = layout.slices.at(static_cast<std::size_t>(parameter.slice));
        CHECK(static_cast<int>(p) >= slice.first_value);
        CHECK(static_cast<int>(p) < slice.first_value + slice.value_count);
    }
    for (const char* address :
         {"/input/same/fader", "/bus/same/pan", "/output/same/mute", "/input/same/send/same/level",
          "/bus/same/eq/1/frequency", "/bus/same/eq/bypass", "/bus/same/high_pass/frequency"})
        CHECK(seen.contains(address));
    CHECK(layout.find("") == -1);
    CHECK(layout.find("/bus/same/eq/0/frequency") == -1);
}

TEST_CASE("values that are written back into a description are its own", "[layout]")
{
    Description d = everything();
    const Layout layout(d);
    std::vector<float> values = layout.initial_values();
    store_values(layout, values, d);
    CHECK(d == everything());
    for (std::size_t p = 0; p < values.size(); ++p)
        values[p] = from_norm(*layout.parameters[p].spec, static_cast<float>(p % 11) / 10);
    store_values(layout, values, d);
    const bool as_written = Layout(d).initial_values() == values;
    CHECK(as_written);
}

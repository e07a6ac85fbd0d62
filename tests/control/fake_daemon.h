#pragma once

#include "control/host.h"
#include "control/readings.h"
#include "control/store.h"

#include <array>
#include <map>
#include <string>
#include <vector>

namespace fohd::control::test {

/// A processor of our own, so that what is tested here does not change with the real ones.
inline constexpr std::string_view tone_modes[] = {"soft", "hard", "fold"};
inline constexpr dsp::ParamSpec tone_specs[] = {
    {"frequency", dsp::Unit::hertz, 10, 20000, 1000, dsp::Taper::log, dsp::Glide::ramp, "Where.", {}},
    {"gain", dsp::Unit::decibel, -30, 30, 0, dsp::Taper::linear, dsp::Glide::ramp, "How much.", {}},
    {"ratio", dsp::Unit::ratio, 1, 100, 4, dsp::Taper::log, dsp::Glide::ramp, "How steep.", {}},
    {"mode", dsp::Unit::choice, 0, 2, 0, dsp::Taper::steps, dsp::Glide::fade, "How.", tone_modes},
};

inline constexpr dsp::ActionSpec tone_actions[] = {{"forget", "Begins anew."}, {"learn", "Learns."}};
inline constexpr dsp::ReadingSpec tone_readings[] = {{"each", dsp::Unit::decibel, 0, "One a channel."},
                                                     {"pitch", dsp::Unit::hertz, 3, "Three."}};

inline const dsp::ProcessorType& tone_type()
{
    static const dsp::ProcessorType type = [] {
        dsp::ProcessorType made;
        made.id = "tone";
        made.text = "Stands for every processor.";
        made.params = tone_specs;
        made.reduction_row = 0;
        made.actions = tone_actions;
        made.readings = tone_readings;
        return made;
    }();
    return type;
}

/// Some mono inputs (vox, in2, in3 …) with a tone each into the stereo bus main with loudness, heard by the output foh.
inline dsp::Description small_console(int inputs = 2)
{
    const dsp::ProcessorNode tone{"tone", &tone_type(), {1000, 0, 4, 0}, false, -1, {}};
    dsp::Description description;
    for (int i = 1; i <= inputs; ++i) {
        dsp::Strip input;
        input.name = i == 1 ? "vox" : "in" + std::to_string(i);
        input.chain = {tone};
        dsp::Send to_main;
        to_main.to = inputs;
        input.sends = {to_main};
        description.strips.push_back(input);
    }
    dsp::Strip bus;
    bus.kind = dsp::StripKind::bus;
    bus.name = "main";
    bus.channels = 2;
    bus.chain = {tone};
    bus.loudness = true;
    description.strips.push_back(bus);
    dsp::Strip output;
    output.kind = dsp::StripKind::output;
    output.name = "foh";
    output.channels = 2;
    output.from = inputs;
    description.strips.push_back(output);
    return description;
}

struct FakeSound : Sound {
    struct Call {
        std::vector<float> values;
        std::vector<int> changed;
    };
    std::vector<Call> calls;

    void apply(std::span<const float> values, std::span<const int> changed) override
    {
        calls.push_back({{values.begin(), values.end()}, {changed.begin(), changed.end()}});
    }
};

struct FakeReadings : ReadingSource {
    std::map<std::string, float> values; ///< By address; -120 where there is none.
    std::vector<int> resets;
    std::map<int, bool> paused;
    std::vector<std::array<int, 3>> acts; ///< Strip, processor, action.

    void read(const Reading& reading, std::span<float> out) override
    {
        const auto found = values.find(reading.address);
        for (auto& value : out) value = found == values.end() ? -120.0f : found->second;
    }
    void reset_loudness(int strip) override { resets.push_back(strip); }
    void pause_loudness(int strip, bool is_paused) override { paused[strip] = is_paused; }
    void act(int strip, int processor, int action) override { acts.push_back({strip, processor, action}); }
};

struct FakeHost : Host {
    Status status() override { return {61, "dummy", 48000, 64, 12.34f, 3, {{"bad_samples", "0"}}}; }
    std::vector<std::string> notes() override { return {"bus main is 72 frames late through its limiter"}; }
};

} // namespace fohd::control::test

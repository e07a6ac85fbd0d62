// EBU Tech 3341 and 3342, straight into the meter: every reading within the standard's tolerance whenever it is asked.
#include "daemon/loudness/meter.h"
#include "tests/conformance/ebu_signals.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>

using namespace fohd;
using namespace fohd::daemon::loudness;

namespace {

float value_of(const Reading& reading, std::string_view path)
{
    const auto is_it = [&](const Quantity& quantity) { return quantity.path == path; };
    return reading.*std::find_if(quantities.begin(), quantities.end(), is_it)->value;
}

/// Pushes `signal` in blocks, `late` frames of silence first, and looks at the readings after the blocks that end
/// nearest to each 10 ms.
void conform(const conformance::Signal& signal, std::size_t block, std::size_t late = 0)
{
    INFO(signal.name << " at " << signal.rate << " Hz in blocks of " << block << ", " << late << " frames late");
    Meter meter(signal.channels, signal.rate);
    meter.push(std::vector<float>(late * signal.channels));
    std::vector<bool> looked(signal.checks.size());
    const std::size_t frames = signal.samples.size() / signal.channels, hop = signal.rate / 100;
    for (std::size_t frame = 0; frame < frames;) {
        const std::size_t until_look = hop - frame % hop, count = std::min({block, until_look, frames - frame});
        meter.push(std::span(signal.samples).subspan(frame * signal.channels, count * signal.channels));
        frame += count;
        if (frame % hop != 0 && frame != frames) continue;
        const double now = static_cast<double>(frame) / signal.rate, nearly = 1e-6;
        const Reading reading = meter.reading();
        for (std::size_t i = 0; i < signal.checks.size(); ++i) {
            const conformance::Check& check = signal.checks[i];
            // What goes on for a while is there one hop after its beginning: hops need not begin with the sound.
            const double from = std::min(check.from + 0.01, check.to);
            if (now < from - nearly || now > check.to + nearly) continue;
            const double error = value_of(reading, check.reading) - check.expected;
            if (error < -check.below || error > check.above) // CHECK for each of a million would take the time
                FAIL_CHECK(check.reading << " is " << error << " from " << check.expected << " at " << now << " s");
            looked[i] = true;
        }
    }
    CHECK(std::all_of(looked.begin(), looked.end(), [](bool done) { return done; }));
}

} // namespace

TEST_CASE("EBU Tech 3341 and 3342: every synthetic signal", "[ebu]")
{
    for (const std::string& name : conformance::signal_names()) conform(conformance::make_signal(name, 48'000), 1024);
}

TEST_CASE("EBU Tech 3341 and 3342: each kind of test at other rates", "[ebu]")
{
    const unsigned rate = GENERATE(44'100u, 96'000u);
    for (const char* name :
         {"3341-1", "3341-5", "3341-6", "3341-9", "3341-10-7", "3341-12", "3341-13-13", "3341-14", "3341-15", "3341-16",
          "3341-17", "3341-18", "3341-19", "3341-20", "3341-21", "3341-22", "3341-23", "3342-4"})
        conform(conformance::make_signal(name, rate), 1024);
}

TEST_CASE("EBU Tech 3341: true peak at the highest rate", "[ebu]")
{
    for (int test = 15; test <= 23; ++test)
        conform(conformance::make_signal("3341-" + std::to_string(test), 192'000), 64);
}

TEST_CASE("EBU Tech 3341: whatever the block size", "[ebu]")
{
    const std::size_t block = GENERATE(1u, 17u, 64u, 1024u);
    for (const char* name : {"3341-1", "3341-12", "3341-13-7", "3341-14", "3341-21", "3341-23"})
        conform(conformance::make_signal(name, 48'000), block);
}

TEST_CASE("EBU Tech 3341: maxima when the sound begins between two hops", "[ebu]")
{
    const std::size_t late = GENERATE(1u, 100u, 240u, 479u);
    for (const char* name : {"3341-10-3", "3341-13-0", "3341-13-13", "3341-14"})
        conform(conformance::make_signal(name, 48'000), 64, late);
}

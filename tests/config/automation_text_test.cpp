#include "config/automation_text.h"
#include "config/config.h"

#include <catch2/catch.hpp>

using namespace fohd;
using namespace fohd::config;

namespace {

dsp::Layout desk()
{
    const auto loaded = load_text("fohd: 1\ninputs: {vox: {chain: [eq: {}, saturator: {}], sends: {main: {}}}}\n"
                                  "buses: {main: {}}\noutputs: {foh: {from: main}}\n");
    REQUIRE(loaded.config);
    return dsp::Layout(loaded.config->graph);
}

std::vector<std::string> errors_of(std::string_view text)
{
    std::vector<std::string> lines;
    for (const Error& error : read_automation(text, desk()).problems) lines.push_back(to_line(error, "show"));
    return lines;
}

const AutomationTrack& track(const Automation& automation, std::string_view address)
{
    const auto found = std::ranges::find(automation, address, &AutomationTrack::address);
    REQUIRE(found != automation.end());
    return *found;
}
} // namespace

TEST_CASE("an automation is lines of time, address, value and curve", "[automation]")
{
    const auto read = read_automation("# a show\n"
                                      "\n"
                                      "0 /input/vox/fader -inf\n"
                                      "1:02.5, /input/vox/fader, -6 dB, linear  # the verse\r\n"
                                      "12.5\t/input/vox/eq/2/frequency 2.5 kHz smooth\n"
                                      "1:00:00 /input/vox/mute on step\n"
                                      "3 /input/vox/fader -20\n", // in any order
                                      desk());
    CHECK(read.problems.empty());
    REQUIRE(read.automation.size() == 3);
    CHECK(track(read.automation, "/input/vox/fader").points ==
          std::vector<AutomationPoint>{{0, -90}, {3, -20}, {62.5, -6, Curve::linear}});
    CHECK(track(read.automation, "/input/vox/eq/2/frequency").points ==
          std::vector<AutomationPoint>{{12.5, 2500, Curve::smooth}});
    CHECK(track(read.automation, "/input/vox/mute").points == std::vector<AutomationPoint>{{3600, 1}});
}

TEST_CASE("what is written is read again", "[automation]")
{
    const dsp::Layout layout = desk();
    const auto read = read_automation("0.000001 /input/vox/fader -12.3456 dB\n0.25 /input/vox/fader 0 linear\n"
                                      "0.25 /input/vox/fader -6\n59.9 /input/vox/pan -0.5 smooth\n"
                                      "4000 /input/vox/eq/1/frequency 80\n",
                                      layout);
    REQUIRE(read.problems.empty());
    const auto again = read_automation(automation_text(read.automation), layout);
    CHECK(again.problems.empty());
    CHECK(again.automation == read.automation);
}

TEST_CASE("every bad line of an automation is told at once, with its place and what is allowed", "[automation]")
{
    const auto errors = errors_of("x /input/vox/fader 0 dB\n"
                                  "1 /input/vox/fadr 0 dB\n"
                                  "1  /input/vox/fader 20 dB linear\n"
                                  "1 /input/vox/fader 3 kHz\n"
                                  "1 /input/vox/fader -3 dB linaer\n"
                                  "1 /input/vox/mute on linear\n"
                                  "1\n"
                                  "1 /input/vox/fader\n"
                                  "1 fader 0\n"
                                  "1:60 /input/vox/fader 0\n"
                                  "-1 /input/vox/fader 0\n"
                                  "2 /input/vox/pan 0\n"
                                  "2 /input/vox/pan 1 linear\n"
                                  "1 /input/vox/fader \xff\n"
                                  "90000 /input/vox/fader 0\n"
                                  "1 /input/vox/fader nan\n");
    REQUIRE(errors.size() == 15);
    CHECK(errors[0].starts_with("show:1:1: error: `x` is no time; allowed: seconds `12.5`"));
    CHECK(errors[1] == "show:2:3: error: there is no value `/input/vox/fadr`, did you mean `/input/vox/fader`?");
    CHECK(errors[2] == "show:3:21: error: /input/vox/fader: `20 dB` is out of range; allowed: -90..10 dB or -inf");
    CHECK(errors[3].starts_with("show:4:20: error: /input/vox/fader: `3 kHz` is not in dB"));
    CHECK(errors[4].find("step, linear, smooth, not `linaer`") != std::string::npos);
    CHECK(errors[5] == "show:6:22: error: /input/vox/mute: there is nothing between its values; allowed: step");
    CHECK(errors[6].starts_with("show:7:2: error: there is no address"));
    CHECK(errors[7].starts_with("show:8:19: error: /input/vox/fader: there is no value; allowed: -90..10 dB or -inf"));
    CHECK(errors[8].starts_with("show:9:3: error: `fader` is no address"));
    CHECK(errors[9].starts_with("show:10:1: error: `1:60` is no time"));
    CHECK(errors[10].starts_with("show:11:1: error: `-1` is no time"));
    CHECK(errors[11] ==
          "show:13:1: error: /input/vox/pan has a value at this time already, at line 12; allowed: one, and "
          "a step from it");
    CHECK(errors[12].starts_with("show:14:1: error: this line is no text"));
    CHECK(errors[13].starts_with("show:15:1: error: `90000` is no time"));
    CHECK(errors[14].starts_with("show:16:20: error: /input/vox/fader: `nan` is not a number"));
}

TEST_CASE("an automation that is too long is refused", "[automation]")
{
    std::string text;
    for (std::size_t n = 0; n <= max_automation_points; ++n)
        text += std::to_string(n / 2) + (n % 2 ? ".5" : "") + " /input/vox/pan 0\n";
    CHECK(errors_of(text) == std::vector<std::string>{"show:100001:1: error: the file has more than 100000 points"});
    CHECK(errors_of(std::string(max_automation_bytes + 1, ' ')).size() == 1);
}

TEST_CASE("an automation may begin with a byte order mark", "[automation]")
{
    const auto read = read_automation("\xEF\xBB\xBF"
                                      "1 /input/vox/fader -3 dB\r\n",
                                      desk());
    CHECK(read.problems.empty());
    CHECK(track(read.automation, "/input/vox/fader").points == std::vector<AutomationPoint>{{1, -3}});
    CHECK(errors_of("\xEF\xBB\xBF"
                    "soon /input/vox/fader 0\n")
              .at(0)
              .starts_with("show:1:1: error: `soon`"));
}

TEST_CASE("a time is one value however it is written, and moments stay apart", "[automation]")
{
    for (const double seconds : {62.123456, 3661.000001, 0.1, 59.999999, 86399.999999, 0.0}) {
        const std::string text = format_time(seconds);
        INFO(text);
        CHECK(parse_time(text) == seconds);
        CHECK(text.size() <= 14); // as people write it
    }
    CHECK(parse_time("1:02.123456") == parse_time("62.123456"));
    const Automation close{{"/input/vox/fader", desk().parameters[0].spec, {{1.0000001, -1}, {1.0000002, -2}}}};
    const auto read = read_automation(automation_text(close), desk());
    CHECK(read.problems.empty());
    CHECK(read.automation == close);
    for (const std::string_view none : {"", ".5", "1.", "1e3", "1:60", "1.5:00", "-1", "1:2:3:4", "86400.1", "1.2.3"})
        CHECK(parse_time(none) == (none == "1." ? std::optional(1.0) : std::nullopt));
}

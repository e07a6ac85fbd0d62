#include "config/automation_text.h"

#include "config/config.h"
#include "control/take.h"
#include "control/timeline.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

using namespace fohd;

namespace {

void require(bool holds)
{
    if (!holds) std::abort();
}

const dsp::Layout& layout()
{
    static const dsp::Layout made = [] {
        const auto loaded =
            config::load_text("fohd: 1\ninputs: {a: {chain: [eq: {}, delay: {}, limiter: {}], sends: {b: {}}}}\n"
                              "buses: {b: {}}\noutputs: {o: {from: b}}\n");
        return dsp::Layout(loaded.config->graph);
    }();
    return made;
}

/// In the order of time, each value one of its parameter's.
void check(const config::AutomationTrack& track, bool in_order)
{
    const int parameter = layout().find(track.address);
    require(parameter >= 0 && !track.points.empty());
    const dsp::ParamSpec& spec = *layout().parameters[static_cast<std::size_t>(parameter)].spec;
    double last = 0;
    for (const auto& point : track.points) {
        require(point.seconds >= 0 && point.seconds <= config::max_automation_seconds);
        require(point.value == spec.clamp(point.value));
        require(config::parse_time(config::format_time(point.seconds)) == point.seconds);
        require(!in_order || point.seconds >= std::exchange(last, point.seconds));
    }
}

/// What was accepted is written so that it is read again as it is, and has a value at any frame.
void check(const config::Automation& automation)
{
    for (const auto& track : automation) check(track, true);
    const auto again = config::read_automation(config::automation_text(automation), layout());
    require(again.problems.empty() && again.automation == automation);
    const control::Timeline timeline(automation, layout(), 44100);
    for (int track = 0; track < timeline.tracks(); ++track)
        for (std::int64_t frame = 0; frame <= timeline.end(); frame += 1 + timeline.end() / 7)
            if (const auto value = timeline.value(track, frame)) {
                const auto& spec = *layout().parameters[static_cast<std::size_t>(timeline.parameter(track))].spec;
                require(std::isfinite(*value) && *value == spec.clamp(*value));
            }
}
} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto lines = 1 + std::ranges::count(text, '\n');
    const auto read = config::read_automation(text, layout());
    for (const auto& problem : read.problems) {
        require(!problem.text.empty() && problem.column >= 1 && problem.line >= 1 && problem.line <= lines);
        require(to_line(problem, "fuzz").find('\n') == std::string::npos);
    }
    require(read.problems.empty() || read.automation.empty());
    check(read.automation);
    const auto taken = control::read_take(text, layout());
    for (const auto& [address, track] : taken.take) check(track, false);
    check(control::over(read.automation, taken.take, 1));
    return 0;
}

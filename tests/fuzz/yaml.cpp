#include "config/config.h"
#include "config/value_text.h"
#include "dsp/graph/layout.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

using namespace fohd;

namespace {

void require(bool holds)
{
    if (!holds) std::abort();
}

/// What was accepted is a graph that can be planned: whole references, values in range, no loops.
void check(const config::Config& config)
{
    const auto& strips = config.graph.strips;
    const int count = static_cast<int>(strips.size());
    require(count <= config::max_strips && config.extras.size() == strips.size());
    for (const auto& strip : strips) {
        require(strip.channels >= 1 && strip.channels <= config::max_channels && strip.from < count);
        for (const auto& send : strip.sends)
            require(send.to >= 0 && send.to < count &&
                    strips[static_cast<std::size_t>(send.to)].kind == dsp::StripKind::bus);
        for (const auto& node : strip.chain) require(node.key < count && node.bands() <= node.type->max_bands);
    }
    require(dsp::find_loop(config.graph).empty());
    for (const auto& parameter : dsp::Layout(config.graph).parameters) {
        require(parameter.initial == parameter.spec->clamp(parameter.initial));
        const auto text = config::format_value(*parameter.spec, parameter.initial);
        require(config::parse_value(*parameter.spec, text).value == parameter.initial);
    }
}
} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto loaded = config::load_text(text);
    const auto lines = 1 + std::ranges::count(text, '\n');
    bool errors = false;
    for (const auto& problem : loaded.problems) {
        require(!problem.text.empty() && problem.column >= 1 && problem.line >= 1 && problem.line <= lines);
        require(to_line(problem, "fuzz").find('\n') == std::string::npos);
        errors |= !problem.warning;
    }
    require(errors != loaded.config.has_value());
    if (loaded.config) check(*loaded.config);
    return 0;
}

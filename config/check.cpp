#include "config/check.h"
#include "config/value_text.h"
#include "dsp/graph/plan.h"
#include <algorithm>
#include <cmath>

namespace fohd::config {
namespace {

std::string frames_text(int frames, double rate)
{
    const double hundredths = std::round(100 * 1000 * frames / rate);
    return std::to_string(frames) + " frames (" + format_number(static_cast<float>(hundredths / 100)) + " ms)";
}

std::string summary(const dsp::Description& graph)
{
    int count[3] = {};
    for (const dsp::Strip& strip : graph.strips) ++count[static_cast<std::size_t>(strip.kind)];
    return std::to_string(count[0]) + " inputs, " + std::to_string(count[1]) + " buses, " + std::to_string(count[2]) +
           " outputs";
}
} // namespace

std::vector<std::string> latency_notes(const dsp::Description& graph, double rate)
{
    std::vector<std::string> notes;
    const dsp::Layout layout(graph);
    const dsp::Plan plan = dsp::make_plan(graph, layout, {rate, {8}});
    const auto& strips = graph.strips;
    const auto address = [&](int strip) { return address_of(strips[static_cast<std::size_t>(strip)]); };

    for (const dsp::Strip& strip : strips)
        for (const dsp::ProcessorNode& node : strip.chain) {
            const dsp::Shape shape = node.type->shape(node.values, {rate, strip.channels, 0, node.key >= 0});
            const int frames = shape.delay + shape.core_delay + shape.planar_latency;
            if (frames > 0)
                notes.push_back(address_of(strip) + "/" + node.name + " delays by " + frames_text(frames, rate));
        }
    for (const dsp::PathLatency& path : plan.paths) {
        if (path.added == 0) continue;
        const auto awaited = std::ranges::find_if(plan.paths, [&](const dsp::PathLatency& other) {
            return other.to == path.to && other.late == path.late + path.added;
        });
        notes.push_back(address(path.from) + " waits " + frames_text(path.added, rate) + " on its way into " +
                        address(path.to) + (awaited == plan.paths.end() ? "" : ", for " + address(awaited->from)));
    }
    for (std::size_t s = 0; s < strips.size(); ++s)
        if (strips[s].kind == dsp::StripKind::output)
            notes.push_back(address(static_cast<int>(s)) + " is late by " + frames_text(plan.latency[s], rate));
    return notes;
}

CheckReport check(const Loaded& loaded, const std::string& path)
{
    CheckReport report;
    for (const Error& problem : loaded.problems) report.problems.push_back(to_line(problem, path));
    if (!loaded.config) return report;
    report.good = true;
    report.notes.push_back(path + " is good: " + summary(loaded.config->graph));
    constexpr double usual_rate = 48000;
    for (const dsp::Strip& strip : loaded.config->graph.strips)
        for (const dsp::ProcessorNode& node : strip.chain)
            if (node.type->has_ports())
                report.notes.push_back(
                    address_of(strip) + "/" + node.name + " goes out by " + port_names(strip, node, "send").front() +
                    " and comes back by " + port_names(strip, node, "return").front() +
                    "; without JACK, and while nothing is connected to that, it passes the sound by");
    for (const std::string& note : latency_notes(loaded.config->graph, usual_rate))
        report.notes.push_back("at 48 kHz: " + note);
    return report;
}
} // namespace fohd::config

#include "daemon/report.h"

#include "config/json.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <optional>

namespace fohd::daemon {
namespace {

using config::Json;

/// A level, or nothing where there was no reading.
using Level = std::optional<double>;

struct StripReport {
    std::string name;
    std::optional<loudness::Reading> loudness;
    std::vector<Level> peaks; ///< dBFS by channel
    double clips = 0;
    std::vector<std::pair<std::string, double>> reductions; ///< dB by processor
};

Level decibels(float amplitude)
{
    return amplitude > 1e-6f ? Level(20 * std::log10(static_cast<double>(amplitude))) : Level();
}

Level level(float lufs) { return lufs > loudness::lowest ? Level(static_cast<double>(lufs)) : Level(); }

/// `s`: index on the surface. Where the strip is compared, its reductions are those of the side with the processors.
StripReport report_of(Engine& engine, const control::Desk& desk, int s)
{
    const dsp::Strip& strip = desk.surface().strips[static_cast<std::size_t>(s)];
    const int heard = desk.heard(s);
    dsp::GraphReadings& readings = engine.readings();
    StripReport report{strip.name, {}, {}, 0, {}};
    if (const auto tap = engine.taps().find(heard); strip.loudness && tap != engine.taps().end())
        report.loudness = tap->second->reading();
    for (int c = 0; c < strip.channels; ++c) {
        report.peaks.push_back(decibels(readings.top(heard, c)));
        report.clips += static_cast<double>(readings.clips(heard, c));
    }
    for (int n = 0; n < static_cast<int>(strip.chain.size()); ++n) {
        const dsp::ProcessorNode& node = strip.chain[static_cast<std::size_t>(n)];
        if (!node.type->reduces()) continue;
        float most = 0;
        for (int c = 0; c < strip.channels; ++c) most = std::max(most, readings.most_reduction(s, n, c).load());
        report.reductions.emplace_back(node.name, static_cast<double>(most));
    }
    return report;
}

/// Every strip; where two kinds share a name, the later one is called by its address.
std::vector<StripReport> reports_of(Engine& engine, const control::Desk& desk)
{
    std::vector<StripReport> reports;
    for (std::size_t s = 0; s < desk.surface().strips.size(); ++s) {
        StripReport report = report_of(engine, desk, static_cast<int>(s));
        if (std::ranges::any_of(reports, [&](const StripReport& other) { return other.name == report.name; }))
            report.name = dsp::address_of(desk.surface().strips[s]);
        reports.push_back(std::move(report));
    }
    return reports;
}

Json json(const Level& value) { return value ? Json(*value) : Json(); }

Json json(const loudness::Reading& r)
{
    return Json::object({{"integrated", json(level(r.integrated))},
                         {"range", r.range},
                         {"truepeak", json(level(r.truepeak))},
                         {"max", Json::object({{"momentary", json(level(r.max_momentary))},
                                               {"shortterm", json(level(r.max_shortterm))},
                                               {"truepeak", json(level(r.max_truepeak))}})}});
}

std::string cell(const Level& value, const char* unit)
{
    if (!value) return "<td>–</td>";
    char text[48];
    std::snprintf(text, sizeof text, "<td>%.1f %s</td>", *value, unit);
    return text;
}

constexpr const char* style =
    "body{font:16px/1.5 sans-serif;margin:2em}table{border-collapse:collapse}th,td{padding:.3em .8em;"
    "border-bottom:1px solid #ccc;text-align:right}th:first-child{text-align:left}";
} // namespace

std::string report_json(Engine& engine, const control::Desk& desk)
{
    Json strips = Json::object();
    for (const StripReport& report : reports_of(engine, desk)) {
        Json strip = Json::object();
        if (report.loudness) strip.set("loudness", json(*report.loudness));
        Json peaks = Json::array(), reductions = Json::object();
        for (const Level& peak : report.peaks) peaks.push(json(peak));
        for (const auto& [processor, db] : report.reductions) reductions.set(processor, db);
        strip.set("peak", peaks);
        strip.set("clips", report.clips);
        strip.set("reduction", reductions);
        strips.set(report.name, strip);
    }
    return Json::object({{"strips", strips}}).text();
}

std::string report_html(Engine& engine, const control::Desk& desk, const std::string& title)
{
    std::string rows;
    for (const StripReport& report : reports_of(engine, desk)) {
        rows += "<tr><th>" + report.name + "</th>";
        if (const auto& r = report.loudness)
            rows += cell(level(r->integrated), "LUFS") + cell(static_cast<double>(r->range), "LU") +
                    cell(level(r->max_momentary), "LUFS") + cell(level(r->max_shortterm), "LUFS") +
                    cell(level(r->max_truepeak), "dBTP");
        else
            rows += "<td></td><td></td><td></td><td></td><td></td>";
        rows += cell(*std::ranges::max_element(report.peaks), "dBFS") + "<td>" +
                std::to_string(static_cast<long>(report.clips)) + "</td>";
        std::string reductions;
        for (const auto& [processor, db] : report.reductions)
            reductions += "<tr><th>" + processor + "</th>" + cell(db, "dB") + "</tr>";
        rows += "<td><table>" + reductions + "</table></td></tr>\n";
    }
    std::string shown; // a file's name may hold anything
    for (char c : title) shown += c == '<' ? "&lt;" : c == '&' ? "&amp;" : std::string(1, c);
    return "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>" + shown + "</title>\n<style>" +
           style + "</style></head>\n<body><h1>" + shown +
           "</h1>\n<table><thead><tr><th>Strip</th><th>Integrated</th><th>Range</th><th>Max momentary</th><th>Max "
           "short-term</th>"
           "<th>Max true peak</th><th>Sample peak</th><th>Clips</th><th>Most reduction</th></tr></thead><tbody>\n" +
           rows + "</tbody></table></body></html>\n";
}

} // namespace fohd::daemon

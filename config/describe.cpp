#include "config/describe.h"
#include "config/group_params.h"
#include "config/json.h"
#include "config/value_text.h"
#include "dsp/graph/strip_params.h"
#include <algorithm>
#include <array>

namespace fohd::config {
namespace {

constexpr std::array<std::string_view, 4> format_names{"text", "json", "schema", "markdown"};

std::string_view unit_name(dsp::Unit unit)
{
    return unit == dsp::Unit::toggle ? "toggle" : unit == dsp::Unit::choice ? "choice" : dsp::suffix(unit);
}

Json parameters(std::span<const dsp::ParamSpec> specs)
{
    Json list = Json::array();
    for (const dsp::ParamSpec& spec : specs)
        list.push(Json::object({{"id", spec.id},
                                {"unit", unit_name(spec.unit)},
                                {"min", spec.min},
                                {"max", spec.max},
                                {"default", spec.initial},
                                {"taper", name_of(spec.taper)},
                                {"choices", Json::strings(spec.choices)},
                                {"text", spec.text}}));
    return list;
}

std::string padded(std::string text, std::size_t width)
{
    if (text.size() < width) text.append(width - text.size(), ' ');
    return text + "  ";
}

struct Table {
    std::string_view title, text;
    std::span<const dsp::ParamSpec> specs;
};
constexpr Table strip_tables[] = {{"graph", "What every graph has.", {&dsp::tempo_spec, 1}},
                                  {"strip", "What every input, bus and output has.", dsp::fader_specs},
                                  {"send", "What every send has.", dsp::send_specs},
                                  {"processor", "What every processor has besides its own.", {&dsp::bypass_spec, 1}},
                                  {"mute group", "What every mute group has.", mute_group_specs},
                                  {"DCA", "What every DCA has.", dca_specs}};

void text_rows(std::string& to, std::span<const dsp::ParamSpec> specs, std::string_view indent)
{
    std::size_t id = 0, range = 0, initial = 0;
    for (const dsp::ParamSpec& spec : specs) {
        id = std::max(id, spec.id.size());
        range = std::max(range, std::min<std::size_t>(28, range_text(spec).size()));
        initial = std::max(initial, format_value(spec, spec.initial).size());
    }
    for (const dsp::ParamSpec& spec : specs)
        to.append(indent)
            .append(padded(std::string(spec.id), id) + padded(range_text(spec), range) + "default " +
                    padded(format_value(spec, spec.initial), initial) + padded(std::string(name_of(spec.taper)), 6))
            .append(spec.text) += '\n';
}

void markdown_rows(std::string& to, std::span<const dsp::ParamSpec> specs)
{
    to += "| parameter | range | default | taper | |\n| --- | --- | --- | --- | --- |\n";
    for (const dsp::ParamSpec& spec : specs)
        to.append("| `")
            .append(spec.id)
            .append("` | " + range_text(spec) + " | " + format_value(spec, spec.initial) + " | ")
            .append(name_of(spec.taper))
            .append(" | ")
            .append(spec.text) += " |\n";
}

std::string reading_text(const dsp::ReadingSpec& reading)
{
    std::string text(reading.text);
    if (const auto unit = unit_name(reading.unit); !unit.empty()) text.append(" In ").append(unit).append(".");
    return text;
}
} // namespace

std::optional<Format> format_of(std::string_view name)
{
    const auto found = std::ranges::find(format_names, name);
    if (found == format_names.end()) return std::nullopt;
    return static_cast<Format>(found - format_names.begin());
}

std::string_view name_of(dsp::Taper taper)
{
    constexpr std::string_view names[] = {"linear", "log", "fader", "steps"};
    return names[static_cast<std::size_t>(taper)];
}

std::string describe(Format format, std::span<const dsp::ProcessorType> types)
{
    switch (format) {
    case Format::text: return describe_text(types);
    case Format::json: return describe_json(types);
    case Format::schema: return describe_schema(types);
    case Format::markdown: return describe_markdown(types);
    }
    return {};
}

std::string describe_json(std::span<const dsp::ProcessorType> types)
{
    Json list = Json::array();
    for (const dsp::ProcessorType& type : types) {
        Json entry = Json::object({{"type", type.id}, {"text", type.text}, {"parameters", parameters(type.params)}});
        if (!type.band_params.empty())
            entry.set("band", Json::object({{"count", type.max_bands}, {"parameters", parameters(type.band_params)}}));
        if (!type.splits.spec.empty())
            entry.set("splits", Json::object({{"key", type.splits.key},
                                              {"count", type.splits.max},
                                              {"parameters", parameters(type.splits.spec)}}));
        Json actions = Json::array(), readings = Json::array();
        for (const auto& action : type.actions) actions.push(Json::object({{"id", action.id}, {"text", action.text}}));
        for (const auto& reading : type.readings)
            readings.push(
                Json::object({{"id", reading.id}, {"unit", unit_name(reading.unit)}, {"text", reading.text}}));
        if (!type.actions.empty()) entry.set("actions", std::move(actions));
        if (!type.readings.empty()) entry.set("readings", std::move(readings));
        list.push(std::move(entry));
    }
    return Json::object({{"processors", std::move(list)}}).text();
}

std::string describe_text(std::span<const dsp::ProcessorType> types)
{
    std::string to;
    for (const Table& table : strip_tables) {
        to.append(table.title).append(": ").append(table.text) += '\n';
        text_rows(to, table.specs, "  ");
        to += '\n';
    }
    for (const dsp::ProcessorType& type : types) {
        to.append(type.id).append(": ").append(type.text) += '\n';
        text_rows(to, type.params, "  ");
        for (const auto& setting : type.settings)
            to.append("  ").append(setting.id).append("  ").append(setting.text) += '\n';
        if (!type.splits.spec.empty()) {
            to += "  " + std::string(type.splits.key) + ", a list of up to " + std::to_string(type.splits.max) + "\n";
            text_rows(to, type.splits.spec, "    ");
        }
        if (!type.band_params.empty()) to += "  bands, up to " + std::to_string(type.max_bands) + ", each with\n";
        text_rows(to, type.band_params, "    ");
        for (const auto& action : type.actions)
            to.append("  ").append(action.id).append(", a command  ").append(action.text) += '\n';
        for (const auto& reading : type.readings)
            to.append("  meter/").append(reading.id).append("  ").append(reading_text(reading)) += '\n';
        to += '\n';
    }
    to.pop_back();
    return to;
}

std::string describe_markdown(std::span<const dsp::ProcessorType> types)
{
    std::string to = "# Processors and parameters\n\nWritten by `fohd describe --format markdown`.\n";
    for (const Table& table : strip_tables) {
        to.append("\n## Every ").append(table.title).append("\n\n").append(table.text).append("\n\n");
        markdown_rows(to, table.specs);
    }
    for (const dsp::ProcessorType& type : types) {
        to.append("\n## ").append(type.id).append("\n\n").append(type.text) += '\n';
        if (!type.params.empty()) markdown_rows(to += '\n', type.params);
        if (!type.settings.empty() || !type.actions.empty() || !type.readings.empty()) to += '\n';
        for (const auto& setting : type.settings)
            to.append("- `").append(setting.id).append("`: ").append(setting.text) += '\n';
        for (const auto& action : type.actions)
            to.append("- `").append(action.id).append("`, a command: ").append(action.text) += '\n';
        for (const auto& reading : type.readings)
            to.append("- `meter/").append(reading.id).append("`: ").append(reading_text(reading)) += '\n';
        if (!type.splits.spec.empty()) {
            to += "\nUp to " + std::to_string(type.splits.max) + " `" + std::string(type.splits.key) +
                  "` in a list, ascending, each a\n\n";
            markdown_rows(to, type.splits.spec);
        }
        if (type.band_params.empty()) continue;
        to += "\nUp to " + std::to_string(type.max_bands) + " `bands`, each with\n\n";
        markdown_rows(to, type.band_params);
    }
    return to;
}
} // namespace fohd::config

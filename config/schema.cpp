#include "config/config.h"
#include "config/describe.h"
#include "config/group_params.h"
#include "config/json.h"
#include "config/names.h"
#include "config/number_pattern.h"
#include "config/value_text.h"
#include "dsp/graph/strip_params.h"
#include <charconv>

namespace fohd::config {
namespace {

/// An object with these keys and no others. An empty value (`eq:`) stands for an empty map.
Json map_of(Json properties)
{
    return Json::object({{"type", Json::array({"object", "null"})},
                         {"properties", std::move(properties)},
                         {"additionalProperties", false}});
}

Json text_like(std::string_view pattern) { return Json::object({{"type", "string"}, {"pattern", pattern}}); }
Json one_of(Json words) { return Json::object({{"enum", std::move(words)}}); }
Json list_of(Json items, int most)
{
    return Json::object({{"type", "array"}, {"items", std::move(items)}, {"minItems", 1}, {"maxItems", most}});
}
Json whole(int min, int max) { return Json::object({{"type", "integer"}, {"minimum", min}, {"maximum", max}}); }
Json text() { return Json::object({{"type", "string"}, {"minLength", 1}}); }
Json any_of(Json list) { return Json::object({{"anyOf", std::move(list)}}); }

/// Their names; numbers and `off` also as what YAML may read them as.
Json choices_of(const dsp::ParamSpec& spec)
{
    Json names = Json::strings(spec.choices);
    for (const std::string_view name : spec.choices) {
        if (name == "off") names.push(false);
        int number = 0;
        const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
        if (error == std::errc() && end == name.data() + name.size()) names.push(number);
    }
    return names;
}

/// A parameter: a number in its own unit, or a text with a unit.
Json value(const dsp::ParamSpec& spec)
{
    Json schema;
    if (spec.unit == dsp::Unit::toggle)
        schema = any_of(Json::array(
            {Json::object({{"type", "boolean"}}), one_of(Json::array({0, 1})),
             text_like("^([oO][nN]|[oO][fF][fF]|[tT][rR][uU][eE]|[fF][aA][lL][sS][eE]|[yY][eE][sS]|[nN][oO]|0|1)$")}));
    else if (spec.unit == dsp::Unit::choice)
        schema = one_of(choices_of(spec));
    else
        schema = any_of(Json::array({Json::object({{"type", "number"}, {"minimum", spec.min}, {"maximum", spec.max}}),
                                     text_like(value_pattern(spec))}));
    const std::string text = std::string(spec.text) + (spec.text.empty() ? "" : " ") + range_text(spec) + "; default " +
                             format_value(spec, spec.initial) + ".";
    return schema.set("description", text);
}

Json toggle(std::string_view text, bool initial)
{
    return value({{}, dsp::Unit::toggle, 0, 1, initial ? 1.0f : 0.0f, dsp::Taper::steps, dsp::Glide::ramp, text, {}});
}

void set_values(Json& properties, std::span<const dsp::ParamSpec> specs)
{
    for (const dsp::ParamSpec& spec : specs) properties.set(std::string(spec.id), value(spec));
}

Json name() { return text_like("^[A-Za-z0-9_-]{1," + std::to_string(max_name) + "}$"); }

Json processor(const dsp::ProcessorType& type)
{
    Json properties = Json::object();
    properties.set(
        "name",
        Json::object(
            {{"allOf", Json::array({name(), Json::object({{"not", one_of(Json::strings(reserved_names()))}})})}}));
    set_values(properties, type.params);
    if (!type.band_params.empty()) {
        Json band = Json::object();
        set_values(band, type.band_params);
        properties.set("bands", list_of(map_of(std::move(band)), type.max_bands));
    }
    if (!type.splits.spec.empty())
        properties.set(std::string(type.splits.key), list_of(value(type.splits.spec[0]), type.splits.max));
    for (const dsp::SettingSpec& setting : type.settings)
        properties.set(std::string(setting.id), (setting.kind == dsp::SettingSpec::Kind::port
                                                     ? any_of(Json::array({text(), list_of(text(), max_channels)}))
                                                     : text())
                                                    .set("description", setting.text));
    properties.set(std::string(dsp::bypass_spec.id), value(dsp::bypass_spec));
    Json map = map_of(std::move(properties)).set("description", type.text);
    std::vector<std::string> required;
    for (const dsp::SettingSpec& setting : type.settings)
        if (setting.required || setting.kind == dsp::SettingSpec::Kind::port) required.emplace_back(setting.id);
    if (!required.empty()) map.set("type", "object").set("required", Json::strings(required));
    return map;
}

Json chain(std::span<const dsp::ProcessorType> types)
{
    std::vector<std::string> words{"fader"};
    Json properties = Json::object({{"fader", Json::object({{"type", "null"}})}});
    for (const dsp::ProcessorType& type : types) {
        words.emplace_back(type.id);
        properties.set(std::string(type.id),
                       Json::object({{"$ref", "#/definitions/processors/" + std::string(type.id)}}));
    }
    Json map = map_of(std::move(properties));
    map.set("minProperties", 1).set("maxProperties", 1);
    Json items = Json::object(
        {{"if", Json::object({{"type", "string"}})}, {"then", one_of(Json::strings(words))}, {"else", std::move(map)}});
    return Json::object(
        {{"type", Json::array({"array", "null"})}, {"items", std::move(items)}, {"maxItems", max_chain}});
}

Json send()
{
    Json properties = Json::object();
    set_values(properties, dsp::send_specs);
    properties.set("tap",
                   one_of(Json::array({"in", "pre", "post"}))
                       .set("description",
                            "Before the chain; after it, before the fader; after fader, pan and mute (the default)."));
    properties.set("align", toggle("Aligned with what else its target hears.", true));
    return map_of(std::move(properties));
}

Json strip(dsp::StripKind kind)
{
    Json properties = Json::object();
    properties.set("channels", whole(1, max_channels));
    if (kind == dsp::StripKind::output)
        properties.set("from", text().set("description", "The bus or input that it plays."));
    if (kind != dsp::StripKind::bus)
        properties.set("connect", any_of(Json::array({text(), list_of(text(), max_channels)}))
                                      .set("description", "Ports or patterns of ports, one per channel."));
    properties.set("chain", Json::object({{"$ref", "#/definitions/chain"}}));
    set_values(properties, dsp::fader_specs);
    properties.set("pan_law", any_of(Json::array({one_of(Json::array({-3, -4.5, -6})),
                                                  text_like("^-(3|4\\.5|6)(\\.0*)?([ \\t]*[dD][bB])?$")}))
                                  .set("description", "Level of a mono strip at the centre: -3 dB, -4.5 dB or -6 dB."));
    properties.set("mute_pre", toggle("Mute silences pre sends too.", true));
    properties.set("align", toggle("Aligned with what else its target hears.", true));
    properties.set(
        "loudness",
        any_of(Json::array(
            {toggle("Measures LUFS at the end of this strip.", false),
             Json::object({{"const", "keep"}, {"description", "Goes on after a restart of fohd, until a reset."}})})));
    if (kind == dsp::StripKind::bus)
        properties.set("solo",
                       one_of(Json::array({"pfl", "afl", "off", false}))
                           .set("description", "What is soloed is heard on this bus: before the faders, or after."));
    properties.set("sends", Json::object({{"type", Json::array({"object", "null"})},
                                          {"additionalProperties", Json::object({{"$ref", "#/definitions/send"}})}}));
    Json schema = map_of(std::move(properties));
    if (kind == dsp::StripKind::output)
        schema = Json::object(
            {{"allOf", Json::array({std::move(schema),
                                    Json::object({{"type", "object"}, {"required", Json::array({"from"})}})})}});
    return schema;
}

Json strips(std::string_view kind)
{
    return Json::object({{"type", Json::array({"object", "null"})},
                         {"propertyNames", Json::object({{"$ref", "#/definitions/name"}})},
                         {"maxProperties", max_strips},
                         {"additionalProperties", Json::object({{"$ref", "#/definitions/" + std::string(kind)}})}});
}

/// A map of groups by name, each with these keys and the strips that belong to it.
Json groups(Json properties, std::string_view text)
{
    properties.set(
        "strips",
        list_of(text_like("^((input|bus|output)/)?[A-Za-z0-9_-]{1," + std::to_string(max_name) + "}$"), max_strips)
            .set("description", "Strips by name, or as bus/NAME where kinds share a name."));
    Json group = Json::object({{"type", "object"},
                               {"properties", std::move(properties)},
                               {"required", Json::array({"strips"})},
                               {"additionalProperties", false}});
    return Json::object({{"type", Json::array({"object", "null"})},
                         {"description", text},
                         {"propertyNames", Json::object({{"$ref", "#/definitions/name"}})},
                         {"maxProperties", max_groups},
                         {"additionalProperties", std::move(group)}});
}

Json tempo()
{
    dsp::ParamSpec bpm = dsp::tempo_spec;
    bpm.id = "bpm";
    Json properties = Json::object();
    set_values(properties, {&bpm, 1});
    properties.set(std::string(follow_spec.id), value(follow_spec));
    return any_of(Json::array({value(dsp::tempo_spec), map_of(std::move(properties))}));
}

Json mute_groups()
{
    return groups(Json::object({{"mute", value(mute_group_specs[0])}}), "Strips that are muted together.");
}

Json dcas()
{
    Json properties = Json::object();
    set_values(properties, dca_specs);
    return groups(std::move(properties), "Faders and mutes that act as part of those of their strips.");
}

Json master()
{
    Json ab = Json::object(
        {{"type", "object"},
         {"properties",
          Json::object({{"strip", text().set("description", "The bus whose chain is compared.")},
                        {"processors",
                         list_of(text(), max_chain).set("description", "Which are switched in and out; default: all.")},
                        {"with", toggle("What is heard at first: with the processors, or without.", true)}})},
         {"required", Json::array({"strip"})},
         {"additionalProperties", false}});
    return map_of(Json::object({{"ab", std::move(ab)}}));
}

Json audio()
{
    Json alsa = map_of(Json::object(
        {{"device", text()}, {"rate", whole(8000, 192000)}, {"period", whole(16, 8192)}, {"periods", whole(2, 16)}}));
    return map_of(Json::object({{"backend", one_of(Json::array({"jack", "alsa", "dummy", "auto"}))},
                                {"client", text_like("^[ -.0-9;-~]{1,32}$")},
                                {"alsa", std::move(alsa)},
                                {"source", text_like("^(silence|programme|noise|.*\\..*)$")}}));
}

Json control()
{
    const auto texts = [](std::string_view pattern) {
        return any_of(
            Json::array({text_like(pattern), Json::object({{"type", "array"}, {"items", text_like(pattern)}})}));
    };
    return map_of(Json::object(
        {{"osc", map_of(Json::object({{"port", whole(1, 65535)},
                                      {"bind", text_like("^[0-9a-fA-F.:]+$")},
                                      {"allow", texts("^[0-9a-fA-F.:]+(/[0-9]{1,3})?$")},
                                      {"targets", texts("^([0-9.]+|\\[[0-9a-fA-F.:]+\\]):[0-9]{1,5}$")}}))},
         {"midi", toggle("A JACK MIDI port, midi_in, whose program changes recall scenes.", false)}}));
}

Json automation()
{
    return map_of(Json::object(
        {{"file",
          Json::object({{"type", "string"},
                        {"minLength", 1},
                        {"description", "Lines of time, address, value and curve; looked for beside this file."}})},
         {"follow", Json::object({{"enum", Json::array({"transport", "off"})},
                                  {"default", "off"},
                                  {"description", "Whether it rolls and stands where JACK's transport does."}})}}));
}

Json scenes()
{
    const Json pattern = text_like("^/[^ ]*$");
    constexpr dsp::ParamSpec fade = {"fade",
                                     dsp::Unit::millisecond,
                                     0,
                                     600'000,
                                     0,
                                     dsp::Taper::linear,
                                     dsp::Glide::ramp,
                                     "How long a recall takes where it does not say itself.",
                                     {}};
    return map_of(Json::object(
        {{"safe", any_of(Json::array({pattern, Json::object({{"type", "array"}, {"items", pattern}})}))
                      .set("description", "What no recall touches: addresses, patterns, or what is above them.")},
         {"fade", value(fade)},
         {"switches",
          one_of(Json::array({"start", "end"}))
              .set("description", "When switches and choices change in a fade: start (the default) or end.")}}));
}
} // namespace

std::string describe_schema(std::span<const dsp::ProcessorType> types)
{
    Json processors = Json::object();
    for (const dsp::ProcessorType& type : types) processors.set(std::string(type.id), processor(type));
    Json definitions = Json::object(
        {{"name", name()}, {"processors", std::move(processors)}, {"chain", chain(types)}, {"send", send()}});
    for (const auto kind : {dsp::StripKind::input, dsp::StripKind::bus, dsp::StripKind::output})
        definitions.set(std::string(dsp::name_of(kind)), strip(kind));
    return Json::object(
               {{"$schema", "http://json-schema.org/draft-07/schema#"},
                {"title", "A configuration of fohd"},
                {"type", "object"},
                {"required", Json::array({"fohd"})},
                {"properties",
                 Json::object(
                     {{"fohd", Json::object({{"const", 1}, {"description", "Version of this format."}})},
                      {"audio", audio()},
                      {"control", control()},
                      {"scenes", scenes()},
                      {"automation", automation()},
                      {"watch", Json::object({{"type", "boolean"},
                                              {"description", "The file is read again whenever it is saved."}})},
                      {"tempo", tempo()},
                      {"inputs", strips("input")},
                      {"buses", strips("bus")},
                      {"outputs", strips("output")},
                      {"mute_groups", mute_groups()},
                      {"dcas", dcas()},
                      {"master", master()}})},
                {"additionalProperties", false},
                {"definitions", std::move(definitions)}})
        .text();
}
} // namespace fohd::config

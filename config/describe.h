#pragma once
#include "dsp/registry.h"
#include <optional>
#include <string>
#include <string_view>

namespace fohd::config {

enum class Format { text, json, schema, markdown };

/// `text`, `json`, `schema` or `markdown`.
std::optional<Format> format_of(std::string_view name);

/// Every processor and parameter: unit, range, default, taper, text. `schema` is a JSON Schema (draft 7) of the YAML file.
std::string describe(Format format, std::span<const dsp::ProcessorType> types = dsp::processor_types());

std::string describe_text(std::span<const dsp::ProcessorType> types);
std::string describe_json(std::span<const dsp::ProcessorType> types);
std::string describe_markdown(std::span<const dsp::ProcessorType> types);
std::string describe_schema(std::span<const dsp::ProcessorType> types);

/// linear, log, fader, steps
std::string_view name_of(dsp::Taper taper);
} // namespace fohd::config

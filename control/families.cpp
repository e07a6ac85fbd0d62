#include "control/families.h"

#include "config/problems.h"
#include "control/cover.h"
#include "dsp/graph/strip_params.h"

#include <algorithm>
#include <set>

namespace fohd::control {

std::vector<std::string> families_of(const dsp::Description& description, const dsp::Layout& layout, int parameter)
{
    const auto& [address, spec, initial, slice_index] = layout.parameters[static_cast<std::size_t>(parameter)];
    const auto second = address.find('/', 1);
    const std::string kind = address.substr(1, second - 1), last = address.substr(address.rfind('/') + 1);
    if (slice_index < 0) {
        if (kind == "solo" || last == "solo") return {"solo"};
        if (kind == "master") return {last};
        if (kind == dsp::tempo_spec.id) return {kind};
        if (kind == "dca" || kind == "mute_group") return {kind, last};
        return {last};
    }
    const auto& slice = layout.slices[static_cast<std::size_t>(slice_index)];
    switch (slice.kind) {
    case dsp::Slice::Kind::fader:
    case dsp::Slice::Kind::tempo: return {last};
    case dsp::Slice::Kind::send: return {"send"};
    case dsp::Slice::Kind::processor: break;
    }
    const auto& strip = description.strips[static_cast<std::size_t>(slice.strip)];
    const auto& node = strip.chain[static_cast<std::size_t>(slice.index)];
    const auto is_found = [id = spec->id](const dsp::ActionSpec& action) {
        return std::ranges::count(action.finds, id) > 0;
    };
    if (std::ranges::any_of(node.type->actions, is_found)) return {"measured"};
    return {"processor", std::string(node.type->id), node.name};
}

bool is_of_the_moment(std::string_view family) { return family == "solo" || family == "ab" || family == "measured"; }

std::string Scope::check(const config::SceneScope& scope, const dsp::Description& description,
                         const dsp::Layout& layout)
{
    for (const auto& strip : scope.strips) {
        const auto compiled = Pattern::compile(strip);
        if (const auto* bad = std::get_if<BadPattern>(&compiled)) return config::quoted(strip) + ": " + bad->text;
    }
    if (scope.families.empty()) return {};
    std::set<std::string> known;
    for (std::size_t p = 0; p < layout.parameters.size(); ++p)
        known.merge([&] {
            const auto names = families_of(description, layout, static_cast<int>(p));
            return std::set<std::string>(names.begin(), names.end());
        }());
    for (const auto& family : scope.families) {
        if (known.contains(family)) continue;
        const auto near = config::nearest(family, {known.begin(), known.end()});
        return config::quoted(family) + " is no family of values here" +
               (near.empty() ? std::string() : ", did you mean " + config::quoted(near) + "?");
    }
    return {};
}

Scope::Scope(const config::SceneScope& scope) : all_strips_(scope.strips.empty()), families_(scope.families)
{
    for (const auto& strip : scope.strips) {
        auto compiled = Pattern::compile(strip);
        if (auto* pattern = std::get_if<Pattern>(&compiled)) strips_.push_back(std::move(*pattern));
    }
}

bool Scope::holds(const dsp::Description& description, const dsp::Layout& layout, int parameter) const
{
    const auto& address = layout.parameters[static_cast<std::size_t>(parameter)].address;
    if (!all_strips_ && std::ranges::none_of(strips_, [&](const Pattern& pattern) { return covers(pattern, address); }))
        return false;
    const auto families = families_of(description, layout, parameter);
    if (families_.empty()) return std::ranges::none_of(families, is_of_the_moment);
    return std::ranges::any_of(families, [&](const auto& f) { return std::ranges::count(families_, f) > 0; });
}

} // namespace fohd::control

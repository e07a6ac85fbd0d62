#include "control/kept_values.h"

#include "config/value_text.h"

namespace fohd::control {

std::vector<Override> overrides(const dsp::Layout& layout, std::span<const float> values)
{
    std::vector<Override> all;
    for (std::size_t p = 0; p < layout.parameters.size(); ++p) {
        const auto& parameter = layout.parameters[p];
        if (values[p] != parameter.initial)
            all.push_back({parameter.address, parameter.spec, values[p], parameter.initial});
    }
    return all;
}

config::KeptValue to_text(const Override& each)
{
    return {each.address, config::format_value(*each.spec, each.value), config::format_value(*each.spec, each.file)};
}

Restored restore(const dsp::Layout& layout, std::span<const config::KeptValue> kept)
{
    Restored restored{layout.initial_values(), {}, {}};
    for (const auto& each : kept) {
        const int index = layout.find(each.address);
        if (index < 0) {
            restored.orphans.push_back(each);
            continue;
        }
        const auto& parameter = layout.parameters[static_cast<std::size_t>(index)];
        // Clamped too, so that a range which has become smaller does not look like a changed file.
        const auto file = config::parse_value(*parameter.spec, each.file, config::OutOfRange::clamp);
        if (file.value != parameter.initial) continue;
        if (const auto value = config::parse_value(*parameter.spec, each.value)) {
            restored.values[static_cast<std::size_t>(index)] = parameter.spec->clamp(*value.value);
        } else if (const auto near = config::parse_value(*parameter.spec, each.value, config::OutOfRange::clamp)) {
            restored.values[static_cast<std::size_t>(index)] = *near.value;
            restored.warnings.push_back(each.address + ": " + value.error + "; taken as " +
                                        config::format_value(*parameter.spec, *near.value));
        } else {
            restored.warnings.push_back(each.address + ": " + value.error + "; the file's own value serves");
        }
    }
    return restored;
}

} // namespace fohd::control

#include "dsp/registry.h"
#include <algorithm>

namespace fohd::dsp {

bool ProcessorType::has_setting(std::string_view name) const
{
    return std::ranges::any_of(settings, [&](const SettingSpec& setting) { return setting.id == name; });
}

std::span<const ProcessorType> processor_types() { return {}; }

const ProcessorType* find_processor_type(std::string_view id)
{
    for (const ProcessorType& type : processor_types())
        if (type.id == id) return &type;
    return nullptr;
}
} // namespace fohd::dsp

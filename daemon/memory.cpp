#include "daemon/memory.h"

#include <spdlog/spdlog.h>

namespace fohd::daemon {

Memory::Memory(const dsp::Layout& layout)
{
    saved = folder_.read_state();
    loudness = folder_.read_loudness();
    learned = folder_.read_learned();
    restored = control::restore(layout, saved.values);
    for (const std::string& warning : restored.warnings) spdlog::warn("saved state: {}", warning);
    std::size_t moved = 0;
    for (std::size_t p = 0; p < restored.values.size(); ++p)
        moved += restored.values[p] != layout.parameters[p].initial;
    for (const auto& [address, each] : learned)
        spdlog::info("{} goes on with the {} {} that it had learned", address, each.count(), each.type->learned.key);
    if (moved > 0) spdlog::info("{} values are as they were set before the start", moved);
}

control::SceneOptions scene_options(const config::Recall& recall)
{
    return {recall.safe, recall.fade, recall.switches_at_end ? control::Switches::end : control::Switches::start};
}

dsp::Description sound_with(control::Desk& desk, std::span<const float> values)
{
    dsp::Description sound = desk.sound();
    dsp::store_values(desk.sound_layout(), desk.begin(values), sound);
    return sound;
}

} // namespace fohd::daemon

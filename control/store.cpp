#include "control/store.h"

#include <algorithm>

namespace fohd::control {

Store::Store(const dsp::Layout& layout, Sound& sound) : Store(layout, sound, layout.initial_values()) {}

Store::Store(const dsp::Layout& layout, Sound& sound, std::vector<float> values)
    : layout_(layout), sound_(sound), values_(std::move(values)), writers_(values_.size()), is_changed_(values_.size())
{}

float Store::set(int parameter, float value, Writer by)
{
    const auto index = at(parameter);
    const float stored = layout_.parameters[index].spec->clamp(value), before = values_[index];
    writers_[index] = by;
    if (stored == before) return stored;
    values_[index] = stored;
    if (!is_changed_[index]) changed_.push_back(parameter);
    is_changed_[index] = true;
    listeners_.tell({parameter, before, stored, by, batches_ > 0 ? batch_ : 0});
    return stored;
}

void Store::publish()
{
    if (changed_.empty()) return;
    std::sort(changed_.begin(), changed_.end());
    sound_.apply(values_, changed_);
    for (const int parameter : changed_) is_changed_[at(parameter)] = false;
    changed_.clear();
}

} // namespace fohd::control

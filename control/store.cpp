#include "control/store.h"

#include <algorithm>
#include <utility>

namespace fohd::control {

Store::Store(const dsp::Layout& layout, Sound& sound) : Store(layout, sound, layout.initial_values()) {}

Store::Store(const dsp::Layout& layout, Sound& sound, std::vector<float> values)
    : layout_(layout), sound_(sound), values_(std::move(values)), writers_(values_.size()), is_changed_(values_.size()),
      is_followed_(values_.size())
{}

float Store::set(int parameter, float value, Writer by)
{
    const auto index = at(parameter);
    const float stored = layout_.parameters[index].spec->clamp(value), before = values_[index];
    if (stored != before && !std::exchange(is_changed_[index], true)) changed_.push_back(parameter);
    keep(parameter, stored, by, false);
    return stored;
}

void Store::follow(int parameter, float value)
{
    const auto index = at(parameter);
    const float stored = layout_.parameters[index].spec->clamp(value);
    if (stored != values_[index] && !std::exchange(is_followed_[index], true)) followed_.push_back(parameter);
    keep(parameter, stored, 0, true);
}

void Store::keep(int parameter, float stored, Writer by, bool followed)
{
    const auto index = at(parameter);
    const float before = std::exchange(values_[index], stored);
    writers_[index] = by;
    if (stored != before) listeners_.tell({parameter, before, stored, by, batches_ > 0 ? batch_ : 0, followed});
}

void Store::publish()
{
    if (!dirty()) return;
    publishing_.tell();
    // What was also set does not sound so yet.
    std::erase_if(followed_, [&](int parameter) {
        is_followed_[at(parameter)] = false;
        return is_changed_[at(parameter)] != 0;
    });
    std::ranges::sort(followed_);
    if (!followed_.empty()) sound_.follow(values_, followed_);
    followed_.clear();
    if (changed_.empty()) return;
    std::ranges::sort(changed_);
    sound_.apply(values_, changed_);
    for (const int parameter : changed_) is_changed_[at(parameter)] = false;
    changed_.clear();
}

} // namespace fohd::control

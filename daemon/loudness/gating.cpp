#include "daemon/loudness/gating.h"

#include "daemon/loudness/energy.h"

#include <algorithm>
#include <cmath>

namespace fohd::daemon::loudness {

namespace {

constexpr double absolute_gate = config::lowest_class / 100.0; // LUFS
constexpr double step = config::class_width / 100.0;           // LU

} // namespace

bool Classes::add(double energy)
{
    static const double gate = energy_of(absolute_gate);
    if (!(energy >= gate)) return false;
    const double above = (10 * std::log10(energy / gate)) / step;
    Class& one = classes_[static_cast<std::size_t>(std::clamp(above, 0.0, config::class_count - 1.0))];
    ++one.count;
    one.energy += energy;
    return true;
}

std::size_t Classes::gate(double lu) const
{
    const double threshold = mean(0) * std::pow(10.0, -lu / 10);
    const auto is_above = [&](const Class& one) {
        return one.count > 0 && one.energy >= threshold * static_cast<double>(one.count);
    };
    return static_cast<std::size_t>(std::ranges::find_if(classes_, is_above) - classes_.begin());
}

double Classes::mean(std::size_t from) const
{
    Class sum;
    for (std::size_t i = from; i < classes_.size(); ++i) {
        sum.count += classes_[i].count;
        sum.energy += classes_[i].energy;
    }
    return sum.count > 0 ? sum.energy / static_cast<double>(sum.count) : 0;
}

double Classes::percentile(std::size_t from, double part) const
{
    std::uint64_t all = 0;
    for (std::size_t i = from; i < classes_.size(); ++i) all += classes_[i].count;
    if (all == 0) return 0;
    const auto place = static_cast<std::uint64_t>(std::llround(static_cast<double>(all - 1) * part));
    std::uint64_t below = 0;
    while ((below += classes_[from].count) <= place) ++from;
    return classes_[from].energy / static_cast<double>(classes_[from].count);
}

std::vector<config::LoudnessClass> Classes::list() const
{
    std::vector<config::LoudnessClass> list;
    for (std::size_t i = 0; i < classes_.size(); ++i)
        if (const Class& one = classes_[i]; one.count > 0)
            list.push_back({config::lowest_class + config::class_width * static_cast<int>(i), one.count, one.energy});
    return list;
}

void Classes::set(std::span<const config::LoudnessClass> list)
{
    std::ranges::fill(classes_, Class{});
    for (const config::LoudnessClass& one : list)
        classes_.at(static_cast<std::size_t>((one.level - config::lowest_class) / config::class_width)) = {one.count,
                                                                                                           one.energy};
}

float Gating::integrated() const { return lufs(blocks_.mean(blocks_.gate(10))); }

float Gating::range() const
{
    const std::size_t from = windows_.gate(20);
    const double high = windows_.percentile(from, 0.95), low = windows_.percentile(from, 0.10);
    return low > 0 ? static_cast<float>(10 * std::log10(high / low)) : 0.0f;
}

void Gating::save(config::Integration& to) const
{
    to.blocks = blocks_.list();
    to.windows = windows_.list();
}

void Gating::restore(const config::Integration& from)
{
    blocks_.set(from.blocks);
    windows_.set(from.windows);
}

} // namespace fohd::daemon::loudness

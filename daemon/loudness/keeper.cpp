#include "daemon/loudness/keeper.h"

#include <algorithm>
#include <numeric>
#include <spdlog/spdlog.h>
#include <utility>

namespace fohd::daemon::loudness {

std::string file_of(const std::string& address)
{
    std::string stem = address.substr(1);
    std::ranges::replace(stem, '/', '-'); // between the kind and the name, which has none
    return "loudness/" + stem + ".yaml";
}

std::string address_of_file(const std::string& stem)
{
    std::string address = "/" + stem;
    if (const auto dash = address.find('-'); dash != std::string::npos) address[dash] = '/';
    return address;
}

Keeper::Keeper(control::Shelf& shelf, KeptLoudness kept) : shelf_(shelf), absent_(std::move(kept)) {}

void Keeper::rebind(const std::vector<Strip>& strips)
{
    std::map<std::string, Kept> before = std::exchange(kept_, {});
    for (const auto& [address, kept] : before) {
        const bool stays =
            std::ranges::any_of(strips, [&](const Strip& strip) { return strip.is_kept && strip.tap == kept.tap; });
        if (!stays) part_with(address, *kept.tap);
    }
    for (const Strip& strip : strips) {
        if (!strip.is_kept) {
            forget(strip.address);
        } else if (const auto known = before.find(strip.address);
                   known != before.end() && known->second.tap == strip.tap) {
            kept_[strip.address] = known->second;
        } else {
            go_on(strip.address, *strip.tap);
            kept_[strip.address] = {strip.tap, {}, strip.tap->resets()};
        }
    }
    while (absent_.size() > max_absent) forget(std::string(absent_.begin()->first));
}

/// The tap is not its strip's any more: what it has goes to the file, and to the tap that comes after it.
void Keeper::part_with(const std::string& address, Tap& tap)
{
    const auto last = absent_[address] = tap.integration();
    shelf_.write(file_of(address), [last] { return config::loudness_text(last); });
}

void Keeper::go_on(const std::string& address, Tap& tap)
{
    const auto found = absent_.find(address);
    if (found == absent_.end()) return;
    config::Integration integration = std::move(found->second);
    absent_.erase(found);
    if (integration.channels != tap.channels()) {
        spdlog::warn("the loudness of {} begins anew: it had {} channels when its loudness was kept, and has {} now",
                     address, integration.channels, tap.channels());
        return;
    }
    const auto blocks = std::accumulate(integration.blocks.begin(), integration.blocks.end(), std::uint64_t{0},
                                        [](std::uint64_t sum, const auto& each) { return sum + each.count; });
    spdlog::info("the loudness of {} goes on: {} s of sound were measured before", address, blocks / 10);
    tap.restore(std::move(integration));
    tap.measure(); // so that it is read from now on
}

void Keeper::forget(const std::string& address)
{
    if (absent_.erase(address) > 0) shelf_.remove(file_of(address));
}

void Keeper::save(const std::string& address, Kept& kept)
{
    kept.saved = kept.tap->changes();
    kept.resets = kept.tap->resets();
    shelf_.write(file_of(address), [tap = kept.tap] { return config::loudness_text(tap->integration()); });
}

void Keeper::tend(Clock::time_point now)
{
    if (!saved_at_) saved_at_ = now;
    for (auto& [address, kept] : kept_)
        if (kept.tap->resets() != kept.resets) save(address, kept);
    if (now - *saved_at_ < interval) return;
    saved_at_ = now;
    for (auto& [address, kept] : kept_)
        if (kept.tap->changes() != kept.saved) save(address, kept);
}

void Keeper::save_now()
{
    for (auto& [address, kept] : kept_) save(address, kept);
}

} // namespace fohd::daemon::loudness

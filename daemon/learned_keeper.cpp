#include "daemon/learned_keeper.h"

#include <algorithm>

namespace fohd::daemon {

std::string learned_file_of(const std::string& address)
{
    std::string stem = address.substr(1);
    std::ranges::replace(stem, '/', '.');
    return "learned/" + stem + ".yaml";
}

std::string address_of_learned_file(const std::string& stem)
{
    std::string address = "/" + stem;
    std::ranges::replace(address, '.', '/');
    return address;
}

void LearnedKeeper::tend(const std::set<std::string>& changed, const config::LearnedMap& all, Clock::time_point now)
{
    unsaved_.insert(changed.begin(), changed.end());
    if (unsaved_.empty() || (saved_at_ && now - *saved_at_ < interval)) return;
    saved_at_ = now;
    save_now(all);
}

void LearnedKeeper::save_now(const config::LearnedMap& all)
{
    for (const std::string& address : unsaved_)
        if (const auto found = all.find(address); found == all.end() || found->second.is_empty())
            shelf_.remove(learned_file_of(address));
        else
            shelf_.write(learned_file_of(address), [learned = found->second] { return config::learned_text(learned); });
    unsaved_.clear();
}

} // namespace fohd::daemon

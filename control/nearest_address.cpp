#include "control/nearest_address.h"

#include "config/problems.h"

#include <algorithm>
#include <set>
#include <vector>

namespace fohd::control {

std::string nearest_address(std::string_view wrong, std::span<const std::string_view> addresses)
{
    std::string path;
    std::vector<std::string_view> below(addresses.begin(), addresses.end());
    while (wrong.starts_with('/') && wrong.size() > 1) {
        wrong.remove_prefix(1);
        const auto word = wrong.substr(0, wrong.find('/'));
        wrong.remove_prefix(word.size());
        std::set<std::string_view> names;
        for (const auto address : below) {
            const auto rest = address.substr(path.size() + 1);
            names.insert(rest.substr(0, rest.find('/')));
        }
        std::string_view name = word;
        if (!names.contains(word)) name = config::nearest(word, {names.begin(), names.end()});
        if (name.empty()) return {};
        path.append("/").append(name);
        std::erase_if(below, [&](std::string_view address) {
            return !address.starts_with(path) || (address.size() > path.size() && address[path.size()] != '/');
        });
        if (std::find(below.begin(), below.end(), path) != below.end()) return path;
    }
    // It names something that others are below of.
    return below.empty() || path.empty() ? std::string() : std::string(below.front());
}

} // namespace fohd::control

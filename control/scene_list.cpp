#include "control/scene_list.h"

#include "config/problems.h"

#include <algorithm>

namespace fohd::control {
namespace {

std::string file_of(const std::string& name) { return "scenes/" + name + ".yaml"; }

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// The number at `at`, without its leading zeros; `at` is then behind it.
std::string_view take_number(std::string_view text, std::size_t& at)
{
    while (at < text.size() && text[at] == '0') ++at;
    const auto begin = at;
    while (at < text.size() && is_digit(text[at])) ++at;
    return text.substr(begin, at - begin);
}
} // namespace

bool NaturalOrder::operator()(const std::string& a, const std::string& b) const
{
    std::size_t i = 0, j = 0;
    while (i < a.size() && j < b.size()) {
        if (is_digit(a[i]) && is_digit(b[j])) {
            const auto x = take_number(a, i), y = take_number(b, j);
            if (x.size() != y.size()) return x.size() < y.size();
            if (x != y) return x < y;
        } else if (a[i] != b[j]) {
            return static_cast<unsigned char>(a[i]) < static_cast<unsigned char>(b[j]);
        } else {
            ++i, ++j;
        }
    }
    if (a.size() - i != b.size() - j) return a.size() - i < b.size() - j;
    return a < b; // "1" and "01" are two names
}

void SceneList::load(SceneMap scenes)
{
    std::size_t values = 0, count = 0;
    for (auto at = scenes.begin(); at != scenes.end();) {
        values += at->second->values.size();
        at = ++count > max_scenes || values > max_values ? scenes.erase(at) : std::next(at);
    }
    scenes_ = std::move(scenes);
    loaded_ = true;
}

std::shared_ptr<const config::Scene> SceneList::find(const std::string& name) const
{
    const auto found = scenes_.find(name);
    return found == scenes_.end() ? nullptr : found->second;
}

std::string SceneList::unknown(const std::string& name) const
{
    if (!loaded_) return "the scenes are still being read; try again in a moment";
    std::vector<std::string_view> names;
    for (const auto& [each, scene] : scenes_) names.push_back(each);
    const auto near = config::nearest(name, names);
    return "there is no scene " + config::quoted(name) +
           (near.empty() ? "" : "; the nearest is " + config::quoted(near));
}

std::string SceneList::with_program(int program) const
{
    const auto found = std::ranges::find_if(scenes_, [&](const auto& each) { return each.second->program == program; });
    return found == scenes_.end() ? std::string() : found->first;
}

std::string SceneList::beside(const std::string& name, int step) const
{
    if (scenes_.empty()) return {};
    const auto at = scenes_.find(name);
    if (at == scenes_.end()) return scenes_.begin()->first;
    if (step > 0) return std::next(at) == scenes_.end() ? std::string() : std::next(at)->first;
    return at == scenes_.begin() ? std::string() : std::prev(at)->first;
}

std::string SceneList::check_new(const std::string& name) const
{
    if (!loaded_) return unknown(name);
    if (auto problem = config::scene_name_problem(name); !problem.empty()) return problem;
    if (scenes_.size() >= max_scenes && !find(name))
        return "there are " + std::to_string(max_scenes) + " scenes already; delete one first";
    return {};
}

void SceneList::put(const std::string& name, config::Scene scene, const std::string& instead_of)
{
    const auto kept = std::make_shared<const config::Scene>(std::move(scene));
    scenes_[name] = kept;
    shelf_.write(
        file_of(name), [kept] { return config::scene_text(*kept); },
        instead_of.empty() ? std::string() : file_of(instead_of));
}

std::string SceneList::save(const std::string& name, config::Scene scene)
{
    if (auto problem = check_new(name); !problem.empty()) return problem;
    std::size_t values = scene.values.size();
    for (const auto& [each, other] : scenes_) values += each == name ? 0 : other->values.size();
    if (values > max_values)
        return "all scenes together may have " + std::to_string(max_values) + " values; delete one first";
    put(name, std::move(scene));
    return {};
}

std::string SceneList::remove(const std::string& name)
{
    if (scenes_.erase(name) == 0) return unknown(name);
    shelf_.remove(file_of(name));
    return {};
}

std::string SceneList::rename(const std::string& from, const std::string& to)
{
    const auto scene = find(from);
    if (!scene) return unknown(from);
    if (auto problem = config::scene_name_problem(to); !problem.empty()) return problem;
    if (find(to)) return "there is a scene " + config::quoted(to) + " already; delete it first";
    scenes_.erase(from);
    put(to, *scene, from);
    return {};
}

std::string SceneList::copy(const std::string& from, const std::string& to)
{
    const auto scene = find(from);
    if (!scene) return unknown(from);
    if (find(to)) return "there is a scene " + config::quoted(to) + " already; delete it first";
    config::Scene twin = *scene;
    twin.program = -1;
    return save(to, std::move(twin));
}

std::string SceneList::set_program(const std::string& name, int program)
{
    const auto scene = find(name);
    if (!scene) return unknown(name);
    if (program < -1 || program > 127) return "a program is a number from 0 to 127, or -1 for none";
    const auto put_program = [&](const std::string& to, int number) {
        config::Scene changed = *find(to);
        changed.program = number;
        put(to, std::move(changed));
    };
    if (const auto other = with_program(program); program >= 0 && !other.empty()) put_program(other, -1);
    put_program(name, program);
    return {};
}

} // namespace fohd::control

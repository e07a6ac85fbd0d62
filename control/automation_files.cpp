#include "control/automation_files.h"

#include "config/scene_text.h"

namespace fohd::control {
namespace {

constexpr const char *folder = "automation", *suffix = ".txt", *take_suffix = ".take";
constexpr std::size_t most_in_take = 100'000'000; // bytes

std::string path_of(const std::string& name, const char* end) { return std::string(folder) + "/" + name + end; }

template <class T> bool is_ready(const std::future<T>& future)
{
    return future.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
}
} // namespace

AutomationFiles::AutomationFiles(Shelf& shelf, Archive& archive, std::function<void()> changed)
    : shelf_(shelf), archive_(archive), changed_(std::move(changed))
{}

void AutomationFiles::ask(std::future<Archive::Read> text, Then then)
{
    asked_.push_back({archive_.list(folder, suffix), std::move(text), std::move(then)});
}

void AutomationFiles::look(Then then) { ask({}, std::move(then)); }

void AutomationFiles::read(const std::string& name, Then then)
{
    ask(archive_.read(path_of(name, suffix), config::max_automation_bytes), std::move(then));
}

void AutomationFiles::read_take(const std::string& name, Then then)
{
    ask(archive_.read(path_of(name, take_suffix), most_in_take), std::move(then));
}

void AutomationFiles::remove(const std::string& name, Then then)
{
    shelf_.remove(path_of(name, suffix));
    look(std::move(then));
}

void AutomationFiles::save(const std::string& name, AutomationPtr automation)
{
    auto saved = archive_.save(
        path_of(name, suffix), [automation] { return config::automation_text(*automation); },
        path_of(name, take_suffix));
    saving_.insert_or_assign(name, Saving{std::move(automation), std::move(saved)});
}

AutomationPtr AutomationFiles::unsaved(const std::string& name) const
{
    const auto found = saving_.find(name);
    return found == saving_.end() || is_ready(found->second.saved) ? nullptr : found->second.automation;
}

std::future<std::vector<std::string>> AutomationFiles::takes() { return archive_.list(folder, take_suffix); }

void AutomationFiles::append_to_take(const std::string& name, std::string lines)
{
    archive_.append(path_of(name, take_suffix), std::move(lines));
}

std::string AutomationFiles::give_up_take(const std::string& name, std::string text)
{
    std::string instead = name + take_suffix;
    archive_.save(
        path_of(instead, suffix), [text = std::move(text)] { return text; }, path_of(name, take_suffix));
    look({});
    return instead;
}

void AutomationFiles::remove_take(const std::string& name) { shelf_.remove(path_of(name, take_suffix)); }

void AutomationFiles::tend()
{
    if (std::erase_if(saving_, [](const auto& each) { return is_ready(each.second.saved); }) > 0) look({});
    while (!asked_.empty() && is_ready(asked_.front().names)) {
        Asked& first = asked_.front();
        if (first.text.valid() && !is_ready(first.text)) break;
        Names names;
        for (std::string& name : first.names.get())
            if (config::file_name_problem(name, {}).empty()) names.insert(std::move(name));
        const auto read = first.text.valid() ? first.text.get() : Archive::Read{};
        const Then then = std::move(first.then);
        asked_.pop_front();
        if (std::exchange(names_, std::move(names)) != names_) changed_();
        if (then) then(read);
    }
}

} // namespace fohd::control

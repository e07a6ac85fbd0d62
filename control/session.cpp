#include "control/session.h"

#include "config/problems.h"
#include "config/value_text.h"
#include "control/cover.h"
#include "control/families.h"

#include <algorithm>

namespace fohd::control {

Session::Session(boost::asio::io_context& context, Shelf& shelf, SceneOptions options, const config::SavedState& saved)
    : shelf_(shelf), options_(std::move(options)), safe_by_hand_(saved.safe), current_(saved.scene), scenes_(shelf),
      fades_(context), history_([this](int parameter, float value) {
          fades_.release(parameter);
          store_->set(parameter, value, 0);
      }),
      keeper_(context, shelf,
              {[this](config::SavedState& state) {
                   state.scene = current_;
                   state.safe = safe_by_hand_;
               },
               [this](int parameter) { return fades_.goal(parameter); }})
{}

void Session::rebind(Store& store, AddressSpace& space, std::vector<config::KeptValue> orphans)
{
    store_ = &store;
    space_ = &space;
    current_entry_ = space.add_text("/scene/current", [this] { return Arguments{current_}; });
    list_entry_ = space.add_text("/scene/list", [this] {
        Arguments names;
        for (const auto& [name, scene] : scenes_.scenes()) names.emplace_back(name);
        return names;
    });
    fades_.rebind(store);
    history_.rebind(store);
    keeper_.rebind(store, space, std::move(orphans));
}

void Session::load(SceneMap scenes)
{
    scenes_.load(std::move(scenes));
    if (!scenes_.find(current_)) current_.clear();
    list_changed();
}

void Session::set_current(const std::string& name)
{
    if (std::exchange(current_, name) != name) space_->text_changed(current_entry_);
}

void Session::list_changed() { space_->text_changed(list_entry_); }

std::vector<Pattern> Session::safes() const
{
    std::vector<Pattern> patterns;
    for (const auto* list : {&options_.safe, &safe_by_hand_})
        for (const auto& text : *list) {
            auto compiled = Pattern::compile(text);
            if (auto* pattern = std::get_if<Pattern>(&compiled)) patterns.push_back(std::move(*pattern));
        }
    return patterns;
}

std::string Session::check_scope(const config::SceneScope& scope) const
{
    return Scope::check(scope, space_->description(), store_->layout());
}

std::string Session::recall(const std::string& name, std::optional<float> seconds, const config::SceneScope& narrower,
                            Writer by, const Answer& answer)
{
    const auto scene = scenes_.find(name);
    if (!scene) return scenes_.unknown(name);
    if (auto problem = check_scope(narrower); !problem.empty()) return problem;
    if (seconds && !(*seconds >= 0 && *seconds <= max_fade))
        return "a fade takes 0 to " + config::format_number(max_fade) + " seconds, not " +
               config::format_number(*seconds);
    const auto& layout = store_->layout();
    const Scope scope(scene->scope), narrow(narrower);
    const auto safes = this->safes();
    std::vector<Target> targets;
    std::vector<Change> changes;
    std::vector<std::string_view> missing;
    for (const auto& [address, text] : scene->values) {
        const int parameter = layout.find(address);
        const auto* spec = parameter < 0 ? nullptr : layout.parameters[static_cast<std::size_t>(parameter)].spec;
        const auto value = spec ? config::parse_value(*spec, text, config::OutOfRange::clamp) : config::ParsedValue{};
        if (!value) {
            missing.push_back(address);
            continue;
        }
        const auto& description = space_->description();
        const bool is_safe = std::ranges::any_of(safes, [&](const Pattern& each) { return covers(each, address); });
        if (is_safe || !scope.holds(description, layout, parameter) || !narrow.holds(description, layout, parameter))
            continue;
        const float goal = spec->clamp(*value.value);
        targets.push_back({parameter, goal});
        changes.push_back({parameter, store_->value(parameter), goal, by, 0});
    }
    history_.add(by, changes);
    const std::chrono::duration<float> time(seconds.value_or(options_.fade));
    fades_.start(targets, std::chrono::duration_cast<Fades::Clock::duration>(time), options_.switches);
    set_current(name);
    answer({"/scene/recalled",
            {name, static_cast<std::int32_t>(targets.size()), static_cast<std::int32_t>(missing.size())}});
    if (missing.empty()) return {};
    constexpr std::size_t most = 5;
    std::string list;
    for (std::size_t i = 0; i < std::min(most, missing.size()); ++i) list += (i ? ", " : "") + std::string(missing[i]);
    return config::quoted(name) + " was recalled, but " + std::to_string(missing.size()) +
           " of its values have no place here: " + list + (missing.size() > most ? " …" : "");
}

void Session::program_change(int, int program)
{
    if (const auto name = scenes_.with_program(program); !name.empty())
        recall(name, std::nullopt, {}, 0, [](const Message&) {});
}

void Session::describe(Status& status)
{
    status.more.emplace_back("state", shelf_.condition());
    status.more.emplace_back("scenes", std::to_string(scenes_.scenes().size()));
    status.more.emplace_back("undo", std::to_string(history_.undo_steps()));
    status.more.emplace_back("redo", std::to_string(history_.redo_steps()));
}

} // namespace fohd::control

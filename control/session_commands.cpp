// What a surface may ask of the session, message by message.
#include "config/problems.h"
#include "config/value_text.h"
#include "control/families.h"
#include "control/session.h"
#include "control/value_argument.h"

#include <algorithm>
#include <cmath>

namespace fohd::control {
namespace {

constexpr const char* scope_usage =
    "takes strips as patterns with spaces between, or \"\" for all, and families such as "
    "\"fader mute eq\"";

const std::string* text_at(const std::vector<Argument>& arguments, std::size_t index)
{
    return index < arguments.size() ? std::get_if<std::string>(&arguments[index]) : nullptr;
}

std::vector<std::string> words_of(const std::string& text)
{
    std::vector<std::string> words;
    for (std::size_t at = 0; (at = text.find_first_not_of(' ', at)) != text.npos;) {
        const auto end = std::min(text.find(' ', at), text.size());
        words.push_back(text.substr(at, end - at));
        at = end;
    }
    return words;
}

/// STRIPS and FAMILIES from `index` on; nothing where something else stands there.
std::optional<config::SceneScope> scope_at(const std::vector<Argument>& arguments, std::size_t index)
{
    config::SceneScope scope;
    if (arguments.size() > index + 2) return std::nullopt;
    for (std::size_t i = index; i < arguments.size(); ++i) {
        const auto* text = text_at(arguments, i);
        if (!text) return std::nullopt;
        (i == index ? scope.strips : scope.families) = words_of(*text);
    }
    return scope;
}

/// Whether an argument is the false of a button that was let go.
bool is_let_go(const Argument& argument)
{
    const auto* truth = std::get_if<bool>(&argument);
    return truth && !*truth;
}
} // namespace

std::span<const Session::Command> Session::commands()
{
    static constexpr Command all[] = {
        {"/undo", &Session::undo},
        {"/undo/mine", &Session::undo_mine},
        {"/redo", &Session::redo},
        {"/redo/mine", &Session::redo_mine},
        {"/scene/save", &Session::save},
        {"/scene/recall", &Session::recall},
        {"/scene/delete", &Session::remove},
        {"/scene/rename", &Session::rename},
        {"/scene/copy", &Session::copy},
        {"/scene/next", &Session::next},
        {"/scene/previous", &Session::previous},
        {"/scene/scope", &Session::scope},
        {"/scene/program", &Session::program},
        {"/scene/safe", &Session::safe},
    };
    return all;
}

std::span<const std::string_view> Session::addresses() const
{
    static const std::vector<std::string_view> all = [] {
        std::vector<std::string_view> addresses;
        for (const Command& command : commands()) addresses.push_back(command.address);
        return addresses;
    }();
    return all;
}

std::string Session::obey(const Message& message, Writer by, const Answer& answer)
{
    const auto command = std::ranges::find(commands(), message.address, &Command::address);
    return (this->*command->obey)(message.arguments, by, answer);
}

std::string Session::step_back(const Arguments& arguments, std::optional<Writer> by, bool forward)
{
    StepFilter filter{by, {}};
    if (const auto* text = text_at(arguments, 0)) {
        auto compiled = Pattern::compile(*text);
        if (const auto* bad = std::get_if<BadPattern>(&compiled)) return bad->text;
        filter.pattern = std::get<Pattern>(compiled);
    } else if (!is_pressed(arguments)) {
        return {};
    }
    if (forward ? history_.redo(filter) : history_.undo(filter)) return {};
    return std::string("there is nothing to ") + (forward ? "redo" : "undo") + (by ? " of yours" : "") +
           (filter.pattern ? " below " + filter.pattern->text() : "");
}

std::string Session::undo(const Arguments& arguments, Writer, const Answer&) { return step_back(arguments, {}, false); }

std::string Session::undo_mine(const Arguments& arguments, Writer by, const Answer&)
{
    return step_back(arguments, by, false);
}

std::string Session::redo(const Arguments& arguments, Writer, const Answer&) { return step_back(arguments, {}, true); }

std::string Session::redo_mine(const Arguments& arguments, Writer by, const Answer&)
{
    return step_back(arguments, by, true);
}

std::string Session::save(const Arguments& arguments, Writer, const Answer&)
{
    const auto* name = text_at(arguments, 0);
    auto asked = scope_at(arguments, 1);
    if (!name) return "takes the name of a scene, and what it holds if not all: STRIPS and FAMILIES";
    if (!asked) return scope_usage;
    config::Scene scene;
    const auto before = scenes_.find(*name);
    if (before) scene.program = before->program;
    scene.scope = before && arguments.size() == 1 ? before->scope : std::move(*asked);
    if (arguments.size() > 1)
        if (auto problem = check_scope(scene.scope); !problem.empty()) return problem;
    const auto& layout = store_->layout();
    const Scope scope(scene.scope);
    for (std::size_t p = 0; p < layout.parameters.size(); ++p) {
        const int parameter = static_cast<int>(p);
        if (!scope.holds(space_->description(), layout, parameter)) continue;
        const auto& [address, spec, initial, slice] = layout.parameters[p];
        scene.values.emplace_back(address, config::format_value(*spec, store_->value(parameter)));
    }
    if (auto problem = scenes_.save(*name, std::move(scene)); !problem.empty()) return problem;
    if (!before) list_changed();
    set_current(*name);
    return {};
}

std::string Session::recall(const Arguments& arguments, Writer by, const Answer& answer)
{
    const auto* name = text_at(arguments, 0);
    if (!name)
        return "takes the name of a scene, a fade in seconds if not the usual one, and STRIPS and FAMILIES if not all";
    std::optional<float> seconds;
    std::size_t used = 1;
    if (arguments.size() > 1 && !text_at(arguments, 1)) {
        if (is_let_go(arguments[1])) return {};
        seconds = read_number(arguments[1]);
        if (!seconds && !std::get_if<bool>(&arguments[1])) return "the fade is a number of seconds";
        used = 2;
    }
    const auto narrower = scope_at(arguments, used);
    if (!narrower) return scope_usage;
    return recall(*name, seconds, *narrower, by, answer);
}

std::string Session::remove(const Arguments& arguments, Writer, const Answer&)
{
    const auto* name = text_at(arguments, 0);
    if (!name || arguments.size() != 1) return "takes the name of a scene";
    if (auto problem = scenes_.remove(*name); !problem.empty()) return problem;
    if (current_ == *name) set_current({});
    list_changed();
    return {};
}

std::string Session::rename(const Arguments& arguments, Writer, const Answer&)
{
    const auto *from = text_at(arguments, 0), *to = text_at(arguments, 1);
    if (!from || !to || arguments.size() != 2) return "takes the name of a scene and its new name";
    if (auto problem = scenes_.rename(*from, *to); !problem.empty()) return problem;
    if (current_ == *from) set_current(*to);
    list_changed();
    return {};
}

std::string Session::copy(const Arguments& arguments, Writer, const Answer&)
{
    const auto *from = text_at(arguments, 0), *to = text_at(arguments, 1);
    if (!from || !to || arguments.size() != 2) return "takes the name of a scene and the name of its copy";
    if (auto problem = scenes_.copy(*from, *to); !problem.empty()) return problem;
    list_changed();
    return {};
}

std::string Session::walk(const Arguments& arguments, int step, Writer by, const Answer& answer)
{
    if (!is_pressed({arguments.begin(), arguments.begin() + std::min<std::ptrdiff_t>(1, std::ssize(arguments))}))
        return {};
    std::optional<float> seconds;
    if (arguments.size() > 1) seconds = read_number(arguments[1]);
    if (arguments.size() > 2 || (arguments.size() == 2 && !seconds))
        return "takes nothing, or a press and a fade in seconds";
    const auto name = scenes_.beside(current_, step);
    if (!name.empty()) return recall(name, seconds, {}, by, answer);
    if (!scenes_.loaded()) return scenes_.unknown({});
    return scenes_.scenes().empty() ? "there are no scenes"
           : step > 0               ? "this is the last scene"
                                    : "this is the first scene";
}

std::string Session::next(const Arguments& arguments, Writer by, const Answer& answer)
{
    return walk(arguments, 1, by, answer);
}

std::string Session::previous(const Arguments& arguments, Writer by, const Answer& answer)
{
    return walk(arguments, -1, by, answer);
}

std::string Session::scope(const Arguments& arguments, Writer, const Answer& answer)
{
    const auto* name = text_at(arguments, 0);
    if (!name) return "takes the name of a scene, STRIPS and FAMILIES";
    const auto scene = scenes_.find(*name);
    if (!scene) return scenes_.unknown(*name);
    if (arguments.size() == 1) {
        const auto joined = [](const std::vector<std::string>& words) {
            std::string text;
            for (const auto& word : words) text += (text.empty() ? "" : " ") + word;
            return text;
        };
        answer({"/scene/scope", {*name, joined(scene->scope.strips), joined(scene->scope.families)}});
        return {};
    }
    const auto asked = scope_at(arguments, 1);
    if (!asked) return scope_usage;
    if (auto problem = check_scope(*asked); !problem.empty()) return problem;
    config::Scene changed = *scene;
    changed.scope = *asked;
    return scenes_.save(*name, std::move(changed));
}

std::string Session::program(const Arguments& arguments, Writer, const Answer& answer)
{
    const auto* name = text_at(arguments, 0);
    if (!name || arguments.size() > 2) return "takes the name of a scene and a program, 0 to 127, or -1 for none";
    const auto scene = scenes_.find(*name);
    if (!scene) return scenes_.unknown(*name);
    if (arguments.size() == 1) {
        answer({"/scene/program", {*name, static_cast<std::int32_t>(scene->program)}});
        return {};
    }
    const auto number = read_number(arguments[1]);
    if (!number || *number != std::trunc(*number) || std::abs(*number) > 1000)
        return "a program is a whole number from 0 to 127, or -1 for none";
    return scenes_.set_program(*name, static_cast<int>(*number));
}

std::string Session::safe(const Arguments& arguments, Writer, const Answer& answer)
{
    if (arguments.empty()) {
        Message all{"/scene/safe", {}};
        for (const auto* list : {&options_.safe, &safe_by_hand_})
            all.arguments.insert(all.arguments.end(), list->begin(), list->end());
        answer(all);
        return {};
    }
    const auto* text = text_at(arguments, 0);
    if (!text || arguments.size() != 2) return "takes a pattern and true or false; or nothing, to be told all";
    const auto compiled = Pattern::compile(*text);
    if (const auto* bad = std::get_if<BadPattern>(&compiled)) return bad->text;
    const auto asked = read_switch(arguments[1]);
    if (!asked) return "takes a pattern and true or false";
    const bool on = *asked;
    if (!on && std::ranges::count(options_.safe, *text)) return "is safe by the configuration file";
    const auto erased = std::erase(safe_by_hand_, *text);
    if (on && safe_by_hand_.size() >= max_safes) return "there are " + std::to_string(max_safes) + " safes already";
    if (on && text->size() > 500) return "the pattern is too long";
    if (on) safe_by_hand_.push_back(*text);
    if (on || erased) keeper_.save_soon();
    return {};
}

} // namespace fohd::control

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

/// STRIPS and FAMILIES from `index` on.
config::SceneScope scope_at(const std::vector<Argument>& arguments, std::size_t index)
{
    config::SceneScope scope;
    for (std::size_t i = index; i < arguments.size(); ++i)
        (i == index ? scope.strips : scope.families) = words_of(text_of(arguments[i]));
    return scope;
}
} // namespace

std::span<const Session::Row> Session::table()
{
    static constexpr const char* step = "takes nothing, a press, or a pattern of what is meant, such as /input/vox";
    static constexpr const char* walk = "takes nothing, or a press and a fade in seconds";
    static constexpr const char* name = "takes the name of a scene";
    static constexpr const char* renamed = "takes the name of a scene and a new one";
    static constexpr const char* stored =
        "takes the name of a scene, and what is meant of it if not all: strips as patterns with spaces between, and "
        "families such as \"fader mute eq\"";
    static constexpr const char* recalled =
        "takes the name of a scene, and each of these if it is not as the scene says: seconds, strips as patterns with "
        "spaces between, families such as \"fader mute eq\"";
    static constexpr Row all[] = {
        {{"/undo", "?p|a", step}, &Session::undo},
        {{"/undo/mine", "?p|a", step}, &Session::undo_mine},
        {{"/redo", "?p|a", step}, &Session::redo},
        {{"/redo/mine", "?p|a", step}, &Session::redo_mine},
        {{"/scene/save", "s?ss", stored}, &Session::save},
        {{"/scene/recall", "s?ss|sn?ss|sb?ss", recalled}, &Session::recall},
        {{"/scene/delete", "s", name}, &Session::remove},
        {{"/scene/rename", "ss", renamed}, &Session::rename},
        {{"/scene/copy", "ss", renamed}, &Session::copy},
        {{"/scene/next", "?pn", walk}, &Session::next},
        {{"/scene/previous", "?pn", walk}, &Session::previous},
        {{"/scene/scope", "s?ss", stored}, &Session::scope},
        {{"/scene/program", "s?n", "takes the name of a scene and a program, 0 to 127, or -1 for none"},
         &Session::program},
        {{"/scene/safe", "|st", "takes a pattern and true or false; or nothing, to be told all", true}, &Session::safe},
    };
    return all;
}

std::span<const Command> Session::commands() const
{
    static const auto all = commands_of(table());
    return all;
}

std::string Session::obey(const Message& message, Writer by, const Answer& answer)
{
    return (this->*find_command(table(), message.address)->obey)(message.arguments, by, answer);
}

std::string Session::step_back(const Arguments& arguments, std::optional<Writer> by, bool forward)
{
    StepFilter filter{by, {}};
    const auto* text = arguments.empty() ? nullptr : std::get_if<std::string>(&arguments[0]);
    if (text && text->starts_with('/')) {
        auto compiled = Pattern::compile(*text);
        if (const auto* bad = std::get_if<BadPattern>(&compiled)) return bad->text;
        filter.pattern = std::get<Pattern>(compiled);
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
    const std::string& name = text_of(arguments[0]);
    config::Scene scene;
    const auto before = scenes_.find(name);
    if (before) scene.program = before->program;
    scene.scope = before && arguments.size() == 1 ? before->scope : scope_at(arguments, 1);
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
    if (auto problem = scenes_.save(name, std::move(scene)); !problem.empty()) return problem;
    if (!before) list_changed();
    set_current(name);
    return {};
}

std::string Session::recall(const Arguments& arguments, Writer by, const Answer& answer)
{
    std::optional<float> seconds;
    std::size_t used = 1;
    if (arguments.size() > 1 && !std::holds_alternative<std::string>(arguments[1])) {
        seconds = read_number(arguments[1]);
        used = 2;
    }
    return recall(text_of(arguments[0]), seconds, scope_at(arguments, used), by, answer);
}

std::string Session::remove(const Arguments& arguments, Writer, const Answer&)
{
    const std::string& name = text_of(arguments[0]);
    if (auto problem = scenes_.remove(name); !problem.empty()) return problem;
    if (current_ == name) set_current({});
    list_changed();
    return {};
}

std::string Session::rename(const Arguments& arguments, Writer, const Answer&)
{
    const std::string &from = text_of(arguments[0]), &to = text_of(arguments[1]);
    if (auto problem = scenes_.rename(from, to); !problem.empty()) return problem;
    if (current_ == from) set_current(to);
    list_changed();
    return {};
}

std::string Session::copy(const Arguments& arguments, Writer, const Answer&)
{
    if (auto problem = scenes_.copy(text_of(arguments[0]), text_of(arguments[1])); !problem.empty()) return problem;
    list_changed();
    return {};
}

std::string Session::walk(const Arguments& arguments, int step, Writer by, const Answer& answer)
{
    std::optional<float> seconds;
    if (arguments.size() > 1) seconds = read_number(arguments[1]);
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
    const std::string& name = text_of(arguments[0]);
    const auto scene = scenes_.find(name);
    if (!scene) return scenes_.unknown(name);
    if (arguments.size() == 1) {
        const auto joined = [](const std::vector<std::string>& words) {
            std::string text;
            for (const auto& word : words) text += (text.empty() ? "" : " ") + word;
            return text;
        };
        answer({"/scene/scope", {name, joined(scene->scope.strips), joined(scene->scope.families)}});
        return {};
    }
    config::Scene changed = *scene;
    changed.scope = scope_at(arguments, 1);
    if (auto problem = check_scope(changed.scope); !problem.empty()) return problem;
    return scenes_.save(name, std::move(changed));
}

std::string Session::program(const Arguments& arguments, Writer, const Answer& answer)
{
    const std::string& name = text_of(arguments[0]);
    const auto scene = scenes_.find(name);
    if (!scene) return scenes_.unknown(name);
    if (arguments.size() == 1) {
        answer({"/scene/program", {name, static_cast<std::int32_t>(scene->program)}});
        return {};
    }
    const float number = *read_number(arguments[1]);
    if (number != std::trunc(number) || std::abs(number) > 1000)
        return "a program is a whole number from 0 to 127, or -1 for none";
    return scenes_.set_program(name, static_cast<int>(number));
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
    const std::string& text = text_of(arguments[0]);
    const auto compiled = Pattern::compile(text);
    if (const auto* bad = std::get_if<BadPattern>(&compiled)) return bad->text;
    const bool on = *read_switch(arguments[1]);
    if (!on && std::ranges::count(options_.safe, text)) return "is safe by the configuration file";
    const auto erased = std::erase(safe_by_hand_, text);
    if (on && safe_by_hand_.size() >= max_safes) return "there are " + std::to_string(max_safes) + " safes already";
    if (on && text.size() > 500) return "the pattern is too long";
    if (on) safe_by_hand_.push_back(text);
    if (on || erased) keeper_.save_soon();
    return {};
}

} // namespace fohd::control

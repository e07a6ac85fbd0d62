#include "control/command.h"

#include "config/problems.h"
#include "config/value_text.h"
#include "control/value_argument.h"

namespace fohd::control {
namespace {

constexpr std::string_view press_usage = "takes nothing, or a press: true, on or a number that is not zero";

/// The forms of a command, each from the first argument on.
template <class Call> bool any_form(std::string_view takes, Call call)
{
    while (true) {
        const auto bar = takes.find('|');
        if (call(takes.substr(0, bar))) return true;
        if (bar == takes.npos) return false;
        takes.remove_prefix(bar + 1);
    }
}

bool fits(char letter, const Argument& argument)
{
    const auto* text = std::get_if<std::string>(&argument);
    switch (letter) {
    case 'p': return std::holds_alternative<Impulse>(argument) || read_switch(argument);
    case 'b': return !text && fits('p', argument);
    case 's': return text;
    case 'a': return text && text->starts_with('/');
    case 'n': return read_number(argument).has_value();
    default: return read_switch(argument).has_value();
    }
}

bool fits(std::string_view form, std::span<const Argument> arguments)
{
    if (form == "*") return true;
    bool may_end = false;
    for (const char letter : form) {
        if (letter == '?') {
            may_end = true;
            continue;
        }
        if (arguments.empty()) return may_end;
        if (!fits(letter, arguments.front())) return false;
        arguments = arguments.subspan(1);
    }
    return arguments.empty();
}

std::string shown(std::span<const Argument> arguments)
{
    if (arguments.empty()) return "nothing";
    if (arguments.size() > 1) return std::to_string(arguments.size()) + " arguments";
    if (const auto* text = std::get_if<std::string>(&arguments[0])) return config::quoted(*text);
    if (const auto* truth = std::get_if<bool>(&arguments[0])) return *truth ? "true" : "false";
    if (const auto number = read_number(arguments[0])) return config::format_number(*number);
    return "an argument of this type";
}
} // namespace

std::string misfit(const Command& command, std::span<const Argument> arguments)
{
    if (any_form(command.takes, [&](std::string_view form) { return fits(form, arguments); })) return {};
    return std::string(command.usage.empty() ? press_usage : command.usage) + ", not " + shown(arguments);
}

bool is_let_go(const Command& command, std::span<const Argument> arguments)
{
    bool let_go = false;
    any_form(command.takes, [&](std::string_view form) {
        if (!fits(form, arguments)) return false;
        auto argument = arguments.begin();
        for (const char letter : form) {
            if (letter == '?') continue;
            if (argument == arguments.end()) break;
            let_go = let_go || ((letter == 'p' || letter == 'b') && !is_pressed(*argument));
            ++argument;
        }
        return true;
    });
    return let_go;
}

} // namespace fohd::control

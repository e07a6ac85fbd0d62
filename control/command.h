#pragma once

#include "control/osc/message.h"

#include <algorithm>
#include <span>
#include <string>
#include <string_view>

namespace fohd::control {

/// A message that is no value, and what may stand behind it.
struct Command {
    std::string_view address;
    /// A letter for each argument, those behind `?` may be left out; `|` between several forms.
    /// p: a press, as a button sends it: an impulse, a truth, a number, or on and off as text; b: the same but for text;
    /// s: a text; a: an address or a pattern; n: a number; t: a switch, as on, false or 1; *: whatever, as much as there is.
    std::string_view takes;
    std::string_view usage = {}; ///< "takes …"; empty for a press alone.
    bool asks = false;           ///< Without arguments it changes nothing and answers.
};

/// What is taken by commands that act without an argument.
inline constexpr std::string_view press = "?p";

/// Empty where the arguments are what the command takes, else one sentence with what it does take. Any thread, as all here.
std::string misfit(const Command& command, std::span<const Argument> arguments);

/// Whether the arguments, which fit, have a button that is let go, by the first form that they fit: then nothing happens.
bool is_let_go(const Command& command, std::span<const Argument> arguments);

/// The text that a fitting argument is.
inline const std::string& text_of(const Argument& argument) { return std::get<std::string>(argument); }

/// A command, and the member that obeys it. It answers empty, or one sentence that says why not.
template <class Owner, class... With> struct Obeyed : Command {
    std::string (Owner::*obey)(const std::vector<Argument>&, With...);
};

/// The commands of such a table.
template <class Owner, class... With> std::vector<Command> commands_of(std::span<const Obeyed<Owner, With...>> table)
{
    return {table.begin(), table.end()};
}

/// The row with this address; nullptr: none.
template <class Row> const Row* find_command(std::span<const Row> table, std::string_view address)
{
    const auto found = std::ranges::find(table, address, [](const Row& row) { return row.address; });
    return found == table.end() ? nullptr : &*found;
}

} // namespace fohd::control

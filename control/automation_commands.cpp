// What a surface may ask of automations, message by message.
#include "config/scene_text.h"
#include "control/automations.h"
#include "control/value_argument.h"

#include <algorithm>

namespace fohd::control {
namespace {

constexpr const char* starting = "the automations are still being read; try again in a moment";
constexpr const char* recording = "a recording is under way; /automation/stop ends it";
constexpr std::size_t most_errors = 20;

} // namespace

std::span<const Automations::Row> Automations::table()
{
    static constexpr const char* name = "takes the name of an automation";
    static constexpr Row all[] = {
        {{"/automation/load", "s", name}, &Automations::load},
        {{"/automation/play", "?b|s",
          "takes the name of an automation, or nothing to go on with the one that is loaded"},
         &Automations::play},
        {{"/automation/stop", press}, &Automations::stop},
        {{"/automation/locate", "n|s", "takes a time in seconds, or as text, such as \"1:02.5\""},
         &Automations::locate},
        {{"/automation/record", "s", "takes the name of an automation, a new one or one to record over"},
         &Automations::record},
        {{"/automation/delete", "s", name}, &Automations::remove},
        {{"/automation/follow", "?s", "takes transport or off", true}, &Automations::follow},
        {{"/automation/list", "", "is asked, without an argument", true}, &Automations::list},
    };
    return all;
}

std::span<const Command> Automations::commands() const
{
    static const auto all = commands_of(table());
    return all;
}

std::string Automations::obey(const Message& message, Writer, const Answer& answer)
{
    auto problem = (this->*find_command(table(), message.address)->obey)(message.arguments, answer);
    tell();
    arm();
    return problem;
}

/// What is still to be saved is there already. A file of this name comes before the configuration's.
std::string Automations::fetch(std::string command, const std::string& name, Then then, const Answer& answer)
{
    if (is_starting()) return starting;
    if (recording_) return recording;
    const Asked asked{std::move(command), name, then, answer, stops_};
    if (const auto automation = files_.unsaved(name); automation && then != Then::record) {
        begin(asked, {name, automation, false});
        return {};
    }
    if (auto problem = config::file_name_problem(name, "an automation"); !problem.empty()) return problem;
    if (files_.is_full()) return "the disk is slow, and much is asked of it; try again in a moment";
    files_.read(name, [this, asked](const Archive::Read& read) { fetched(asked, read); });
    return {};
}

void Automations::fetched(const Asked& asked, const Archive::Read& read)
{
    if (asked.then != Then::nothing && asked.stops != stops_) return; // it was stopped before it began
    if (recording_) return asked.error(recording);
    if (asked.then == Then::record && files_.unsaved(asked.name))
        return asked.error(config::quoted(asked.name) + " cannot be saved just now (state=" + shelf_.condition() +
                           "); record under another name meanwhile");
    if (read.missing && configured_.automation && configured_.name == asked.name) return begin(asked, configured_);
    if (read.missing && asked.then == Then::record) {
        if (files_.names().size() >= most)
            return asked.error("there are " + std::to_string(most) + " automations already; delete one first");
        before_ = loaded_;
        take_up({asked.name, std::make_shared<const config::Automation>(), false});
        asked.answer({"/automation/loaded", {asked.name, 0}});
        return begin_recording();
    }
    if (read.missing) return asked.error(unknown(asked.name));
    if (!read.text) return asked.error(read.file + " cannot be read: " + read.error);
    auto made = config::read_automation(*read.text, store_->layout());
    for (std::size_t n = 0; n < std::min(most_errors, made.problems.size()); ++n)
        asked.error(config::to_line(made.problems[n], read.file));
    if (made.problems.size() > most_errors)
        asked.error(read.file + " has " + std::to_string(made.problems.size() - most_errors) + " more errors");
    if (made.problems.empty())
        begin(asked, {asked.name, std::make_shared<const config::Automation>(std::move(made.automation)), false});
}

void Automations::begin(const Asked& asked, Loaded what)
{
    std::int32_t points = 0;
    for (const auto& track : *what.automation) points += static_cast<std::int32_t>(track.points.size());
    take_up(std::move(what));
    asked.answer({"/automation/loaded", {asked.name, points}});
    before_.reset();
    if (asked.then == Then::record) return begin_recording();
    if (asked.then != Then::play) return;
    if (!player_.follows()) player_.locate(0);
    player_.play();
}

std::string Automations::load(const Arguments& arguments, const Answer& answer)
{
    return fetch("/automation/load", text_of(arguments[0]), Then::nothing, answer);
}

std::string Automations::play(const Arguments& arguments, const Answer& answer)
{
    if (!arguments.empty() && std::holds_alternative<std::string>(arguments[0]))
        return fetch("/automation/play", text_of(arguments[0]), Then::play, answer);
    if (!player_.automation()) return "nothing is loaded; send /automation/load NAME first, or /automation/play NAME";
    player_.play();
    return {};
}

std::string Automations::stop(const Arguments&, const Answer&)
{
    ++stops_;
    if (recording_) return end_recording();
    if (player_.follows()) return "it follows JACK's transport: stop that, or send /automation/follow off";
    player_.stop();
    return {};
}

std::string Automations::locate(const Arguments& arguments, const Answer&)
{
    std::optional<double> seconds;
    if (const auto number = read_number(arguments[0]))
        seconds = static_cast<double>(*number);
    else
        seconds = config::parse_time(text_of(arguments[0]));
    if (!seconds || !(*seconds >= 0 && *seconds <= config::max_automation_seconds))
        return "takes a time in seconds from 0 to 86400, or as text, such as \"1:02.5\"";
    if (recording_) return recording;
    if (player_.follows()) return "it follows JACK's transport: locate that, or send /automation/follow off";
    player_.locate(*seconds);
    return {};
}

std::string Automations::record(const Arguments& arguments, const Answer& answer)
{
    return fetch("/automation/record", text_of(arguments[0]), Then::record, answer);
}

std::string Automations::remove(const Arguments& arguments, const Answer& answer)
{
    const Asked asked{"/automation/delete", text_of(arguments[0]), Then::nothing, answer, stops_};
    if (files_.is_full()) return "the disk is slow, and much is asked of it; try again in a moment";
    files_.look([this, asked](const Archive::Read&) {
        if (files_.unsaved(asked.name))
            asked.error(config::quoted(asked.name) + " is still to be saved (state=" + shelf_.condition() + ")");
        else if (files_.names().contains(asked.name))
            files_.remove(asked.name, [this, asked](const Archive::Read&) {
                if (files_.names().contains(asked.name))
                    asked.error(config::quoted(asked.name) + " cannot be deleted: state=" + shelf_.condition());
                else
                    asked.answer({"/automation/deleted", {asked.name}});
            });
        else if (names().contains(asked.name))
            asked.error(config::quoted(asked.name) + " is the configuration's, and stays as long as that names it");
        else
            asked.error(unknown(asked.name));
    });
    return {};
}

std::string Automations::follow(const Arguments& arguments, const Answer& answer)
{
    if (arguments.empty()) {
        answer({"/automation/follow", {std::string(player_.follows() ? "transport" : "off")}});
        return {};
    }
    const std::string& text = text_of(arguments[0]);
    if (text != "transport" && text != "off") return "takes transport or off, not " + config::quoted(text);
    if (recording_) return recording;
    player_.follow(text == "transport");
    return {};
}

std::string Automations::list(const Arguments&, const Answer& answer)
{
    const auto tell_names = [this, answer](const Archive::Read&) {
        const auto names = this->names();
        answer({"/automation/list", Arguments(names.begin(), names.end())});
    };
    if (files_.is_full())
        tell_names({});
    else
        files_.look(tell_names);
    return {};
}

} // namespace fohd::control

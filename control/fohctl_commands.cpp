#include "control/fohctl_commands.h"

#include "config/value_text.h"
#include "control/fohctl_link.h"
#include "control/osc/pattern.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <set>

namespace fohd::control {
namespace {

using namespace std::chrono_literals;
using Clock = Link::Clock;

/// How long nothing may come where something must.
constexpr auto patience = 1s;

std::string text_of(const Argument& argument)
{
    if (const auto* f = std::get_if<float>(&argument)) return config::format_number(*f);
    if (const auto* s = std::get_if<std::string>(&argument)) return *s;
    if (const auto* b = std::get_if<bool>(&argument)) return *b ? "true" : "false";
    if (const auto* i = std::get_if<std::int32_t>(&argument)) return std::to_string(*i);
    if (const auto* h = std::get_if<std::int64_t>(&argument)) return std::to_string(*h);
    if (const auto* d = std::get_if<double>(&argument)) return config::format_number(static_cast<float>(*d));
    return "?";
}

/// One run of the program.
struct Run {
    const CtlOptions& options;
    Link& link;
    std::FILE* out;
    std::FILE* err;

    ExitCode get();
    ExitCode set();
    ExitCode watch();
    ExitCode dump();
    ExitCode status();
    ExitCode step();
    ExitCode scene();
    ExitCode automation();
    ExitCode list(const Message& message);
    ExitCode until_done(const std::string& address, Clock::duration longest, bool prints);
    ExitCode reload();

    ExitCode until_pong(bool paced, std::set<std::string> open = {});
    void print(const Message& message);
    ExitCode complain(const std::string& sentence, ExitCode code);
    ExitCode no_answer();
};

void Run::print(const Message& message)
{
    std::fprintf(out, "%s\n", ctl_line(message).c_str());
    std::fflush(out);
}

ExitCode Run::complain(const std::string& sentence, ExitCode code)
{
    std::fprintf(err, "fohctl: %s\n", sentence.c_str());
    return code;
}

ExitCode Run::no_answer()
{
    return complain("no answer from " + options.host + ":" + std::to_string(options.port) +
                        " within a second: is fohd running there, does it allow this computer, is the port right?",
                    exit_no_answer);
}

/// An /error as a sentence; nothing where the message is none.
std::optional<std::string> error_of(const Message& message)
{
    if (message.address != "/error") return std::nullopt;
    std::string text;
    for (const auto& argument : message.arguments) text += (text.empty() ? "" : ": ") + text_of(argument);
    return text;
}

/// Prints what comes until a ping is answered. All that was asked before it has then been answered: fohd answers in
/// order, except that a pattern's many values are paced; those are waited for until they pause. And where it has to
/// look at a disk first: what is still `open` is waited for.
ExitCode Run::until_pong(bool paced, std::set<std::string> open)
{
    link.send({"/ping", {}});
    bool ponged = false;
    auto code = exit_done;
    while (const auto message =
               link.receive(Clock::now() + (ponged && open.empty() ? 100ms : Clock::duration(patience)))) {
        if (message->address == "/pong") {
            ponged = true;
        } else if (const auto error = error_of(*message)) {
            code = complain(*error, exit_refused);
            if (!message->arguments.empty()) open.erase(text_of(message->arguments[0]));
        } else {
            open.erase(message->address);
            print(*message);
        }
        if (ponged && !paced && open.empty()) return code;
    }
    return ponged ? code : no_answer();
}

ExitCode Run::get()
{
    std::set<std::string> open;
    bool paced = false;
    for (const auto& address : options.arguments) {
        link.send({"/get", {address}}); // which presses no command
        if (has_wildcards(address))
            paced = true;
        else if (address != "/ping")
            open.insert(address);
    }
    return until_pong(paced, std::move(open));
}

ExitCode Run::set()
{
    link.send(ctl_set_message(options.arguments[0], options.arguments[1]));
    return until_pong(false);
}

ExitCode Run::dump()
{
    link.send({"/dump", {options.arguments.begin(), options.arguments.end()}});
    std::int32_t count = 0;
    while (const auto message = link.receive(Clock::now() + patience)) {
        if (const auto error = error_of(*message)) return complain(*error, exit_refused);
        if (message->address == "/dump/done") {
            const auto* sent = message->arguments.empty() ? nullptr : std::get_if<std::int32_t>(&message->arguments[0]);
            if (sent && *sent == count) return exit_done;
            return complain("values were lost on the way: try again, or with --tcp", exit_no_answer);
        }
        ++count;
        print(*message);
    }
    return no_answer();
}

ExitCode Run::status()
{
    link.send({"/status", {}});
    while (const auto message = link.receive(Clock::now() + patience)) {
        if (message->address != "/status/text" || message->arguments.empty()) continue;
        auto text = text_of(message->arguments[0]);
        std::replace(text.begin(), text.end(), ' ', '\n');
        std::fprintf(out, "%s\n", text.c_str());
        return exit_done;
    }
    return no_answer();
}

/// undo and redo
ExitCode Run::step()
{
    link.send({"/" + options.command, {options.arguments.begin(), options.arguments.end()}});
    return until_pong(false);
}

/// Asks for names, and prints one a line.
ExitCode Run::list(const Message& message)
{
    link.send(message);
    while (const auto answer = link.receive(Clock::now() + patience)) {
        if (const auto error = error_of(*answer)) return complain(*error, exit_refused);
        if (answer->address != message.address) continue;
        for (const auto& name : answer->arguments) std::fprintf(out, "%s\n", text_of(name).c_str());
        return exit_done;
    }
    return no_answer();
}

ExitCode Run::automation()
{
    const auto& action = options.arguments[0];
    const Message message{"/automation/" + action, {options.arguments.begin() + 1, options.arguments.end()}};
    if (action == "list") return list(message);
    link.send(message);
    const bool reads = action == "load" || action == "record" || (action == "play" && !message.arguments.empty());
    if (action == "delete") return until_done("/automation/deleted", patience, false);
    return reads ? until_done("/automation/loaded", patience, false) : until_pong(false);
}

ExitCode Run::scene()
{
    const auto& action = options.arguments[0];
    Message message{"/scene/" + action, {options.arguments.begin() + 1, options.arguments.end()}};
    if (action == "list") return list(message);
    const bool walks = action == "next" || action == "previous";
    const std::size_t seconds = walks ? 1 : 2;
    if ((walks || action == "recall") && options.arguments.size() > seconds) {
        message.arguments.back() = ctl_set_message("", options.arguments[seconds]).arguments[0];
        if (!std::holds_alternative<float>(message.arguments.back()))
            return complain("'" + options.arguments[seconds] + "' is no number of seconds", exit_usage);
        if (walks) message.arguments = {true, Argument(message.arguments.back())};
    }
    link.send(message);
    return until_pong(false);
}

ExitCode Run::reload()
{
    link.send({"/config/reload", {}});
    return until_done("/config/reload", 10s, true); // of opening the audio anew
}

/// Until this comes, or errors do, of which there may be several.
ExitCode Run::until_done(const std::string& address, Clock::duration longest, bool prints)
{
    auto code = exit_done;
    for (auto until = Clock::now() + longest; const auto message = link.receive(until);) {
        if (const auto error = error_of(*message)) {
            code = complain(*error, exit_refused);
            until = Clock::now() + 200ms; // more errors of the same file
        } else if (message->address == address && !message->arguments.empty()) {
            if (prints) std::fprintf(out, "%s\n", text_of(message->arguments[0]).c_str());
            return exit_done;
        }
    }
    return code == exit_refused ? code : no_answer();
}

ExitCode Run::watch()
{
    // The rate goes as it was typed where it is no number: fohd says what is wrong with it.
    Message subscribe{"/subscribe", {options.arguments.empty() ? "//" : options.arguments[0]}};
    if (options.arguments.size() > 1)
        subscribe.arguments.push_back(ctl_set_message("", options.arguments[1]).arguments[0]);
    // Leases last ten seconds: one renewal may be lost. Once fohd has answered, a silence is a network to wait for.
    constexpr auto renewal = 4s;
    bool answered = false;
    while (true) {
        link.send(subscribe);
        link.send({"/ping", {}});
        const auto sent = Clock::now();
        while (const auto message = link.receive(sent + (answered ? renewal : Clock::duration(patience)))) {
            answered = true;
            if (const auto error = error_of(*message)) return complain(*error, exit_refused);
            if (message->address != "/pong") print(*message);
        }
        if (!answered) return no_answer();
    }
}

} // namespace

Message ctl_set_message(const std::string& address, const std::string& value)
{
    float number = 0;
    const auto [end, code] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (code == std::errc{} && end == value.data() + value.size() && std::isfinite(number)) return {address, {number}};
    if (value == "true" || value == "false") return {address, {value == "true"}};
    return {address, {value}};
}

std::string ctl_line(const Message& message)
{
    std::string line = message.address;
    for (const auto& argument : message.arguments) line += " " + text_of(argument);
    return line;
}

ExitCode run_ctl(const CtlOptions& options, std::FILE* out, std::FILE* err)
try {
    Link link(options.host, options.port, options.tcp);
    Run run{options, link, out, err};
    if (options.command == "get") return run.get();
    if (options.command == "set") return run.set();
    if (options.command == "dump") return run.dump();
    if (options.command == "status") return run.status();
    if (options.command == "undo" || options.command == "redo") return run.step();
    if (options.command == "scene") return run.scene();
    if (options.command == "automation") return run.automation();
    if (options.command == "reload") return run.reload();
    return run.watch();
} catch (const boost::system::system_error& failure) {
    std::fprintf(err, "fohctl: cannot speak to %s:%d: %s; is fohd running there?\n", options.host.c_str(), options.port,
                 failure.code().message().c_str());
    return exit_no_answer;
}

} // namespace fohd::control

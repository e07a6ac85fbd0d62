#include "control/osc_service.h"

#include "control/value_argument.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace fohd::control {
namespace {

/// What can be meant besides values and what others obey.
constexpr std::string_view own_commands[] = {"/dump",      "/info",      "/ping",        "/status",
                                             "/subscribe", "/tempo/tap", "/unsubscribe", "/xremote"};

constexpr const char* subscribe_usage = "takes a pattern, a rate in Hz and a port, each of them optional in this order";

const std::string* text_at(const std::vector<Argument>& arguments, std::size_t index)
{
    return index < arguments.size() ? std::get_if<std::string>(&arguments[index]) : nullptr;
}

/// The pattern of a subscription or dump; everything where there is none.
std::variant<Pattern, BadPattern> pattern_of(const std::vector<Argument>& arguments)
{
    const auto* text = text_at(arguments, 0);
    if (!arguments.empty() && !text) return BadPattern{"takes a pattern as its first argument, a string"};
    return Pattern::compile(text ? *text : "//");
}

} // namespace

bool OscService::command(const Peer& from, const Message& message)
{
    const auto& [address, arguments] = message;
    std::string problem;
    if (address == "/ping")
        answer(from, {"/pong", arguments});
    else if (address == "/info")
        tell_info(from);
    else if (address == "/status")
        tell_status(from);
    else if (address == "/subscribe")
        problem = subscribe(from, arguments);
    else if (address == "/unsubscribe")
        problem = unsubscribe(from, arguments);
    else if (address == "/xremote")
        problem = subscribers_.follow_changes(from, Clock::now());
    else if (address == "/tempo/tap")
        tap(from, arguments);
    else if (address == "/dump")
        problem = dump(from, arguments);
    else if (const auto set = std::ranges::find_if(
                 command_sets_, [&](const CommandSet* each) { return std::ranges::count(each->addresses(), address); });
             set != command_sets_.end())
        problem = (*set)->obey(message, subscribers_.writer_of(from),
                               [this, from](const Message& answered) { answer(from, answered); });
    else
        return false;
    if (!problem.empty()) error(from, address, problem);
    arm_tick();
    return true;
}

std::vector<std::string_view> OscService::addresses_of_commands() const
{
    std::vector<std::string_view> all(std::begin(own_commands), std::end(own_commands));
    for (const CommandSet* each : command_sets_)
        all.insert(all.end(), each->addresses().begin(), each->addresses().end());
    return all;
}

std::string OscService::subscribe(const Peer& from, const Arguments& arguments)
{
    const auto compiled = pattern_of(arguments);
    if (const auto* bad = std::get_if<BadPattern>(&compiled)) return bad->text;
    const auto& pattern = std::get<Pattern>(compiled);
    if (arguments.size() > 3) return subscribe_usage;
    const auto rate = arguments.size() > 1 ? read_number(arguments[1]) : Subscription::default_rate;
    if (!rate) return subscribe_usage;
    std::optional<std::uint16_t> port;
    if (arguments.size() > 2) {
        const auto number = read_number(arguments[2]);
        if (!number) return subscribe_usage;
        if (*number < 1 || *number > 65535 || *number != std::trunc(*number))
            return "a port is a number from 1 to 65535";
        if (from.transport != Transport::udp) return "a port of its own is for UDP: over TCP you are told here";
        port = static_cast<std::uint16_t>(*number);
    }
    if (space_->match(pattern).empty())
        return pattern.literal() ? space_->unknown(pattern.text()) : "no address matches '" + pattern.text() + "'";
    return subscribers_.subscribe(from, pattern, *rate, port, Clock::now());
}

std::string OscService::unsubscribe(const Peer& from, const Arguments& arguments)
{
    const auto* text = text_at(arguments, 0);
    if (!arguments.empty() && !text) return "takes the pattern that was subscribed to, or nothing for all";
    subscribers_.unsubscribe(from, text ? std::optional(*text) : std::nullopt);
    return {};
}

std::string OscService::dump(const Peer& from, const Arguments& arguments)
{
    const auto compiled = pattern_of(arguments);
    if (const auto* bad = std::get_if<BadPattern>(&compiled)) return bad->text;
    auto entries = space_->match(std::get<Pattern>(compiled));
    std::erase_if(entries, [&](int index) {
        const auto& entry = space_->entry(index);
        return arguments.empty() ? !entry.is_state() : !entry.has_value();
    });
    return dumps_.begin(from, std::move(entries), subscribers_.asking());
}

/// Who taps is told the tempo, as one who did not say it: where the tap came from, and where he listens.
void OscService::tap(const Peer& from, const Arguments& arguments)
{
    if (!is_pressed(arguments)) return;
    const double seconds = tag_ ? static_cast<double>(tag_->ntp) / 4294967296.0
                                : std::chrono::duration<double>(Clock::now().time_since_epoch()).count();
    const Writer by = subscribers_.writer_of(from);
    const auto bpm = taps_.tap(seconds, by);
    if (!bpm) return;
    const int tempo = store_->layout().tempo;
    store_->set(tempo, static_cast<float>(std::round(*bpm * 10) / 10), by);
    answer(from, space_->message(space_->parameter_entry(tempo)));
    for (const int entry : {space_->parameter_entry(tempo), space_->norm_entry(tempo)}) subscribers_.changed(entry, 0);
}

void OscService::tell_info(const Peer& from)
{
    answer(from, {"/info", {options_.name, options_.version, std::string("fohd")}});
    auto notes = host_.notes();
    for (CommandSet* each : command_sets_) std::ranges::move(each->notes(), std::back_inserter(notes));
    if (auto warning = open_port_warning(options_.server); !warning.empty()) notes.insert(notes.begin(), warning);
    for (auto& note : notes) answer(from, {"/info/note", {std::move(note)}});
}

void OscService::tell_status(const Peer& from)
{
    auto status = host_.status();
    for (CommandSet* each : command_sets_) each->describe(status);
    const auto clients = static_cast<std::int32_t>(this->clients());
    answer(from, {"/status",
                  {options_.name, options_.version, status.uptime_seconds, status.backend, status.rate, status.block,
                   status.load_percent, status.xruns, clients}});
    char load[16];
    std::snprintf(load, sizeof load, "%.1f", static_cast<double>(status.load_percent));
    std::string text = "name=" + options_.name + " version=" + options_.version +
                       " uptime=" + std::to_string(status.uptime_seconds) + " backend=" + status.backend +
                       " rate=" + std::to_string(status.rate) + " block=" + std::to_string(status.block) +
                       " load=" + load + " xruns=" + std::to_string(status.xruns) +
                       " clients=" + std::to_string(clients) + " dropped=" + std::to_string(server_.dropped());
    for (const auto& [key, value] : status.more) text += " " + key + "=" + value;
    answer(from, {"/status/text", {std::move(text)}});
}

} // namespace fohd::control

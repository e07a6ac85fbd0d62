#include "control/osc_service.h"

#include "config/problems.h"
#include "control/value_argument.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace fohd::control {
namespace {

/// The pattern of a subscription or dump; everything where there is none.
std::variant<Pattern, BadPattern> pattern_of(const std::vector<Argument>& arguments)
{
    return Pattern::compile(arguments.empty() ? "//" : text_of(arguments[0]));
}

} // namespace

std::span<const OscService::Row> OscService::table()
{
    static constexpr const char* pattern = "takes a pattern, or nothing for all";
    static constexpr Row all[] = {
        {{"/dump", "?s", pattern}, &OscService::dump},
        {{"/get", "s", "takes an address or a pattern"}, &OscService::get},
        {{"/info", press, {}, true}, &OscService::info},
        {{"/ping", "*", {}, true}, &OscService::ping},
        {{"/status", press, {}, true}, &OscService::status},
        {{"/subscribe", "?snn", "takes a pattern, a rate in Hz and a port, each of them optional in this order"},
         &OscService::subscribe},
        {{"/tempo/tap", press}, &OscService::tap},
        {{"/unsubscribe", "?s", pattern}, &OscService::unsubscribe},
        {{"/xremote", press}, &OscService::xremote},
    };
    return all;
}

std::pair<CommandSet*, const Command*> OscService::find(std::string_view address) const
{
    if (const Row* own = find_command(table(), address)) return {nullptr, own};
    for (CommandSet* each : command_sets_)
        if (const Command* found = find_command(each->commands(), address)) return {each, found};
    return {nullptr, nullptr};
}

bool OscService::command(const Peer& from, const Message& message)
{
    const auto& [address, arguments] = message;
    const auto [set, command] = find(address);
    if (!command) return false;
    std::string problem = misfit(*command, arguments);
    if (problem.empty() && !is_let_go(*command, arguments))
        problem = set ? set->obey(message, subscribers_.writer_of(from),
                                  [this, from](const Message& answered) { answer(from, answered); })
                      : (this->*static_cast<const Row*>(command)->obey)(arguments, from);
    if (!problem.empty()) error(from, address, problem);
    arm_tick();
    return true;
}

std::vector<std::string_view> OscService::addresses_of_commands() const
{
    std::vector<std::string_view> all;
    for (const Command& each : table()) all.push_back(each.address);
    for (const CommandSet* set : command_sets_)
        for (const Command& each : set->commands()) all.push_back(each.address);
    return all;
}

/// As the address alone, but that nothing acts.
std::string OscService::get(const Arguments& arguments, const Peer& from)
{
    const std::string& address = text_of(arguments[0]);
    if (has_wildcards(address)) {
        const auto compiled = Pattern::compile(address);
        if (const auto* bad = std::get_if<BadPattern>(&compiled)) return bad->text;
        auto matched = space_->match(std::get<Pattern>(compiled));
        std::erase_if(matched, [&](int entry) { return !space_->entry(entry).has_value(); });
        if (matched.empty()) return "no value matches " + config::quoted(address);
        return subscribers_.ask(from, matched, dumps_.running());
    }
    const int entry = space_->find(address);
    const Command* const command = find(address).second;
    if (entry >= 0 ? space_->entry(entry).has_value() : !command || command->asks)
        obey(from, {address, {}});
    else
        error(from, address, "is a command: it acts, and there is nothing to ask");
    return {};
}

std::string OscService::ping(const Arguments& arguments, const Peer& from)
{
    answer(from, {"/pong", arguments});
    return {};
}

std::string OscService::xremote(const Arguments&, const Peer& from)
{
    return subscribers_.follow_changes(from, Clock::now());
}

std::string OscService::subscribe(const Arguments& arguments, const Peer& from)
{
    const auto compiled = pattern_of(arguments);
    if (const auto* bad = std::get_if<BadPattern>(&compiled)) return bad->text;
    const auto& pattern = std::get<Pattern>(compiled);
    const auto rate = arguments.size() > 1 ? *read_number(arguments[1]) : Subscription::default_rate;
    std::optional<std::uint16_t> port;
    if (arguments.size() > 2) {
        const float number = *read_number(arguments[2]);
        if (number < 1 || number > 65535 || number != std::trunc(number)) return "a port is a number from 1 to 65535";
        if (from.transport != Transport::udp) return "a port of its own is for UDP: over TCP you are told here";
        port = static_cast<std::uint16_t>(number);
    }
    if (space_->match(pattern).empty())
        return pattern.literal() ? space_->unknown(pattern.text()) : "no address matches '" + pattern.text() + "'";
    return subscribers_.subscribe(from, pattern, rate, port, Clock::now());
}

std::string OscService::unsubscribe(const Arguments& arguments, const Peer& from)
{
    subscribers_.unsubscribe(from, arguments.empty() ? std::nullopt : std::optional(text_of(arguments[0])));
    return {};
}

std::string OscService::dump(const Arguments& arguments, const Peer& from)
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
std::string OscService::tap(const Arguments&, const Peer& from)
{
    const double seconds = tag_ ? static_cast<double>(tag_->ntp) / 4294967296.0
                                : std::chrono::duration<double>(Clock::now().time_since_epoch()).count();
    const Writer by = subscribers_.writer_of(from);
    const auto bpm = taps_.tap(seconds, by);
    if (!bpm) return {};
    const int tempo = store_->layout().tempo;
    store_->set(tempo, static_cast<float>(std::round(*bpm * 10) / 10), by);
    answer(from, space_->message(space_->parameter_entry(tempo)));
    for (const int entry : {space_->parameter_entry(tempo), space_->norm_entry(tempo)}) subscribers_.changed(entry, 0);
    return {};
}

std::string OscService::info(const Arguments&, const Peer& from)
{
    answer(from, {"/info", {options_.name, options_.version, std::string("fohd")}});
    auto notes = host_.notes();
    for (CommandSet* each : command_sets_) std::ranges::move(each->notes(), std::back_inserter(notes));
    if (auto warning = open_port_warning(options_.server); !warning.empty()) notes.insert(notes.begin(), warning);
    for (auto& note : notes) answer(from, {"/info/note", {std::move(note)}});
    return {};
}

std::string OscService::status(const Arguments&, const Peer& from)
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
    return {};
}

} // namespace fohd::control

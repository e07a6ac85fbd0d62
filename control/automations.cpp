#include "control/automations.h"

#include "config/scene_text.h"
#include "control/value_argument.h"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <cmath>

namespace fohd::control {
namespace {

constexpr const char *folder = "automation", *suffix = ".txt";
constexpr std::chrono::milliseconds position_interval{100};
constexpr std::size_t most_errors = 20;

std::string file_of(const std::string& name) { return std::string(folder) + "/" + name + suffix; }

std::size_t points_in(const config::Automation& automation)
{
    std::size_t points = 0;
    for (const auto& track : automation) points += track.points.size();
    return points;
}

const std::string* text_at(const std::vector<Argument>& arguments, std::size_t index)
{
    return index < arguments.size() ? std::get_if<std::string>(&arguments[index]) : nullptr;
}
} // namespace

Automations::Automations(boost::asio::io_context& context, Shelf& shelf, Archive& archive)
    : shelf_(shelf), archive_(archive), timer_(context), listing_(archive.list(folder, suffix))
{
    arm();
}

void Automations::rebind(Store& store, AddressSpace& space, const Desk& desk, Performance& performance)
{
    store_ = &store;
    space_ = &space;
    state_entry_ = space.add_text("/automation/state", [this] { return Arguments{std::string(state())}; });
    name_entry_ = space.add_text("/automation/name", [this] { return Arguments{name_}; });
    position_entry_ =
        space.add_text("/automation/position", [this] { return Arguments{static_cast<float>(player_.seconds())}; });
    released_entry_ = space.add_text("/automation/released", [this] {
        const auto released = player_.released();
        return Arguments(released.begin(), released.end());
    });
    list_entry_ = space.add_text("/automation/list",
                                 [this] { return names_ ? Arguments(names_->begin(), names_->end()) : Arguments{}; });
    player_.rebind(store, desk, performance);
    if (recording_) recording_->rebind(store);
}

void Automations::configure(std::string name, std::shared_ptr<const config::Automation> automation, bool follows)
{
    end_recording();
    if (automation || std::exchange(from_file_, false)) {
        from_file_ = automation != nullptr;
        take(name, std::move(automation));
    }
    player_.follow(follows);
    arm();
}

const char* Automations::state() const
{
    return recording_ ? "recording" : player_.rolls() && player_.automation() ? "playing" : "stopped";
}

bool Automations::busy() const
{
    return listing_.valid() || loading_ || recording_ || player_.rolls() || (player_.follows() && player_.automation());
}

void Automations::arm()
{
    if (!busy() || std::exchange(armed_, true)) return;
    timer_.expires_after(tick);
    timer_.async_wait([this](boost::system::error_code failure) {
        armed_ = false;
        if (failure) return;
        tend();
        arm();
    });
}

void Automations::tend()
{
    constexpr auto now = std::chrono::seconds(0);
    if (listing_.valid() && listing_.wait_for(now) == std::future_status::ready) {
        const auto names = listing_.get();
        names_.emplace(names.begin(), names.end());
        space_->text_changed(list_entry_);
    }
    if (loading_ && loading_->text.wait_for(now) == std::future_status::ready) loaded();
    player_.tend();
    if (recording_ && recording_->full()) {
        notes_.assign(1, "the recording " + config::quoted(name_) + " ended when it had a million moves");
        end_recording();
    }
    tell();
}

void Automations::tell()
{
    if (std::string now = state(); now != told_state_) {
        told_state_ = std::move(now);
        space_->text_changed(state_entry_);
    }
    if (auto now = player_.released(); now != told_released_) {
        told_released_ = std::move(now);
        space_->text_changed(released_entry_);
    }
    const auto time = std::chrono::steady_clock::now();
    const double position = player_.seconds();
    if (position == told_position_ || time - position_told_ < position_interval) return;
    told_position_ = position;
    position_told_ = time;
    space_->text_changed(position_entry_);
}

std::string Automations::unknown(const std::string& name) const
{
    if (!names_) return "the automations are still being read; try again in a moment";
    const auto near = config::nearest(name, {names_->begin(), names_->end()});
    return "there is no automation " + config::quoted(name) +
           (near.empty() ? "" : "; the nearest is " + config::quoted(near));
}

void Automations::take(const std::string& name, std::shared_ptr<const config::Automation> automation)
{
    if (!automation && !player_.follows()) player_.stop();
    player_.load(std::move(automation));
    name_ = name;
    space_->text_changed(name_entry_);
    arm();
}

std::string Automations::read(std::string_view command, const std::string& name, Then then, const Answer& answer)
{
    if (!names_ || !names_->contains(name)) return unknown(name);
    if (loading_) return "another automation is being read; try again in a moment";
    loading_ =
        Loading{std::string(command), name, archive_.read(file_of(name), config::max_automation_bytes), then, answer};
    arm();
    return {};
}

void Automations::loaded()
{
    Loading asked = std::move(*loading_);
    loading_.reset();
    const auto error = [&](const std::string& text) { asked.answer({"/error", {asked.command, text}}); };
    const auto text = asked.text.get();
    if (!text.text) return error(text.file + " cannot be read: " + text.error);
    auto read = config::read_automation(*text.text, store_->layout());
    for (std::size_t n = 0; n < std::min(most_errors, read.problems.size()); ++n)
        error(config::to_line(read.problems[n], text.file));
    if (read.problems.size() > most_errors)
        error(text.file + " has " + std::to_string(read.problems.size() - most_errors) + " more errors");
    if (!read.problems.empty()) return;
    const auto points = static_cast<std::int32_t>(points_in(read.automation));
    from_file_ = false;
    take(asked.name, std::make_shared<const config::Automation>(std::move(read.automation)));
    asked.answer({"/automation/loaded", {asked.name, points}});
    if (asked.then == Then::record) return begin_recording();
    if (asked.then != Then::play) return;
    if (!player_.follows()) player_.locate(0);
    player_.play();
}

void Automations::begin_recording()
{
    recording_.emplace(*store_, [this] { return player_.rolls() ? std::optional(player_.seconds()) : std::nullopt; });
    player_.set_endless(true);
    player_.play();
    arm();
    tell();
}

void Automations::end_recording()
{
    if (!recording_) return;
    const double end = player_.seconds();
    player_.set_endless(false);
    if (!player_.follows()) player_.stop();
    const auto before = player_.automation() ? *player_.automation() : config::Automation{};
    auto made = std::make_shared<const config::Automation>(recording_->over(before, end));
    const bool moved = !recording_->empty();
    recording_.reset();
    if (!moved) return;
    take(name_, made);
    if (points_in(*made) > config::max_automation_points) {
        notes_.assign(1, "the recording " + config::quoted(name_) + " has more than " +
                             std::to_string(config::max_automation_points) +
                             " points and was not saved; it can be played");
        return;
    }
    shelf_.write(file_of(name_), [made] { return config::automation_text(*made); });
    if (names_ && names_->insert(name_).second) space_->text_changed(list_entry_);
}

void Automations::save_now() { end_recording(); }

std::span<const Automations::Command> Automations::commands()
{
    static constexpr Command all[] = {
        {"/automation/load", &Automations::load},     {"/automation/play", &Automations::play},
        {"/automation/stop", &Automations::stop},     {"/automation/locate", &Automations::locate},
        {"/automation/record", &Automations::record}, {"/automation/delete", &Automations::remove},
        {"/automation/follow", &Automations::follow},
    };
    return all;
}

std::span<const std::string_view> Automations::addresses() const
{
    static const std::vector<std::string_view> all = [] {
        std::vector<std::string_view> addresses;
        for (const Command& command : commands()) addresses.push_back(command.address);
        return addresses;
    }();
    return all;
}

std::string Automations::obey(const Message& message, Writer, const Answer& answer)
{
    const auto command = std::ranges::find(commands(), message.address, &Command::address);
    auto problem = (this->*command->obey)(message.arguments, answer);
    tell();
    arm();
    return problem;
}

std::string Automations::load(const Arguments& arguments, const Answer& answer)
{
    const auto* name = text_at(arguments, 0);
    if (!name || arguments.size() != 1) return "takes the name of an automation";
    if (recording_) return "a recording is under way; /automation/stop ends it";
    return read("/automation/load", *name, Then::nothing, answer);
}

std::string Automations::play(const Arguments& arguments, const Answer& answer)
{
    if (const auto* name = text_at(arguments, 0)) {
        if (arguments.size() > 1)
            return "takes the name of an automation, or nothing to go on with the one that is loaded";
        if (recording_) return "a recording is under way; /automation/stop ends it";
        return read("/automation/play", *name, Then::play, answer);
    }
    if (!is_pressed(arguments)) return {};
    if (!player_.automation()) return "nothing is loaded; send /automation/load NAME first, or /automation/play NAME";
    player_.play();
    return {};
}

std::string Automations::stop(const Arguments& arguments, const Answer&)
{
    if (!is_pressed(arguments)) return {};
    if (recording_)
        end_recording();
    else if (player_.follows())
        return "it follows JACK's transport: stop that, or send /automation/follow off";
    else
        player_.stop();
    return {};
}

std::string Automations::locate(const Arguments& arguments, const Answer&)
{
    std::optional<double> seconds;
    if (arguments.size() == 1) {
        if (const auto* text = text_at(arguments, 0))
            seconds = config::parse_time(*text);
        else if (const auto number = read_number(arguments[0]))
            seconds = static_cast<double>(*number);
    }
    if (!seconds || !(*seconds >= 0 && *seconds <= config::max_automation_seconds))
        return "takes a time in seconds from 0 to 86400, or as text, such as \"1:02.5\"";
    if (recording_) return "a recording is under way; /automation/stop ends it";
    if (player_.follows()) return "it follows JACK's transport: locate that, or send /automation/follow off";
    player_.locate(*seconds);
    return {};
}

std::string Automations::record(const Arguments& arguments, const Answer& answer)
{
    const auto* name = text_at(arguments, 0);
    if (!name || arguments.size() != 1) return "takes the name of an automation, a new one or one to record over";
    if (recording_) return "a recording is under way; /automation/stop ends it";
    if (loading_) return "another automation is being read; try again in a moment";
    if (auto problem = config::file_name_problem(*name, "an automation"); !problem.empty()) return problem;
    if (!names_) return unknown(*name);
    if (names_->contains(*name) && *name != name_) return read("/automation/record", *name, Then::record, answer);
    if (!names_->contains(*name)) {
        if (names_->size() >= most)
            return "there are " + std::to_string(most) + " automations already; delete one first";
        from_file_ = false;
        take(*name, std::make_shared<const config::Automation>());
    }
    begin_recording();
    return {};
}

std::string Automations::remove(const Arguments& arguments, const Answer&)
{
    const auto* name = text_at(arguments, 0);
    if (!name || arguments.size() != 1) return "takes the name of an automation";
    if (!names_ || names_->erase(*name) == 0) return unknown(*name);
    shelf_.remove(file_of(*name));
    space_->text_changed(list_entry_);
    return {};
}

std::string Automations::follow(const Arguments& arguments, const Answer& answer)
{
    if (arguments.empty()) {
        answer({"/automation/follow", {std::string(player_.follows() ? "transport" : "off")}});
        return {};
    }
    const auto* text = text_at(arguments, 0);
    if (!text || arguments.size() != 1 || (*text != "transport" && *text != "off")) return "takes transport or off";
    if (recording_) return "a recording is under way; /automation/stop ends it";
    player_.follow(*text == "transport");
    return {};
}

void Automations::describe(Status& status)
{
    status.more.emplace_back("automation", state());
    status.more.emplace_back("automation_late", std::to_string(player_.late()));
}

std::vector<std::string> Automations::notes()
{
    auto notes = notes_;
    if (const auto missing = player_.missing(); !missing.empty())
        notes.push_back(std::to_string(missing.size()) + " addresses of the automation " + config::quoted(name_) +
                        " are not there now, such as " + missing.front());
    return notes;
}

} // namespace fohd::control

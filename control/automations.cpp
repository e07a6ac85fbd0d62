#include "control/automations.h"

#include "config/problems.h"
#include "config/scene_text.h"

#include <algorithm>
#include <boost/asio/io_context.hpp>

namespace fohd::control {
namespace {

constexpr std::chrono::milliseconds position_interval{100}, take_interval{250};
constexpr std::size_t most_notes = 20;

} // namespace

Automations::Automations(boost::asio::io_context& context, Shelf& shelf, Archive& archive)
    : shelf_(shelf), timer_(context), files_(shelf, archive, [this] { space_->text_changed(list_entry_); }),
      takes_(files_.takes())
{
    arm();
}

void Automations::rebind(Store& store, AddressSpace& space, const Desk& desk, Performance& performance)
{
    store_ = &store;
    space_ = &space;
    state_entry_ = space.add_text("/automation/state", [this] { return Arguments{std::string(state())}; });
    name_entry_ = space.add_text("/automation/name", [this] { return Arguments{loaded_.name}; });
    position_entry_ =
        space.add_text("/automation/position", [this] { return Arguments{static_cast<float>(player_.seconds())}; });
    released_entry_ = space.add_text("/automation/released", [this] {
        const auto released = player_.released();
        return Arguments(released.begin(), released.end());
    });
    list_entry_ = space.add_text("/automation/list", [this] {
        if (!files_.busy()) files_.look({}); // whoever is told and listens on hears of what has come
        arm();
        const auto names = this->names();
        return Arguments(names.begin(), names.end());
    });
    player_.rebind(store, desk, performance);
    if (recording_) recording_->rebind(store);
}

void Automations::configure(std::string name, AutomationPtr automation, bool follows)
{
    end_recording();
    configured_ = {std::move(name), std::move(automation), true};
    if (configured_.automation || loaded_.is_configured) take_up(configured_.automation ? configured_ : Loaded{});
    player_.follow(follows);
    space_->text_changed(list_entry_);
    arm();
}

AutomationFiles::Names Automations::names() const
{
    auto names = files_.names();
    if (configured_.automation) names.insert(configured_.name);
    return names;
}

std::string Automations::unknown(const std::string& name) const
{
    const auto names = this->names();
    const auto near = config::nearest(name, {names.begin(), names.end()});
    return "there is no automation " + config::quoted(name) +
           (near.empty() ? "" : "; the nearest is " + config::quoted(near));
}

void Automations::note(std::string text)
{
    notes_.push_back(std::move(text));
    if (notes_.size() > most_notes) notes_.erase(notes_.begin());
}

const char* Automations::state() const
{
    return recording_ ? "recording" : player_.rolls() && player_.automation() ? "playing" : "stopped";
}

bool Automations::busy() const
{
    return is_starting() || files_.busy() || recording_ || player_.rolls() ||
           (player_.follows() && player_.automation());
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
    if (takes_.valid() && takes_.wait_for(std::chrono::seconds(0)) == std::future_status::ready)
        for (const std::string& name : takes_.get()) {
            if (auto problem = config::file_name_problem(name, "a recording"); !problem.empty()) {
                note(std::move(problem) + ": rename its file, and fohd takes it up when it starts next");
                continue;
            }
            ++recovering_;
            files_.read_take(name, [this, name](const Archive::Read& take) {
                files_.read(name, [this, name, take](const Archive::Read& before) { recover(name, take, before); });
            });
        }
    files_.tend();
    player_.tend();
    if (recording_ && recording_->full()) {
        note("the recording " + config::quoted(loaded_.name) + " ended when it had a million moves");
        end_recording();
    }
    keep_take();
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

void Automations::take_up(Loaded what)
{
    if (!what.automation && !player_.follows()) player_.stop();
    player_.load(what.automation);
    loaded_ = std::move(what);
    space_->text_changed(name_entry_);
    arm();
}

void Automations::begin_recording()
{
    recording_.emplace(*store_, [this] {
        return player_.rolls() && !player_.is_moving_values() ? std::optional(player_.seconds()) : std::nullopt;
    });
    player_.set_endless(true);
    player_.play();
    arm();
    tell();
}

/// What was recorded is on the disk at most half a second later, so that no loss of power takes more.
void Automations::keep_take()
{
    const auto now = std::chrono::steady_clock::now();
    if (!recording_ || now - take_kept_ < take_interval) return;
    take_kept_ = now;
    if (auto lines = recording_->fresh_lines(); !lines.empty()) files_.append_to_take(loaded_.name, std::move(lines));
}

std::string Automations::end_recording()
{
    if (!recording_) return {};
    const double end = player_.seconds();
    player_.set_endless(false);
    if (!player_.follows()) player_.stop();
    const Take take = recording_->take();
    recording_.reset();
    const std::string name = config::quoted(loaded_.name);
    if (take.empty()) {
        const auto before = std::exchange(before_, std::nullopt);
        if (before) take_up(*before);
        return "nothing was moved while " + name + " was recorded, so " +
               (before ? "there is none" : "it is as it was");
    }
    before_.reset();
    take_up({loaded_.name, std::make_shared<const config::Automation>(over(*loaded_.automation, take, end)), false});
    files_.save(loaded_.name, loaded_.automation);
    std::size_t points = 0;
    for (const auto& track : *loaded_.automation) points += track.points.size();
    std::string problem;
    if (points > config::max_automation_points)
        problem = "the recording " + name + " has more than " + std::to_string(config::max_automation_points) +
                  " points: it is saved and can be played now, but only be loaded again when its file was divided";
    else if (const auto condition = shelf_.condition(); condition == "none" || condition == "locked")
        problem = "the recording " + name +
                  " can be played and is gone with fohd, as nothing can be saved: state=" + condition;
    if (!problem.empty()) note(problem);
    return problem;
}

/// What was recorded when fohd ended becomes what `/automation/stop` would have made of it.
void Automations::recover(const std::string& name, const Archive::Read& take, const Archive::Read& before)
{
    --recovering_;
    if (!take.text) return note(take.file + " cannot be read: " + take.error);
    const auto moves = read_take(*take.text, store_->layout());
    auto problem = moves.problem;
    config::ReadAutomation base;
    if (before.text) base = config::read_automation(*before.text, store_->layout());
    if (before.missing && configured_.automation && configured_.name == name)
        base.automation = *configured_.automation;
    else if (!before.text && !before.missing)
        problem = before.file + " cannot be read: " + before.error;
    else if (!base.problems.empty())
        problem = config::to_line(base.problems.front(), before.file);
    const std::string was = "fohd ended while it recorded " + config::quoted(name) + "; ";
    if (take.text->empty()) {
        note(was + "nothing of what was moved until then was on the disk");
        return files_.remove_take(name);
    }
    if (problem.empty() && moves.take.empty()) problem = "it ends within its first move";
    if (!problem.empty())
        return note(was + "what it had is in " + config::quoted(files_.give_up_take(name, *take.text)) + ": " +
                    problem);
    double end = 0;
    for (const auto& [address, track] : moves.take)
        for (const auto& move : track.points) end = std::max(end, move.seconds);
    files_.save(name, std::make_shared<const config::Automation>(over(std::move(base.automation), moves.take, end)));
    note(was + "what was moved until then is kept");
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
        notes.push_back(std::to_string(missing.size()) + " addresses of the automation " +
                        config::quoted(loaded_.name) + " are not there now, such as " + missing.front());
    return notes;
}

} // namespace fohd::control

#include "control/address_space.h"

#include "config/value_text.h"
#include "control/command.h"
#include "control/nearest_address.h"
#include "control/value_argument.h"

#include <cmath>

namespace fohd::control {
namespace {

using Kind = Entry::Kind;

/// How far apart two positions on a taper must be to be told apart: well under a pixel of any fader, well over the
/// rounding of the taper and back.
constexpr float norm_tolerance = 1e-4f;

bool last_segment_is(std::string_view text, std::string_view address)
{
    const auto last = address.substr(address.rfind('/'));
    return text.ends_with(last);
}

} // namespace

AddressSpace::AddressSpace(const dsp::Description& description, Store& store, ReadingSource& readings,
                           const Additions& additions)
    : description_(description), store_(store), source_(readings), readings_(readings_of(description)),
      clears_(additions.clears), parameters_(store.layout().parameters.size()), paused_(description.strips.size())
{
    readings_.insert(readings_.end(), additions.readings.begin(), additions.readings.end());
    const auto& parameters = store.layout().parameters;
    for (std::size_t p = 0; p < parameters_; ++p)
        entries_.push_back({Kind::parameter, static_cast<int>(p), parameters[p].address});
    for (std::size_t p = 0; p < parameters_; ++p)
        entries_.push_back({Kind::norm, static_cast<int>(p), "/norm" + parameters[p].address});
    for (std::size_t r = 0; r < readings_.size(); ++r)
        entries_.push_back({Kind::reading, static_cast<int>(r), readings_[r].address});
    for (std::size_t s = 0; s < description.strips.size(); ++s) {
        if (!description.strips[s].loudness) continue;
        const auto loudness = dsp::address_of(description.strips[s]) + "/loudness/";
        entries_.push_back({Kind::loudness_pause, static_cast<int>(s), loudness + "pause"});
        entries_.push_back({Kind::loudness_reset, static_cast<int>(s), loudness + "reset"});
    }
    for (std::size_t s = 0; s < description.strips.size(); ++s) add_actions(static_cast<int>(s));
    for (std::size_t c = 0; c < clears_.size(); ++c)
        entries_.push_back({Kind::clear, static_cast<int>(c), clears_[c].address});
    index();
}

AddressSpace::AddressSpace(const dsp::Description& description, Store& store, ReadingSource& readings)
    : AddressSpace(description, store, readings, Additions{})
{}

void AddressSpace::add_actions(int s)
{
    const dsp::Strip& strip = description_.strips[static_cast<std::size_t>(s)];
    for (std::size_t n = 0; n < strip.chain.size(); ++n)
        for (std::size_t a = 0; a < strip.chain[n].type->actions.size(); ++a) {
            entries_.push_back({Kind::action, static_cast<int>(actions_.size()),
                                dsp::address_of(strip) + "/" + strip.chain[n].name + "/" +
                                    std::string(strip.chain[n].type->actions[a].id)});
            actions_.push_back({s, static_cast<int>(n), static_cast<int>(a)});
        }
}

void AddressSpace::index()
{
    by_address_.clear();
    for (std::size_t e = 0; e < entries_.size(); ++e) by_address_.emplace(entries_[e].address, static_cast<int>(e));
}

int AddressSpace::add_text(std::string address, std::function<std::vector<Argument>()> tell)
{
    entries_.push_back({Kind::text, static_cast<int>(texts_.size()), std::move(address)});
    texts_.push_back(std::move(tell));
    index(); // the addresses may have moved
    return static_cast<int>(entries_.size()) - 1;
}

int AddressSpace::find(std::string_view address) const
{
    const auto found = by_address_.find(address);
    return found == by_address_.end() ? -1 : found->second;
}

std::vector<int> AddressSpace::match(const Pattern& pattern) const
{
    if (pattern.literal()) {
        const int found = find(pattern.text());
        return found < 0 ? std::vector<int>{} : std::vector<int>{found};
    }
    const bool norms = pattern.text().starts_with("/norm/");
    std::vector<int> matched;
    for (std::size_t e = 0; e < entries_.size(); ++e) {
        const auto& entry = entries_[e];
        if ((entry.kind == Kind::norm) != norms) continue;
        if (!entry.has_value() && !last_segment_is(pattern.text(), entry.address)) continue;
        if (pattern.matches(entry.address)) matched.push_back(static_cast<int>(e));
    }
    return matched;
}

Message AddressSpace::message(int index) const
{
    const auto& entry = this->entry(index);
    Message message{entry.address, {}};
    if (entry.kind == Kind::reading) {
        std::vector<float> values;
        read(index, values);
        message.arguments.assign(values.begin(), values.end());
    } else if (entry.kind == Kind::text) {
        message.arguments = texts_[static_cast<std::size_t>(entry.index)]();
    } else if (entry.kind == Kind::loudness_pause) {
        message.arguments.emplace_back(paused_[static_cast<std::size_t>(entry.index)] != 0);
    } else {
        const auto& spec = *store_.layout().parameters[static_cast<std::size_t>(entry.index)].spec;
        const float value = store_.value(entry.index);
        message.arguments.push_back(entry.kind == Kind::norm ? Argument(dsp::to_norm(spec, value))
                                                             : to_argument(spec, value));
    }
    return message;
}

Outcome AddressSpace::set(int index, const std::vector<Argument>& arguments, Writer by)
{
    const auto& entry = this->entry(index);
    if (!entry.has_value()) {
        const Command command{entry.address, press};
        if (auto problem = misfit(command, arguments); !problem.empty()) return {std::move(problem)};
        return is_let_go(command, arguments) ? Outcome{} : act(entry, by);
    }
    if (entry.kind == Kind::reading) return {"is a reading: it can be asked, not set"};
    if (entry.kind == Kind::text) return {"can be asked, not set"};
    if (arguments.size() != 1) return {"takes one value, not " + std::to_string(arguments.size())};
    switch (entry.kind) {
    case Kind::parameter: return set_parameter(entry, arguments[0], by);
    case Kind::norm: return set_norm(entry, arguments[0], by);
    default: return set_pause(index, arguments[0], by);
    }
}

Outcome AddressSpace::act(const Entry& entry, Writer by)
{
    const auto index = static_cast<std::size_t>(entry.index);
    if (entry.kind == Kind::loudness_reset) source_.reset_loudness(entry.index);
    if (entry.kind == Kind::clear)
        for (const int parameter : clears_[index].parameters) store_.set(parameter, 0, by);
    if (entry.kind != Kind::action) return {};
    const auto& [strip, processor, action] = actions_[index];
    source_.act(strip, processor, action);
    const auto& node = description_.strips[static_cast<std::size_t>(strip)].chain[static_cast<std::size_t>(processor)];
    return {.error = {}, .later = !node.type->actions[static_cast<std::size_t>(action)].finds.empty()};
}

Outcome AddressSpace::set_parameter(const Entry& entry, const Argument& argument, Writer by)
{
    const auto& spec = *store_.layout().parameters[static_cast<std::size_t>(entry.index)].spec;
    auto asked = read_value(spec, argument);
    if (!asked.value) return {std::move(asked.error)};
    const float stored = store_.set(entry.index, *asked.value, by);
    return {{}, asked.clamped || stored != *asked.value};
}

Outcome AddressSpace::set_norm(const Entry& entry, const Argument& argument, Writer by)
{
    const auto& spec = *store_.layout().parameters[static_cast<std::size_t>(entry.index)].spec;
    auto position = read_number(argument);
    if (!position && spec.unit == dsp::Unit::toggle)
        if (const auto on = read_switch(argument)) position = *on ? 1.0f : 0.0f;
    if (!position) return {"takes a position from 0 to 1"};
    const float stored = store_.set(entry.index, dsp::from_norm(spec, *position), by);
    return {{}, std::abs(dsp::to_norm(spec, stored) - *position) > norm_tolerance};
}

Outcome AddressSpace::set_pause(int index, const Argument& argument, Writer by)
{
    const auto asked = read_switch(argument);
    if (!asked) return {"takes on or off, true or false"};
    const bool paused = *asked;
    const int strip = entry(index).index;
    auto& stored = paused_[static_cast<std::size_t>(strip)];
    if (paused == (stored != 0)) return {};
    stored = paused;
    source_.pause_loudness(strip, paused);
    listeners_.tell(index, by);
    return {};
}

std::string AddressSpace::set_text(std::string_view address, const std::string& text)
{
    if (!has_wildcards(address)) {
        const int found = find(address);
        return found < 0 ? std::string(address) + ": " + unknown(address) : set_text(found, text);
    }
    const auto pattern = Pattern::compile(address);
    if (const auto* bad = std::get_if<BadPattern>(&pattern)) return bad->text;
    const auto matched = match(std::get<Pattern>(pattern));
    if (matched.empty()) return std::string(address) + " matches no address";
    for (const int each : matched) {
        if (entry(each).is_reading()) continue;
        if (auto error = set_text(each, text); !error.empty()) return error;
    }
    return {};
}

std::string AddressSpace::set_text(int found, const std::string& text)
{
    const auto kind = entry(found).kind;
    if (kind == Kind::parameter) return set(found, {text}, 0).error;
    static constexpr dsp::ParamSpec position = {"position",       dsp::Unit::plain,       0, 1, 0, dsp::Taper::linear,
                                                dsp::Glide::ramp, "Position on a taper.", {}};
    static constexpr dsp::ParamSpec truth = {"truth",           dsp::Unit::toggle, 0,           1, 0,
                                             dsp::Taper::steps, dsp::Glide::ramp,  "A switch.", {}};
    auto parsed = config::parse_value(kind == Kind::norm ? position : truth, text);
    if (!parsed) return parsed.error;
    return set(found, {*parsed.value}, 0).error;
}

Writer AddressSpace::writer(int index) const
{
    const auto& entry = this->entry(index);
    return entry.kind == Kind::parameter || entry.kind == Kind::norm ? store_.writer(entry.index) : 0;
}

void AddressSpace::read(int index, std::vector<float>& values) const
{
    const auto& reading = readings_[static_cast<std::size_t>(entry(index).index)];
    values.assign(static_cast<std::size_t>(reading.values), 0);
    source_.read(reading, values);
    // No infinity or NaN is ever sent: what has no number has the floor.
    for (auto& value : values)
        if (!std::isfinite(value)) value = -120;
}

std::string AddressSpace::unknown(std::string_view address, std::span<const std::string_view> others) const
{
    std::vector<std::string_view> all(others.begin(), others.end());
    for (const auto& entry : entries_) all.push_back(entry.address);
    const auto nearest = nearest_address(address, all);
    return "no such address" + (nearest.empty() ? "" : "; the nearest is " + nearest);
}

} // namespace fohd::control

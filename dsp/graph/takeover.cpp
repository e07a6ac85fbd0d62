#include "dsp/graph/takeover.h"
#include "dsp/graph/head_start.h"
#include "dsp/graph/warm_up.h"
#include <algorithm>
#include <map>
#include <tuple>

namespace fohd::dsp {
namespace {

const Strip& strip_at(const Graph& graph, int strip)
{
    return graph.description().strips[static_cast<std::size_t>(strip)];
}

/// The name of what a lane does at a step: alike in two graphs where the same processor of the same strip does it.
std::string name_of_step(const Graph& graph, std::span<const std::string> origins, const GroupPlan& plan,
                         const Seat& seat, std::size_t step, std::map<std::string, int>& seen)
{
    const Step& s = plan.steps[step];
    std::string name = std::to_string(seat.strip) + " ";
    const int node = seat.nodes[step];
    if (node >= 0) {
        const ProcessorNode& processor = strip_at(graph, seat.strip).chain[static_cast<std::size_t>(node)];
        name += std::string(processor.type->id) + " " + processor.name;
    }
    name += " " + std::to_string(static_cast<int>(s.kind)) + std::to_string(static_cast<int>(s.role)) +
            std::string(s.stage.kernel) + "/" + std::to_string(s.stage.size) + " " + std::to_string(seat.channel);
    const int before = seen[name]++; // of its kind in this strip, which may share its origin with what rings of it
    return origins[static_cast<std::size_t>(seat.strip)] + " " + name.substr(name.find(' ')) + " " +
           std::to_string(before);
}

std::vector<std::string> addresses_of(const Graph& graph)
{
    std::vector<std::string> addresses;
    for (const Strip& strip : graph.description().strips) addresses.push_back(address_of(strip));
    return addresses;
}

struct Place {
    const LaneGroup* group;
    std::size_t step;
    int lane;
};

template <class Groups, class Visit>
void visit_places(const Graph& graph, std::span<const std::string> origins, const Groups& groups, Visit&& visit)
{
    std::map<std::string, int> seen;
    for (const auto& group : groups)
        for (int lane = 0; lane < group->plan().width; ++lane) {
            const Seat& seat = group->plan().seats[static_cast<std::size_t>(lane)];
            if (seat.strip < 0) continue;
            for (std::size_t s = 0; s < group->plan().steps.size(); ++s)
                visit(name_of_step(graph, origins, group->plan(), seat, s, seen), group.get(), s, lane);
        }
}
} // namespace

Takeover::Takeover(Graph& from, Graph& to)
    : from_(from), to_(to), origins_(addresses_of(to)),
      anew_(outputs_that_begin_anew(from, to, to.plan().options.rate)), head_starts_(head_starts(from, to))
{
    const auto old = addresses_of(from);
    for (std::size_t s = 0; s < origins_.size(); ++s) {
        const std::string& continues = to.description().strips[s].continues;
        if (!continues.empty() && std::ranges::find(old, origins_[s]) == old.end()) origins_[s] = continues;
    }
    begin_anew();
    match_lanes();
    match_planars();
    match_joints();
    match_paths();
    match_lines();
    match_measured();
    list_openings();
}

/// What rings on has the memory of its strip; the strip, which hears its own sound open, then begins with none.
void Takeover::begin_anew()
{
    const auto& strips = to_.description().strips;
    for (std::size_t s = 0; s < strips.size(); ++s) {
        if (!strips[s].rings_on || origins_[s] != strips[s].continues) continue;
        for (std::size_t heir = 0; heir < strips.size(); ++heir)
            if (address_of(strips[heir]) == strips[s].continues) fresh_.insert(static_cast<int>(heir));
    }
}

void Takeover::match_lanes()
{
    std::map<std::string, Place> old;
    visit_places(from_, addresses_of(from_), from_.groups_,
                 [&](const std::string& name, const LaneGroup* group, std::size_t step, int lane) {
                     old[name] = {group, step, lane};
                 });
    visit_places(
        to_, origins_, to_.groups_, [&](const std::string& name, LaneGroup* group, std::size_t step, int lane) {
            const auto found = old.find(name);
            if (group->plan().steps[step].role == Step::Role::meter)
                meters_.push_back({group->processor(step),
                                   found == old.end() ? nullptr : found->second.group->processor(found->second.step),
                                   lane, found == old.end() ? 0 : found->second.lane});
            if (found == old.end()) return;
            const Place& place = found->second;
            const bool own = group->plan().seats[static_cast<std::size_t>(lane)].nodes[step] >= 0;
            if (own && fresh_.contains(group->plan().seats[static_cast<std::size_t>(lane)].strip)) return;
            if (LaneProcessor* processor = group->processor(step))
                lanes_.push_back({processor, place.group->processor(place.step), lane, place.lane});
            else if (group->plan().steps[step].kind == Step::Kind::end_bypass)
                wets_.push_back({group, place.group, step, place.step, lane, place.lane});
        });
}

void Takeover::match_planars()
{
    const auto name = [](const Graph& graph, std::span<const std::string> origins, const PlanarOp& op) {
        const Strip& strip = strip_at(graph, op.strip);
        const ProcessorNode& node = strip.chain[static_cast<std::size_t>(op.node)];
        return origins[static_cast<std::size_t>(op.strip)] + " " + std::string(node.type->id) + " " + node.name + " " +
               std::to_string(strip.channels);
    };
    std::map<std::string, std::size_t> old;
    const auto addresses = addresses_of(from_);
    for (std::size_t f = 0; f < from_.plan_.ops.size(); ++f)
        if (const auto* op = std::get_if<PlanarOp>(&from_.plan_.ops[f]))
            old[name(from_, addresses, *op)] = from_.slots_[f];
    for (std::size_t t = 0; t < to_.plan_.ops.size(); ++t)
        if (const auto* op = std::get_if<PlanarOp>(&to_.plan_.ops[t])) {
            const ProcessorType& type = *strip_at(to_, op->strip).chain[static_cast<std::size_t>(op->node)].type;
            const bool anew = anew_.contains(op->strip) && type.rings;
            if (anew) hearers_.push_back(to_.slots_[t]);
            const auto found = old.find(name(to_, origins_, *op));
            if (found == old.end()) continue;
            const Indices who{to_.slots_[t], found->second};
            if (!anew && !fresh_.contains(op->strip))
                planars_.push_back(who);
            else if (type.learned.size() > 0)
                lessons_.push_back({who, std::vector<float>(type.learned.size())});
        }
}

void Takeover::match_joints()
{
    using Name = std::pair<std::string, std::string>; // of the joint processor, of the member
    const auto visit = [](const Graph& graph, std::span<const std::string> origins, auto&& see) {
        for (std::size_t o = 0; o < graph.plan().ops.size(); ++o)
            if (const auto* op = std::get_if<JointOp>(&graph.plan().ops[o]))
                for (std::size_t m = 0; m < op->members.size(); ++m) {
                    const JointOp::Member& member = op->members[m];
                    const auto& chain = strip_at(graph, member.strip).chain;
                    see(Name{op->name, origins[static_cast<std::size_t>(member.strip)] + " " +
                                           chain[static_cast<std::size_t>(member.node)].name + " " +
                                           std::to_string(member.to.size())},
                        graph.joints_[graph.slots_[o]].processor.get(), static_cast<int>(m));
                }
    };
    std::map<Name, std::pair<const JointProcessor*, int>> old;
    visit(from_, addresses_of(from_), [&](const Name& name, const JointProcessor* joint, int member) {
        old[name] = {joint, member};
    });
    visit(to_, origins_, [&](const Name& name, JointProcessor* joint, int member) {
        if (const auto found = old.find(name); found != old.end())
            joints_.push_back({joint, found->second.first, member, found->second.second});
    });
}

void Takeover::match_paths()
{
    using Way = std::tuple<std::string, std::string, Tap, std::string, int>; // from, to, where it leaves, label, routes
    const auto way = [](const Graph& graph, std::span<const std::string> origins, const Part& part) -> Way {
        const Send send =
            part.index < 0 ? Send{} : strip_at(graph, part.strip).sends[static_cast<std::size_t>(part.index)];
        return {origins[static_cast<std::size_t>(part.strip)], origins[static_cast<std::size_t>(part.to)], send.tap,
                send.label, part.coeff_count};
    };
    std::map<Way, std::size_t> old;
    const auto addresses = addresses_of(from_);
    for (std::size_t f = 0; f < from_.plan_.parts.size(); ++f)
        if (from_.plan_.parts[f].kind == Part::Kind::path) old[way(from_, addresses, from_.plan_.parts[f])] = f;
    for (std::size_t t = 0; t < to_.plan_.parts.size(); ++t) {
        const Part& part = to_.plan_.parts[t];
        if (part.kind != Part::Kind::path) continue;
        const Send::Fade fade = fade_of(part);
        if (fade != Send::Fade::none) fading_.push_back(t);
        if (fade == Send::Fade::opens) continue;
        if (const auto found = old.find(way(to_, origins_, part)); found != old.end())
            paths_.push_back({t, found->second});
        else if (origins_[static_cast<std::size_t>(part.strip)] == origins_[static_cast<std::size_t>(part.to)])
            opened_.push_back(t);
    }
}

Send::Fade Takeover::fade_of(const Part& part) const
{
    if (part.index >= 0) return strip_at(to_, part.strip).sends[static_cast<std::size_t>(part.index)].fade;
    return strip_at(to_, part.to).opens ? Send::Fade::opens : Send::Fade::none;
}

void Takeover::match_lines()
{
    using Name = std::tuple<std::string, Tap, int, int>; // strip, where it leaves, channel, frames
    const auto visit = [](const Graph& graph, std::span<const std::string> origins, auto&& see) {
        for (std::size_t o = 0; o < graph.plan().ops.size(); ++o)
            if (const auto* op = std::get_if<DelayOp>(&graph.plan().ops[o]))
                see(op->strip, Name{origins[static_cast<std::size_t>(op->strip)], op->tap, op->channel, op->frames},
                    graph.slots_[o]);
    };
    std::map<Name, std::size_t> old;
    visit(from_, addresses_of(from_), [&](int, const Name& name, std::size_t line) { old[name] = line; });
    visit(to_, origins_, [&](int strip, const Name& name, std::size_t line) {
        if (fresh_.contains(strip)) return; // What it would take is its other form's, and sounds there.
        if (const auto found = old.find(name); found != old.end()) lines_.push_back({line, found->second});
    });
}

void Takeover::match_measured()
{
    for (std::size_t t = 0; t < to_.measured_.size(); ++t) {
        const auto tap_of = [](const Graph& graph, const Graph::Measured& measured) {
            return graph.taps_[static_cast<std::size_t>(measured.strip)];
        };
        const SoundTap* const tap = tap_of(to_, to_.measured_[t]);
        if (!tap) continue;
        const auto same = [&](const Graph::Measured& measured) {
            return tap_of(from_, measured) == tap && measured.channels == to_.measured_[t].channels;
        };
        const auto was = std::ranges::find_if(from_.measured_, same);
        const bool is_new = was == from_.measured_.end();
        measured_.push_back({t, is_new ? none : static_cast<std::size_t>(was - from_.measured_.begin())});
    }
}

void Takeover::list_openings()
{
    std::size_t endpoint = 0;
    const auto& strips = to_.description().strips;
    for (std::size_t s = 0; s < strips.size(); ++s)
        for (int c = 0; strips[s].kind == StripKind::input && c < strips[s].channels; ++c, ++endpoint)
            if (strips[s].opens) inputs_.push_back({endpoint, s});
}

bool Takeover::carry_ahead()
{
    constexpr int frames = 4096; // copied in a few microseconds
    if (ahead_ == planars_.size()) return true;
    const Indices& move = planars_[ahead_];
    if (to_.planars_[move.to].processor->take_ahead(*from_.planars_[move.from].processor, frames)) ++ahead_;
    return false;
}

void Takeover::carry_out(int hold)
{
    to_.clock_ = from_.clock_;
    for (const LaneMove& move : lanes_) move.to->take(move.to_lane, *move.from, move.from_lane);
    for (const WetMove& move : wets_)
        move.to->take_wet(move.to_step, move.to_lane, *move.from, move.from_step, move.from_lane);
    for (const Indices& move : planars_) {
        auto& to = to_.planars_[move.to];
        const auto& from = from_.planars_[move.from];
        to.processor->take(*from.processor);
        to.wet = from.wet;
        to.lead = from.lead;
        to.goal = from.goal;
        if (to.latency == from.latency)
            for (std::size_t c = 0; c < to.dry.size(); ++c) std::ranges::copy(from.dry[c], to.dry[c].begin());
    }
    for (auto& [who, learned] : lessons_) {
        from_.planars_[who.from].processor->remember(learned, true);
        to_.planars_[who.to].processor->learn(learned);
    }
    for (const std::size_t planar : hearers_)
        for (PathGain& opening : to_.planars_[planar].openings) {
            opening.aim(0, 0);
            opening.aim(1, to_.glide_);
            opening.hold(std::ranges::max(to_.plan_.latency));
        }
    for (const JointMove& move : joints_) move.to->take(move.to_member, *move.from, move.from_member);
    for (const Indices& move : paths_) std::ranges::copy(from_.gains_[move.from], to_.gains_[move.to].begin());
    for (const std::size_t path : opened_)
        for (PathGain& gain : to_.gains_[path]) gain.aim(1, 0);
    for (const std::size_t path : fading_)
        if (fade_of(to_.plan_.parts[path]) == Send::Fade::opens)
            for (PathGain& gain : to_.gains_[path]) gain.aim(0, 0);
    for (const Indices& move : lines_) std::ranges::copy(from_.lines_[move.from], to_.lines_[move.to].begin());
    to_.slot_.refresh();
    const auto& newest = to_.slot_.front();
    to_.taken_ = newest.versions; // of equal size: copies, without memory of its own
    for (std::size_t part = 0; part < to_.plan_.parts.size(); ++part)
        to_.aim(static_cast<int>(part), to_.own(static_cast<int>(part), newest.coeffs), to_.glide_);
    for (const std::size_t path : fading_)
        for (PathGain& gain : to_.gains_[path])
            gain.hold(hold - head_starts_[static_cast<std::size_t>(to_.plan_.parts[path].to)]);
    for (std::size_t o = 0; o < to_.plan_.ops.size(); ++o) {
        const auto* send = std::get_if<SendOp>(&to_.plan_.ops[o]);
        if (!send || send->fade == Send::Fade::none) continue;
        PathGain& gain = to_.send_gains_[to_.slots_[o]];
        const float goal = send->fade == Send::Fade::opens ? 1 : 0;
        gain.aim(1 - goal, 0);
        gain.aim(goal, to_.glide_);
        gain.hold(hold);
    }
    for (const Indices& opens : inputs_) {
        PathGain& opening = to_.openings_[opens.to];
        opening.aim(0, 0);
        opening.aim(1, to_.glide_);
        opening.hold(hold - head_starts_[opens.from]);
    }
}

void Takeover::measure(const float* shares, int frames)
{
    for (const Indices& each : measured_) {
        Graph::Measured& to = to_.measured_[each.to];
        for (int c = 0; c < to.channels; ++c) {
            float* const sound = to.sound[c];
            const float* const old = each.from == none ? nullptr : from_.measured_[each.from].sound[c];
            for (int i = 0; i < frames; ++i) {
                const float before = old ? old[i] : 0;
                if (shares[i] != 1) sound[i] = before + shares[i] * (sound[i] - before);
            }
        }
    }
    to_.measure(frames);
}

void Takeover::carry_meters()
{
    if (from_.until_readings_ < from_.reading_interval_) from_.publish_readings(); // what it counted since
    for (const LaneMove& move : meters_)
        if (move.from)
            move.to->take(move.to_lane, *move.from, move.from_lane);
        else
            move.to->clear(move.to_lane);
}
} // namespace fohd::dsp

#include "dsp/graph/takeover.h"
#include <algorithm>
#include <map>

namespace fohd::dsp {
namespace {

const Strip& strip_at(const Graph& graph, int strip)
{
    return graph.description().strips[static_cast<std::size_t>(strip)];
}

/// The name of what a lane does at a step: alike in two graphs where the same processor of the same strip does it.
std::string name_of_step(const Graph& graph, const GroupPlan& plan, const Seat& seat, std::size_t step,
                         std::map<std::string, int>& seen)
{
    const Step& s = plan.steps[step];
    std::string name = address_of(strip_at(graph, seat.strip)) + " ";
    const int node = seat.nodes[step];
    if (node >= 0) {
        const ProcessorNode& processor = strip_at(graph, seat.strip).chain[static_cast<std::size_t>(node)];
        name += std::string(processor.type->id) + " " + processor.name;
    }
    name += " " + std::to_string(static_cast<int>(s.kind)) + std::to_string(static_cast<int>(s.role)) +
            std::string(s.stage.kernel) + "/" + std::to_string(s.stage.size) + " " + std::to_string(seat.channel);
    return name + " " + std::to_string(seen[name]++); // the how-manieth of its kind
}

struct Place {
    const LaneGroup* group;
    std::size_t step;
    int lane;
};

template <class Groups, class Visit> void visit_places(const Graph& graph, const Groups& groups, Visit&& visit)
{
    std::map<std::string, int> seen;
    for (const auto& group : groups)
        for (int lane = 0; lane < group->plan().width; ++lane) {
            const Seat& seat = group->plan().seats[static_cast<std::size_t>(lane)];
            if (seat.strip < 0) continue;
            for (std::size_t s = 0; s < group->plan().steps.size(); ++s)
                visit(name_of_step(graph, group->plan(), seat, s, seen), group.get(), s, lane);
        }
}
} // namespace

Takeover::Takeover(const Graph& from, Graph& to) : from_(from), to_(to)
{
    match_lanes();
    match_planars();
    match_paths();
    match_lines();
}

void Takeover::match_lanes()
{
    std::map<std::string, Place> old;
    visit_places(from_, from_.groups_,
                 [&](const std::string& name, const LaneGroup* group, std::size_t step, int lane) {
                     old[name] = {group, step, lane};
                 });
    visit_places(to_, to_.groups_, [&](const std::string& name, LaneGroup* group, std::size_t step, int lane) {
        const auto found = old.find(name);
        if (found == old.end()) return;
        const Place& place = found->second;
        if (LaneProcessor* processor = group->processor(step))
            lanes_.push_back({processor, place.group->processor(place.step), lane, place.lane});
        else if (group->plan().steps[step].kind == Step::Kind::end_bypass)
            wets_.push_back({group, place.group, step, place.step, lane, place.lane});
    });
}

void Takeover::match_planars()
{
    const auto name = [](const Graph& graph, const PlanarOp& op) {
        const Strip& strip = strip_at(graph, op.strip);
        const ProcessorNode& node = strip.chain[static_cast<std::size_t>(op.node)];
        return address_of(strip) + " " + std::string(node.type->id) + " " + node.name + " " +
               std::to_string(strip.channels);
    };
    for (std::size_t t = 0; t < to_.plan_.ops.size(); ++t) {
        const auto* op = std::get_if<PlanarOp>(&to_.plan_.ops[t]);
        if (!op) continue;
        for (std::size_t f = 0; f < from_.plan_.ops.size(); ++f) {
            const auto* old = std::get_if<PlanarOp>(&from_.plan_.ops[f]);
            if (old && name(to_, *op) == name(from_, *old)) planars_.push_back({to_.slots_[t], from_.slots_[f]});
        }
    }
}

void Takeover::match_paths()
{
    const auto kind = [](const Graph& graph, const Part& part) {
        if (part.index < 0) return std::pair{Tap::post, std::string_view{}};
        const Send& send = strip_at(graph, part.strip).sends[static_cast<std::size_t>(part.index)];
        return std::pair{send.tap, std::string_view(send.label)};
    };
    for (std::size_t t = 0; t < to_.plan_.parts.size(); ++t)
        for (std::size_t f = 0; f < from_.plan_.parts.size(); ++f) {
            const Part &a = to_.plan_.parts[t], &b = from_.plan_.parts[f];
            if (a.kind != Part::Kind::path || b.kind != Part::Kind::path || a.coeff_count != b.coeff_count) continue;
            if (address_of(strip_at(to_, a.strip)) == address_of(strip_at(from_, b.strip)) &&
                address_of(strip_at(to_, a.to)) == address_of(strip_at(from_, b.to)) && kind(to_, a) == kind(from_, b))
                paths_.push_back({t, f});
        }
}

void Takeover::match_lines()
{
    for (std::size_t t = 0; t < to_.lines_.size(); ++t)
        for (std::size_t f = 0; f < from_.lines_.size(); ++f)
            if (to_.lines_[t].identity == from_.lines_[f].identity) lines_.push_back({t, f});
}

void Takeover::carry_out()
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
    for (const Indices& move : paths_) std::ranges::copy(from_.gains_[move.from], to_.gains_[move.to].begin());
    for (const Indices& move : lines_)
        std::ranges::copy(from_.lines_[move.from].ring, to_.lines_[move.to].ring.begin());
    to_.slot_.refresh();
    const auto& newest = to_.slot_.front();
    to_.taken_ = newest.versions; // of equal size: copies, without memory of its own
    for (std::size_t part = 0; part < to_.plan_.parts.size(); ++part)
        to_.aim(static_cast<int>(part), newest.coeffs.data(), to_.glide_);
}
} // namespace fohd::dsp

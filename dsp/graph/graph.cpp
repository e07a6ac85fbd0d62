#include "dsp/graph/graph.h"
#include "dsp/graph/design.h"
#include "dsp/kernels/strip_design.h"
#include <algorithm>
#include <cmath>
#include <set>

namespace fohd::dsp {
namespace {

PlanOptions options_for(double rate, std::span<const Kernels* const> kernels)
{
    PlanOptions options{rate, {}};
    for (const Kernels* build : kernels) options.lane_widths.push_back(build->lanes);
    return options;
}

/// The description as the values have it: shapes come from there.
Description with_values(Description description, std::span<const float> values)
{
    store_values(Layout(description), values, description);
    return description;
}

std::uint64_t next_serial()
{
    static std::atomic<std::uint64_t> last{0};
    return ++last;
}

template <class V> auto& at(V& vector, int index) { return vector[static_cast<std::size_t>(index)]; }
} // namespace

Graph::Graph(const Description& description, double rate, std::span<const float> values,
             std::span<const Kernels* const> kernels, std::shared_ptr<GraphReadings> readings)
    : description_(with_values(description, values)), layout_(description_),
      plan_(make_plan(description_, layout_, options_for(rate, kernels))),
      glide_(static_cast<int>(std::lround(glide_ms / 1000 * rate))), buffers_(plan_.buffer_count),
      readings_(readings ? std::move(readings) : std::make_shared<GraphReadings>(description_)),
      taps_(description_.strips.size()), designed_{std::vector<float>(static_cast<std::size_t>(plan_.coeff_count)),
                                                   std::vector<std::uint32_t>(plan_.parts.size())},
      slot_(designed_), taken_(plan_.parts.size()), aimed_(designed_.coeffs.size()), seen_(plan_.parts.size()),
      serial_(next_serial()), reading_interval_(static_cast<int>(rate / 100))
{
    for (int part = 0; part < static_cast<int>(plan_.parts.size()); ++part)
        design_part(description_, layout_, plan_, part, values, designed_.coeffs);
    publish();
    compile(kernels);
    for (int part = 0; part < static_cast<int>(plan_.parts.size()); ++part) aim(part, own(part, designed_.coeffs), 0);
}

Graph::~Graph() = default;

void Graph::compile(std::span<const Kernels* const> kernels)
{
    planar_kernels_ = kernels.back();
    aims_.resize(plan_.parts.size());
    gains_.resize(plan_.parts.size());
    sounding_.resize(plan_.parts.size());
    planar_of_part_.assign(plan_.parts.size(), -1);
    memberships_.resize(plan_.parts.size());
    openings_.resize(static_cast<std::size_t>(plan_.input_endpoints));
    for (PathGain& opening : openings_) opening.aim(1, 0);
    for (const GroupPlan& plan : plan_.groups) {
        const auto build = std::ranges::find_if(kernels, [&](const Kernels* k) { return k->lanes == plan.width; });
        groups_.push_back(std::make_unique<LaneGroup>(plan, **build, buffers_));
        list_aims(*groups_.back());
        list_watches(*groups_.back());
    }
    for (std::size_t p = 0; p < plan_.parts.size(); ++p)
        if (plan_.parts[p].kind == Part::Kind::path)
            gains_[p].resize(static_cast<std::size_t>(plan_.parts[p].coeff_count));
    for (const Op& op : plan_.ops) {
        std::size_t slot = 0;
        if (const auto* line = std::get_if<DelayOp>(&op)) {
            slot = lines_.size();
            lines_.emplace_back(static_cast<std::size_t>(line->frames));
        } else if (const auto* planar = std::get_if<PlanarOp>(&op)) {
            slot = planars_.size();
            planar_of_part_[static_cast<std::size_t>(planar->part)] = static_cast<int>(slot);
            const Strip& strip = at(description_.strips, planar->strip);
            const ProcessorNode& node = at(strip.chain, planar->node);
            Planar made;
            made.processor = node.type->make(node.values, {.rate = plan_.options.rate,
                                                           .channels = strip.channels,
                                                           .keyed = node.key >= 0,
                                                           .impulse = node.impulse.impulse.get()});
            made.latency = planar->latency;
            made.openings.resize(planar->from.size());
            for (PathGain& opening : made.openings) opening.aim(1, 0);
            made.dry.assign(planar->from.size(), std::vector<float>(static_cast<std::size_t>(planar->latency)));
            made.learned.resize(node.type->learned.size());
            made.published = made.learned;
            if (made.latency > 0) made.late = std::make_unique<Buffers>(static_cast<int>(planar->from.size()));
            planars_.push_back(std::move(made));
        }
        if (std::holds_alternative<SendOp>(op)) {
            slot = send_gains_.size();
            send_gains_.emplace_back().aim(1, 0);
        }
        if (const auto* joint = std::get_if<JointOp>(&op)) {
            slot = joints_.size();
            join(*joint);
        }
        if (const auto* loudness = std::get_if<LoudnessOp>(&op)) {
            slot = measured_.size();
            const int channels = static_cast<int>(loudness->buffers.size());
            measured_.push_back({loudness->strip, channels, Buffers(channels)});
        }
        slots_.push_back(slot);
    }
    told_ = std::make_unique<std::atomic<std::uint32_t>[]>(planars_.size());
}

void Graph::join(const JointOp& op)
{
    Joint made;
    std::vector<JointProcessor::Member> members;
    for (const JointOp::Member& member : op.members) {
        at(memberships_, member.part) = {static_cast<int>(joints_.size()), static_cast<int>(members.size())};
        members.push_back({static_cast<int>(member.from.size()), member.counts});
        for (const int buffer : member.from) made.from.push_back(buffers_[buffer]);
        for (const int buffer : member.to) made.to.push_back(buffers_[buffer]);
    }
    made.processor = op.type->make_joint(members, plan_.options.rate);
    joints_.push_back(std::move(made));
}

void Graph::list_watches(LaneGroup& group)
{
    std::set<int> strips;
    for (const Seat& seat : group.plan().seats)
        if (seat.strip >= 0) strips.insert(seat.strip);
    std::vector<int> paths;
    for (int s : strips) {
        for (const Strip& other : description_.strips)
            if (std::ranges::find(other.chain, s, &ProcessorNode::key) != other.chain.end()) return; // a key hears it
        for (const PathLatency& path : plan_.paths)
            if (path.from == s && path.send >= 0 && at(at(description_.strips, s).sends, path.send).tap == Tap::pre &&
                path.added > 0)
                return; // a delay line hears it
        for (int p = 0; p < static_cast<int>(plan_.parts.size()); ++p) {
            const Part& part = at(plan_.parts, p);
            if (part.kind == Part::Kind::path && part.strip == s && part.index >= 0 &&
                at(at(description_.strips, s).sends, part.index).tap == Tap::pre)
                paths.push_back(p);
        }
    }
    for (std::size_t step = 0; step < group.plan().steps.size(); ++step)
        if (group.plan().steps[step].kind == Step::Kind::tap) watches_.push_back({&group, step, paths});
}

void Graph::list_aims(LaneGroup& group)
{
    const GroupPlan& plan = group.plan();
    for (int lane = 0; lane < plan.width; ++lane) {
        const Seat& seat = at(plan.seats, lane);
        int node = -1, offset = 0;
        for (int s = 0; s < static_cast<int>(plan.steps.size()); ++s) {
            const Step& step = at(plan.steps, s);
            if (step.role == Step::Role::meter) {
                const auto coeffs = design_meter(plan_.options.rate);
                group.processor(static_cast<std::size_t>(s))->aim(lane, {&coeffs.peak_fall, 2}, 0);
            }
            if (seat.strip < 0) continue;
            if (step.role == Step::Role::fader) {
                const int part = plan_
                                     .parts_of_slice[static_cast<std::size_t>(
                                         find_slice(layout_, Slice::Kind::fader, seat.strip, 0))]
                                     .front();
                at(aims_, part).push_back({&group, s, lane, at(plan_.parts, part).first_coeff + seat.channel, 1});
            }
            const bool wet = step.kind == Step::Kind::end_bypass;
            if (!wet &&
                (step.stage.coeffs == 0 || (step.role != Step::Role::core && step.role != Step::Role::key_filter)))
                continue;
            if (at(seat.nodes, s) != node) offset = 0;
            node = at(seat.nodes, s);
            const int part = plan_
                                 .parts_of_slice[static_cast<std::size_t>(
                                     find_slice(layout_, Slice::Kind::processor, seat.strip, node))]
                                 .front();
            const Part& owner = at(plan_.parts, part);
            const int per_channel = (owner.coeff_count - 1) / at(description_.strips, seat.strip).channels;
            const int first = wet ? owner.first_coeff : owner.first_coeff + 1 + seat.channel * per_channel + offset;
            at(aims_, part).push_back({&group, s, lane, first, wet ? 0 : step.stage.coeffs});
            offset += step.stage.coeffs;
        }
    }
}

bool Graph::fits(std::span<const float> values, std::span<const int> slices) const
{
    return std::ranges::none_of(slices,
                                [&](int slice) { return shape_changed(description_, layout_, plan_, slice, values); });
}

void Graph::set(std::span<const float> values, std::span<const int> slices)
{
    for (int slice : slices)
        for (int part : at(plan_.parts_of_slice, slice)) redesign(part, values);
    publish();
}

/// Not all that is designed anew differs: of those who may follow the tempo only some do.
void Graph::redesign(int part, std::span<const float> values)
{
    const Part& plan = at(plan_.parts, part);
    const auto own =
        std::span(designed_.coeffs)
            .subspan(static_cast<std::size_t>(plan.first_coeff), static_cast<std::size_t>(plan.coeff_count));
    before_.assign(own.begin(), own.end());
    design_part(description_, layout_, plan_, part, values, designed_.coeffs);
    if (!std::ranges::equal(own, before_)) ++at(designed_.versions, part);
}

void Graph::publish()
{
    Snapshot& back = slot_.back();
    std::ranges::copy(designed_.coeffs, back.coeffs.begin());
    std::ranges::copy(designed_.versions, back.versions.begin());
    slot_.publish();
}

void Graph::connect_loudness(int strip, SoundTap* tap) { at(taps_, strip) = tap; }

/// Among the planar processors.
std::size_t Graph::planar_at(int strip, int node) const
{
    const int part = at(plan_.parts_of_slice, find_slice(layout_, Slice::Kind::processor, strip, node)).front();
    return static_cast<std::size_t>(at(planar_of_part_, part));
}

void Graph::teach(int strip, int node, std::span<const float> items)
{
    planars_[planar_at(strip, node)].processor->learn(items);
}

Finding Graph::find(int strip, int node, int block)
{
    const std::size_t planar = planar_at(strip, node);
    const auto& actions = at(at(description_.strips, strip).chain, node).type->actions;
    const std::uint32_t told =
        told_[planar].load(std::memory_order_acquire); // before the audio thread may have begun it
    Finding finding = planars_[planar].processor->find(block);
    for (std::size_t action = 0; action < actions.size(); ++action)
        if ((told >> action & 1) != 0 && !actions[action].finds.empty()) finding.busy = true;
    return finding;
}

void Graph::act(int strip, int node, int action)
{
    told_[planar_at(strip, node)].fetch_or(1u << action, std::memory_order_release);
}

void Graph::interrupt()
{
    for (const Planar& planar : planars_) planar.processor->interrupt();
}

void Graph::act_as_told()
{
    for (std::size_t p = 0; p < planars_.size(); ++p) {
        const std::uint32_t told = told_[p].load(std::memory_order_acquire);
        if (told == 0) continue;
        for (int action = 0; told >> action; ++action)
            if (told >> action & 1) planars_[p].processor->act(action);
        told_[p].fetch_and(~told, std::memory_order_release); // now find() sees it under way
    }
}

void Graph::pick_up()
{
    act_as_told();
    if (!slot_.refresh()) return;
    const Snapshot& newest = slot_.front();
    for (std::size_t part = 0; part < taken_.size(); ++part) {
        if (taken_[part] == newest.versions[part]) continue;
        taken_[part] = newest.versions[part];
        aim(static_cast<int>(part), own(static_cast<int>(part), newest.coeffs), glide_);
    }
}

std::span<const float> Graph::own(int part, std::span<const float> coeffs) const
{
    const Part& plan = at(plan_.parts, part);
    return coeffs.subspan(static_cast<std::size_t>(plan.first_coeff), static_cast<std::size_t>(plan.coeff_count));
}

void Graph::take_up(const Score::Staff& staff, const Score::Event& event)
{
    if (event.part < 0) return;
    const auto coeffs =
        std::span(staff.coeffs).subspan(event.first, static_cast<std::size_t>(at(plan_.parts, event.part).coeff_count));
    // Again the same would begin its glide anew.
    if (!std::ranges::equal(coeffs, own(event.part, aimed_))) aim(event.part, coeffs, event.glide);
}

std::uint64_t Graph::take_up(const Score::Staff& staff, std::size_t events, std::int64_t late)
{
    std::ranges::fill(seen_, 0);
    std::uint64_t count = 0;
    while (events-- > 0) {
        const Score::Event& event = staff.events[events];
        if (event.part < 0 || std::exchange(at(seen_, event.part), true)) continue;
        const auto coeffs =
            std::span(staff.coeffs)
                .subspan(event.first, static_cast<std::size_t>(at(plan_.parts, event.part).coeff_count));
        if (std::ranges::equal(coeffs, own(event.part, aimed_))) continue;
        aim(event.part, coeffs, glide_);
        count += event.frame >= late;
    }
    return count;
}

void Graph::aim(int part, std::span<const float> own, int frames)
{
    const Part& plan = at(plan_.parts, part);
    std::ranges::copy(own, aimed_.begin() + plan.first_coeff);
    for (const Aim& aim : at(aims_, part)) {
        const auto step = static_cast<std::size_t>(aim.step);
        const auto first = static_cast<std::size_t>(aim.first - plan.first_coeff);
        if (aim.count == 0)
            aim.group->aim_wet(step, aim.lane, own[first], frames);
        else
            aim.group->processor(step)->aim(aim.lane, own.subspan(first, static_cast<std::size_t>(aim.count)), frames);
    }
    auto& gains = at(gains_, part);
    for (std::size_t g = 0; g < gains.size(); ++g) gains[g].aim(own[g], frames == 0 ? 0 : plan.glide);
    at(sounding_, part) = !std::ranges::all_of(gains, &PathGain::silent);
    if (const auto [joint, member] = at(memberships_, part); joint >= 0)
        at(joints_, joint).processor->aim(member, own[0], own.subspan(1), frames == 0);
    if (const int index = at(planar_of_part_, part); index >= 0) {
        Planar& planar = at(planars_, index);
        if (frames == 0 || planar.goal != own[0]) {
            planar.goal = own[0];
            planar.lead = frames;
        }
        if (frames == 0) planar.wet = planar.goal;
        planar.processor->aim(own.subspan(1), frames == 0);
    }
}
} // namespace fohd::dsp

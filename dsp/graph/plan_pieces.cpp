#include "dsp/graph/design.h"
#include "dsp/graph/plan_passes.h"
#include <algorithm>
#include <cmath>
#include <functional>
#include <map>

namespace fohd::dsp {
namespace {

const Strip& strip_at(const Description& d, int s) { return d.strips[static_cast<std::size_t>(s)]; }

int tap_latency(const StripPlan& strip, Tap tap)
{
    return tap == Tap::in ? strip.in_latency : tap == Tap::pre ? strip.pre_latency : strip.post_latency;
}
int tap_rank(const StripPlan& strip, Tap tap)
{
    return tap == Tap::in ? strip.in_rank : tap == Tap::pre ? strip.pre_rank : strip.post_rank;
}

/// When the members of a joint processor are all there. Found by cutting again until every one of them waits for the last.
struct Meeting {
    int rank = 0, latency = 0;
    bool operator==(const Meeting&) const = default;
};
using Meetings = std::map<std::string, Meeting>;

/// Cuts one strip, whose sources are cut already.
class Cutter {
public:
    Cutter(const Description& description, std::span<const Path> paths, int index, std::vector<StripPlan>& plans,
           Meetings& meetings, Plan& plan)
        : strip_(strip_at(description, index)), index_(index), plans_(plans), meetings_(meetings), plan_(plan),
          out_(plans[static_cast<std::size_t>(index)])
    {
        arrive(paths);
        for (std::size_t n = 0; n <= strip_.chain.size(); ++n) {
            if (static_cast<int>(n) == strip_.fader_position) add_fader();
            if (n < strip_.chain.size()) add_processor(static_cast<int>(n));
        }
        lanes().steps.push_back({.kind = Step::Kind::run, .stage = {"meter", 0, 2}, .role = Step::Role::meter});
        out_.post_latency = latency_;
        out_.post_rank = rank_;
    }

private:
    void arrive(std::span<const Path> paths)
    {
        int rank = -1;
        for (const Path& path : paths) {
            const StripPlan& from = plans_[static_cast<std::size_t>(path.from)];
            if (path.align) latency_ = std::max(latency_, tap_latency(from, path.tap));
            rank = std::max(rank, tap_rank(from, path.tap));
        }
        for (const Path& path : paths) {
            const int late = tap_latency(plans_[static_cast<std::size_t>(path.from)], path.tap);
            plan_.paths.push_back({path.from, path.to, path.send, late, path.waits ? std::max(0, latency_ - late) : 0});
        }
        out_.in_latency = latency_;
        out_.in_rank = rank;
        rank_ = rank; // of the piece before the first
    }

    Piece& lanes()
    {
        if (out_.pieces.empty() || out_.pieces.back().planar || closed_) {
            out_.pieces.push_back({.rank = ++rank_, .steps = {}});
            closed_ = false;
        }
        return out_.pieces.back();
    }

    void add_fader()
    {
        if (out_.taps_pre) lanes().steps.push_back({.kind = Step::Kind::tap});
        out_.pre_latency = latency_;
        lanes().steps.push_back({.kind = Step::Kind::run, .stage = {"gain", 0, 1}, .role = Step::Role::fader});
        out_.pre_rank = rank_;
    }

    void add_processor(int n)
    {
        const ProcessorNode& node = strip_.chain[static_cast<std::size_t>(n)];
        const Shape shape = node.type->shape(node.values, {plan_.options.rate, strip_.channels, 0, node.key >= 0});
        if (node.type->make_joint) {
            Meeting& meeting = meetings_[node.joint_name()];
            if (meeting.latency > latency_) late(n, meeting.latency - latency_);
            meeting.latency = latency_;
            meeting.rank = rank_ = std::max(rank_ + 1, meeting.rank);
            out_.pieces.push_back({.rank = rank_, .planar = true, .node = n, .steps = {}});
        } else if (node.type->planar) {
            if (node.key >= 0) await_key(n, node);
            out_.pieces.push_back({.rank = ++rank_, .planar = true, .node = n, .steps = {}, .late = latency_});
            latency_ += shape.planar_latency;
        } else {
            if (shape.listens) add_key(n, node, shape);
            if (shape.delay > 0) late(n, shape.delay);
            if (shape.core_delay > 0) { // the key is the dry sound, as late as the wet
                lanes().steps.push_back({.kind = Step::Kind::copy_key});
                late(n, shape.core_delay, true);
            }
            lanes().steps.push_back({.kind = Step::Kind::begin_bypass, .node = n});
            for (std::size_t s = 0; s < shape.core.size(); ++s)
                lanes().steps.push_back({.kind = Step::Kind::run,
                                         .stage = shape.core[s],
                                         .hears_key = key_apart_,
                                         .node = n,
                                         .role = Step::Role::core});
            lanes().steps.push_back({.kind = Step::Kind::end_bypass, .hears_key = shape.core_delay > 0, .node = n});
            key_apart_ = false;
        }
    }

    void late(int node, int frames, bool on_key = false)
    {
        lanes().steps.push_back({.kind = Step::Kind::run,
                                 .stage = {"delay", frames, 0},
                                 .on_key = on_key,
                                 .node = node,
                                 .role = Step::Role::align});
        latency_ += frames;
    }

    /// What follows begins when the key is there, and as late as it.
    void await_key(int n, const ProcessorNode& node)
    {
        const StripPlan& from = plans_[static_cast<std::size_t>(node.key)];
        rank_ = std::max(rank_, from.pre_rank);
        closed_ = true;
        if (from.pre_latency > latency_) late(n, from.pre_latency - latency_);
        out_.keys.push_back({n, node.key, std::max(0, latency_ - from.pre_latency)});
    }

    void add_key(int n, const ProcessorNode& node, const Shape& shape)
    {
        if (node.key >= 0) {
            await_key(n, node);
            lanes().steps.push_back({.kind = Step::Kind::pack_key, .node = n});
        } else if (strip_.channels > 2) {
            closed_ = true;
            lanes().linked = true;
            lanes().steps.push_back({.kind = Step::Kind::pack_key, .node = n});
        } else if (!shape.key.empty() || shape.delay > 0) {
            lanes().steps.push_back({.kind = Step::Kind::copy_key});
        } else {
            return;
        }
        key_apart_ = true;
        for (const Stage& stage : shape.key)
            lanes().steps.push_back(
                {.kind = Step::Kind::run, .stage = stage, .on_key = true, .node = n, .role = Step::Role::key_filter});
    }

    const Strip& strip_;
    int index_;
    std::vector<StripPlan>& plans_;
    Meetings& meetings_;
    Plan& plan_;
    StripPlan& out_;
    int latency_ = 0, rank_ = -1;
    bool closed_ = false;    ///< The next lane step begins a piece.
    bool key_apart_ = false; ///< The key is not the sound itself.
};
} // namespace

Paths list_paths(const Description& description)
{
    Paths paths(description.strips.size());
    for (std::size_t s = 0; s < description.strips.size(); ++s)
        if (const int from = description.strips[s].from; from >= 0)
            paths[s].push_back({from, static_cast<int>(s), -1, Tap::post, strip_at(description, from).align, true});
    for (std::size_t s = 0; s < description.strips.size(); ++s)
        for (std::size_t n = 0; n < description.strips[s].sends.size(); ++n) {
            const Send& send = description.strips[s].sends[n];
            paths[static_cast<std::size_t>(send.to)].push_back({static_cast<int>(s), send.to, static_cast<int>(n),
                                                                send.tap, send.align && description.strips[s].align,
                                                                send.waits});
        }
    return paths;
}

std::vector<int> order_of_sound(const Description& description, const Paths& paths)
{
    std::vector<int> order;
    std::vector<bool> seen(description.strips.size());
    const std::function<void(int)> visit = [&](int s) {
        if (seen[static_cast<std::size_t>(s)]) return;
        seen[static_cast<std::size_t>(s)] = true;
        for (const Path& path : paths[static_cast<std::size_t>(s)]) visit(path.from);
        for (const ProcessorNode& node : strip_at(description, s).chain)
            if (node.key >= 0) visit(node.key);
        order.push_back(s);
    };
    for (std::size_t s = 0; s < description.strips.size(); ++s) visit(static_cast<int>(s));
    return order;
}

void list_parts(const Description& description, const Paths& paths, const Layout& layout, Plan& plan)
{
    plan.parts_of_slice.resize(layout.slices.size());
    const auto add = [&](Part part, int slice) {
        part.first_coeff = plan.coeff_count;
        plan.coeff_count += part.coeff_count;
        plan.parts_of_slice[static_cast<std::size_t>(slice)].push_back(static_cast<int>(plan.parts.size()));
        plan.parts.push_back(std::move(part));
    };
    for (std::size_t i = 0; i < layout.slices.size(); ++i) {
        const Slice& slice = layout.slices[i];
        if (slice.kind == Slice::Kind::tempo) continue;
        const Strip& strip = strip_at(description, slice.strip);
        if (slice.kind == Slice::Kind::fader) {
            add({.kind = Part::Kind::fader, .strip = slice.strip, .index = 0, .coeff_count = strip.channels},
                static_cast<int>(i));
        } else if (slice.kind == Slice::Kind::processor) {
            const ProcessorNode& node = strip.chain[static_cast<std::size_t>(slice.index)];
            Part part{.kind = Part::Kind::processor, .strip = slice.strip, .index = slice.index};
            part.shape = node.type->shape(node.values, {plan.options.rate, strip.channels, 0, node.key >= 0});
            int coeffs = 0;
            for (const auto* stages : {&part.shape.key, &part.shape.core})
                for (const Stage& stage : *stages) coeffs += stage.coeffs;
            part.coeff_count = 1 + (node.type->planar ? part.shape.planar_coeffs : coeffs * strip.channels);
            add(std::move(part), static_cast<int>(i));
            if (node.type->follows_tempo) plan.parts_of_slice.back().push_back(static_cast<int>(plan.parts.size()) - 1);
        }
    }
    for (const auto& into_one : paths)
        for (const Path& path : into_one) {
            const int fader = find_slice(layout, Slice::Kind::fader, path.from, 0);
            const auto& sends = strip_at(description, path.from).sends;
            const float glide_ms =
                path.send < 0 ? Send{}.glide_ms : sends[static_cast<std::size_t>(path.send)].glide_ms;
            add({.kind = Part::Kind::path,
                 .strip = path.from,
                 .index = path.send,
                 .to = path.to,
                 .coeff_count =
                     route_count(strip_at(description, path.from).channels, strip_at(description, path.to).channels),
                 .glide = static_cast<int>(std::lround(static_cast<double>(glide_ms) / 1000 * plan.options.rate))},
                fader);
            if (path.send >= 0)
                plan.parts_of_slice[static_cast<std::size_t>(
                                        find_slice(layout, Slice::Kind::send, path.from, path.send))]
                    .push_back(static_cast<int>(plan.parts.size()) - 1);
        }
}

std::vector<StripPlan> cut_pieces(const Description& description, const Paths& paths, std::span<const int> order,
                                  Plan& plan)
{
    std::vector<StripPlan> uncut(description.strips.size());
    for (const Strip& strip : description.strips) {
        for (const ProcessorNode& node : strip.chain)
            if (node.key >= 0) uncut[static_cast<std::size_t>(node.key)].taps_pre = true;
        for (const Send& send : strip.sends)
            if (send.tap == Tap::pre)
                uncut[static_cast<std::size_t>(&strip - description.strips.data())].taps_pre = true;
    }
    std::vector<StripPlan> strips;
    Meetings meetings, before;
    do { // as many times as joint processors hear each other, and once more
        before = meetings;
        strips = uncut;
        plan.paths.clear();
        for (int s : order) Cutter(description, paths[static_cast<std::size_t>(s)], s, strips, meetings, plan);
    } while (meetings != before);
    for (const StripPlan& strip : strips) plan.latency.push_back(strip.post_latency);
    return strips;
}
} // namespace fohd::dsp

#include "dsp/graph/plan_passes.h"
#include "dsp/graph/terminals.h"
#include <algorithm>
#include <map>
#include <set>

namespace fohd::dsp {
namespace {

using Buffers = std::vector<int>; ///< One a channel.

/// Lists the operations rank by rank: sums of the strips that begin there, then their groups and planar processors.
class Lister {
public:
    Lister(const Description& description, const Paths& paths, std::span<const int> order,
           std::span<const StripPlan> strips, Plan& plan)
        : description_(description), paths_(paths), strips_(strips), plan_(plan), terminals_(description),
          heads_(strips.size()), ends_(strips.size()), pres_(strips.size())
    {
        number_endpoints();
        take_returns();
        int last_rank = 0;
        for (const StripPlan& strip : strips) last_rank = std::max(last_rank, strip.post_rank);
        for (int rank = 0; rank <= last_rank; ++rank) {
            for (int s : order)
                if (begins_at(s) == rank) begin_strip(s);
            for (int s : order) run_planar(s, rank);
            for (std::size_t g = 0; g < plan_.groups.size(); ++g)
                if (plan_.groups[g].rank == rank) run_group(static_cast<int>(g));
            for (int s : order)
                if (strips_[static_cast<std::size_t>(s)].post_rank == rank) end_strip(s);
        }
    }

private:
    /// Inputs first, whenever they are needed: an endpoint out may lie where an endpoint in does.
    int begins_at(int s) const
    {
        return strip(s).kind == StripKind::input ? 0 : strips_[static_cast<std::size_t>(s)].pieces.front().rank;
    }

    const Strip& strip(int s) const { return description_.strips[static_cast<std::size_t>(s)]; }
    int new_buffer() { return plan_.buffer_count++; }

    void number_endpoints()
    {
        plan_.input_endpoints = static_cast<int>(terminals_.inputs.size());
        plan_.output_endpoints = static_cast<int>(terminals_.outputs.size());
        for (int s = 0; s < static_cast<int>(description_.strips.size()); ++s)
            first_endpoint_.push_back(
                Terminals::find(strip(s).kind == StripKind::input ? terminals_.inputs : terminals_.outputs, s, -1));
    }

    /// Before all else, as inputs: a return may lie where an endpoint out does.
    void take_returns()
    {
        for (std::size_t e = 0; e < terminals_.inputs.size(); ++e) {
            const Terminal& from = terminals_.inputs[e];
            if (from.node < 0) continue;
            Buffers& back = returns_[{from.strip, from.node}];
            back.push_back(new_buffer());
            plan_.ops.emplace_back(InputOp{static_cast<int>(e), back.back()});
        }
    }

    void run_ports(int s, PlanarOp op)
    {
        const auto [owner, node] = owner_of_ports(description_, s, op.node);
        op.send = new_buffers(op.from.size());
        op.back = owner < 0 ? Buffers(op.from.size(), 0) : returns_.at({owner, node});
        if (owner >= 0) op.first_return = Terminals::find(terminals_.inputs, owner, node);
        plan_.ops.emplace_back(op);
        if (owner < 0) return;
        const int first = Terminals::find(terminals_.outputs, owner, node);
        for (std::size_t c = 0; c < op.send.size(); ++c) {
            const int endpoint = first + static_cast<int>(c);
            plan_.ops.emplace_back(
                SendOp{op.send[c], endpoint, written_.insert(endpoint).second, fade_of_send(s, owner, node)});
        }
    }

    Send::Fade fade_of_send(int s, int owner, int node) const
    {
        if (s != owner) return Send::Fade::closes;
        for (int other = 0; other < static_cast<int>(description_.strips.size()); ++other)
            for (int n = 0; other != owner && n < static_cast<int>(strip(other).chain.size()); ++n)
                if (owner_of_ports(description_, other, n) == std::pair{owner, node}) return Send::Fade::opens;
        return Send::Fade::none;
    }

    int part_of(const Path& path) const
    {
        const auto found = std::ranges::find_if(plan_.parts, [&](const Part& part) {
            return part.kind == Part::Kind::path && part.strip == path.from && part.index == path.send &&
                   part.to == path.to;
        });
        return static_cast<int>(found - plan_.parts.begin());
    }

    const Buffers& tap(int s, Tap tap) const
    {
        const auto& where = tap == Tap::in ? heads_ : tap == Tap::pre ? pres_ : ends_;
        return where[static_cast<std::size_t>(s)];
    }

    /// The buffer, late; one line serves all who want it equally late.
    int late(int buffer, int frames, int strip, Tap tap, std::size_t channel)
    {
        if (frames == 0) return buffer;
        const auto [found, is_new] = lines_.try_emplace({buffer, frames}, 0);
        if (is_new) {
            found->second = new_buffer();
            plan_.ops.emplace_back(DelayOp{buffer, found->second, frames, strip, tap, static_cast<int>(channel)});
        }
        return found->second;
    }

    void begin_strip(int s)
    {
        Buffers sum;
        for (int c = 0; c < strip(s).channels; ++c) {
            sum.push_back(new_buffer());
            if (strip(s).kind == StripKind::input)
                plan_.ops.emplace_back(InputOp{first_endpoint_[static_cast<std::size_t>(s)] + c, sum.back()});
            else
                plan_.ops.emplace_back(ClearOp{sum.back()});
        }
        for (const Path& path : paths_[static_cast<std::size_t>(s)]) add_path(path, sum);
        heads_[static_cast<std::size_t>(s)] = sum;
        ends_[static_cast<std::size_t>(s)] = sum; // as far as it has come
    }

    void add_path(const Path& path, const Buffers& sum)
    {
        const int arrival = strips_[static_cast<std::size_t>(path.to)].in_latency;
        const StripPlan& from = strips_[static_cast<std::size_t>(path.from)];
        const int lateness = path.tap == Tap::in    ? from.in_latency
                             : path.tap == Tap::pre ? from.pre_latency
                                                    : from.post_latency;
        const Buffers& sources = tap(path.from, path.tap);
        const std::size_t routes = std::max(sources.size(), sum.size());
        for (std::size_t r = 0; r < routes; ++r) {
            const std::size_t channel = std::min(r, sources.size() - 1);
            const int source =
                late(sources[channel], path.waits ? std::max(0, arrival - lateness) : 0, path.from, path.tap, channel);
            plan_.ops.emplace_back(AddOp{source, sum[std::min(r, sum.size() - 1)], part_of(path), static_cast<int>(r)});
        }
    }

    void run_planar(int s, int rank)
    {
        for (const Piece& piece : strips_[static_cast<std::size_t>(s)].pieces) {
            if (!piece.planar || piece.rank != rank) continue;
            if (strip(s).chain[static_cast<std::size_t>(piece.node)].type->make_joint) {
                join(s, piece.node);
                continue;
            }
            Buffers& end = ends_[static_cast<std::size_t>(s)];
            const bool keyed = strip(s).chain[static_cast<std::size_t>(piece.node)].key >= 0;
            const Buffers key = keyed ? key_of(s, piece.node, end) : Buffers{}, to = new_buffers(end.size());
            const int part = part_of(s, piece.node);
            PlanarOp op{s,   piece.node, part, plan_.parts[static_cast<std::size_t>(part)].shape.planar_latency,
                        end, key,        to};
            op.late = piece.late;
            if (strip(s).chain[static_cast<std::size_t>(piece.node)].type->has_ports())
                run_ports(s, op);
            else
                plan_.ops.emplace_back(op);
            end = to;
        }
    }

    Buffers new_buffers(std::size_t count)
    {
        Buffers made;
        while (made.size() < count) made.push_back(new_buffer());
        return made;
    }

    int part_of(int s, int node) const
    {
        const auto part = std::ranges::find_if(plan_.parts, [&](const Part& each) {
            return each.kind == Part::Kind::processor && each.strip == s && each.index == node;
        });
        return static_cast<int>(part - plan_.parts.begin());
    }

    /// All members of a group have this rank: the first one brings the operation.
    void join(int s, int n)
    {
        const ProcessorNode& node = strip(s).chain[static_cast<std::size_t>(n)];
        const auto [op, is_new] = joints_.try_emplace(node.joint_name(), plan_.ops.size());
        if (is_new) plan_.ops.emplace_back(JointOp{node.type, node.joint_name(), {}});
        Buffers& end = ends_[static_cast<std::size_t>(s)];
        const Buffers to = new_buffers(end.size());
        std::get<JointOp>(plan_.ops[op->second])
            .members.push_back({s, n, part_of(s, n), !doubles(s, node.joint_name()), end, to});
        end = to;
    }

    /// Whether the same sound rides in a joint processor already, in another strip: the one that this one repeats, or which stays
    /// where this one leaves.
    bool doubles(int s, const std::string& joint) const
    {
        const auto is_joined = [&](const std::string& address) {
            return !address.empty() && std::ranges::any_of(description_.strips, [&](const Strip& other) {
                return address_of(other) == address &&
                       std::ranges::find(other.chain, joint, &ProcessorNode::joint_name) != other.chain.end();
            });
        };
        return is_joined(strip(s).continues) || is_joined(strip(s).repeats);
    }

    /// What a listener of this strip hears, one buffer a channel.
    Buffers key_of(int s, int node, const Buffers& sound)
    {
        Buffers key;
        const int from = strip(s).chain[static_cast<std::size_t>(node)].key;
        if (from < 0) {
            key = sound;
        } else {
            const auto& keys = strips_[static_cast<std::size_t>(s)].keys;
            const auto plan = std::ranges::find_if(keys, [&](const KeyPlan& each) { return each.node == node; });
            for (std::size_t c = 0; c < pres_[static_cast<std::size_t>(from)].size(); ++c)
                key.push_back(late(pres_[static_cast<std::size_t>(from)][c], plan->delay, from, Tap::pre, c));
            if (key.size() == sound.size()) return key;
        }
        if (key.size() > 1) {
            const int link = new_buffer();
            const Shape& shape = plan_.parts[static_cast<std::size_t>(part_of(s, node))].shape;
            const bool filtered = shape.key_is_filtered || !shape.key.empty();
            plan_.ops.emplace_back(LinkOp{key, link, from >= 0 && filtered});
            key = {link};
        }
        return Buffers(sound.size(), key.front());
    }

    void run_group(int g)
    {
        std::map<std::pair<int, std::size_t>, Buffers> keys; // by strip and step
        GroupPlan& group = plan_.groups[static_cast<std::size_t>(g)];
        for (Seat& seat : group.seats) {
            if (seat.strip < 0) {
                for (const Step& step : group.steps)
                    if (step.kind == Step::Kind::pack_key || step.kind == Step::Kind::tap)
                        seat.side.push_back(step.kind == Step::Kind::tap ? 1 : 0);
                continue;
            }
            const auto s = static_cast<std::size_t>(seat.strip);
            const auto c = static_cast<std::size_t>(seat.channel);
            seat.in = ends_[s][c];
            for (std::size_t i = 0; i < group.steps.size(); ++i) {
                if (group.steps[i].kind == Step::Kind::pack_key) {
                    auto& key = keys[{seat.strip, i}];
                    if (key.empty()) key = key_of(seat.strip, seat.nodes[i], ends_[s]);
                    seat.side.push_back(key[c]);
                } else if (group.steps[i].kind == Step::Kind::tap) {
                    pres_[s].resize(ends_[s].size());
                    seat.side.push_back(pres_[s][c] = new_buffer());
                }
            }
            seat.out = new_buffer();
            outs_[{seat.strip, seat.channel}] = seat.out;
        }
        plan_.ops.emplace_back(GroupOp{g});
        for (const Seat& seat : group.seats)
            if (seat.strip >= 0) waiting_.push_back(seat);
        land();
    }

    /// A strip's end moves on when the last of its channels has come out: a wide strip may span groups.
    void land()
    {
        for (const Seat& seat : waiting_) {
            Buffers& end = ends_[static_cast<std::size_t>(seat.strip)];
            const auto arrived =
                std::ranges::count_if(waiting_, [&](const Seat& other) { return other.strip == seat.strip; });
            if (static_cast<std::size_t>(arrived) == end.size())
                for (std::size_t c = 0; c < end.size(); ++c) end[c] = outs_.at({seat.strip, static_cast<int>(c)});
        }
        std::erase_if(waiting_, [&](const Seat& seat) {
            return ends_[static_cast<std::size_t>(seat.strip)][static_cast<std::size_t>(seat.channel)] == seat.out;
        });
    }

    void end_strip(int s)
    {
        const Buffers& end = ends_[static_cast<std::size_t>(s)];
        if (strip(s).loudness) plan_.ops.emplace_back(LoudnessOp{s, end});
        if (strip(s).kind == StripKind::output)
            for (std::size_t c = 0; c < end.size(); ++c)
                plan_.ops.emplace_back(
                    OutputOp{end[c], first_endpoint_[static_cast<std::size_t>(s)] + static_cast<int>(c)});
    }

    const Description& description_;
    const Paths& paths_;
    std::span<const StripPlan> strips_;
    Plan& plan_;
    const Terminals terminals_;
    std::vector<int> first_endpoint_;
    std::map<std::pair<int, int>, Buffers> returns_; ///< (strip, node)
    std::set<int> written_;                          ///< Endpoints out of processors.
    std::vector<Buffers> heads_, ends_, pres_;       ///< By strip: its sum, how far it has come, before its fader.
    std::map<std::string, std::size_t> joints_;      ///< Name -> operation.
    std::map<std::pair<int, int>, int> lines_;       ///< (buffer, frames) -> late buffer
    std::map<std::pair<int, int>, int> outs_;        ///< (strip, channel) -> what its group wrote last
    std::vector<Seat> waiting_;
};
} // namespace

void list_operations(const Description& description, const Paths& paths, std::span<const int> order,
                     std::span<const StripPlan> strips, Plan& plan)
{
    Lister(description, paths, order, strips, plan);
}
} // namespace fohd::dsp

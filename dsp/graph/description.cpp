#include "dsp/graph/description.h"
#include <algorithm>
#include <functional>
#include <map>

namespace fohd::dsp {
namespace {

/// By node: the nodes that must be ready before it is.
using Needs = std::vector<std::vector<int>>;

/// Nodes are strips: who sends to it, whom it hears, who keys it.
Needs needs_of_strips(const Description& description)
{
    Needs needs(description.strips.size());
    for (std::size_t s = 0; s < description.strips.size(); ++s) {
        const Strip& strip = description.strips[s];
        for (const Send& send : strip.sends) needs[static_cast<std::size_t>(send.to)].push_back(static_cast<int>(s));
        if (strip.from >= 0) needs[s].push_back(strip.from);
        for (const ProcessorNode& node : strip.chain)
            if (node.key >= 0) needs[s].push_back(node.key);
    }
    return needs;
}

/// Nodes are what lies between the joint processors of a strip, and those.
struct Stretches {
    explicit Stretches(const Description& description) : ends(description.strips.size())
    {
        for (std::size_t s = 0; s < description.strips.size(); ++s) cut(description.strips[s], static_cast<int>(s));
        for (std::size_t s = 0; s < description.strips.size(); ++s) connect(description, static_cast<int>(s));
    }

    Needs needs;
    std::vector<int> strips; ///< By node: whose it is, or -1 of a joint processor.

private:
    int add(int strip)
    {
        needs.emplace_back();
        strips.push_back(strip);
        return static_cast<int>(needs.size()) - 1;
    }

    void need(int node, int other) { needs[static_cast<std::size_t>(node)].push_back(other); }

    void cut(const Strip& strip, int s)
    {
        auto& own = ends[static_cast<std::size_t>(s)];
        own.push_back(add(s));
        for (const ProcessorNode& node : strip.chain) {
            int at = own.back();
            if (const std::string name = node.joint_name(); !name.empty()) {
                const auto [joint, is_new] = joints.try_emplace(name, -1);
                if (is_new) joint->second = add(-1);
                need(joint->second, at);
                at = add(s);
                need(at, own.back());
                need(at, joint->second);
            }
            own.push_back(at); // behind this processor
        }
    }

    int before_fader(const Description& description, int s) const
    {
        const auto strip = static_cast<std::size_t>(s);
        return ends[strip][static_cast<std::size_t>(description.strips[strip].fader_position)];
    }

    void connect(const Description& description, int s)
    {
        const Strip& strip = description.strips[static_cast<std::size_t>(s)];
        const auto& own = ends[static_cast<std::size_t>(s)];
        const auto first = [&](int other) { return ends[static_cast<std::size_t>(other)].front(); };
        for (const Send& send : strip.sends)
            need(first(send.to), send.tap == Tap::in    ? own.front()
                                 : send.tap == Tap::pre ? before_fader(description, s)
                                                        : own.back());
        if (strip.from >= 0) need(own.front(), ends[static_cast<std::size_t>(strip.from)].back());
        for (std::size_t n = 0; n < strip.chain.size(); ++n)
            if (strip.chain[n].key >= 0) need(own[n], before_fader(description, strip.chain[n].key));
    }

    std::vector<std::vector<int>> ends; ///< By strip: the node before its chain and behind each of its processors.
    std::map<std::string, int> joints;
};

/// The nodes of a cycle, in the direction of the sound, or nothing.
std::vector<int> find_cycle(const Needs& needs)
{
    enum class Mark : char { unseen, open, done };
    std::vector<Mark> mark(needs.size(), Mark::unseen);
    std::vector<int> path, loop;
    const std::function<bool(int)> visit = [&](int node) {
        auto& state = mark[static_cast<std::size_t>(node)];
        if (state == Mark::done) return false;
        path.push_back(node);
        if (state == Mark::open) {
            auto first = path.begin();
            while (*first != node) ++first;
            loop.assign(first, path.end() - 1);
            return true;
        }
        state = Mark::open;
        for (int other : needs[static_cast<std::size_t>(node)])
            if (visit(other)) return true;
        mark[static_cast<std::size_t>(node)] = Mark::done;
        path.pop_back();
        return false;
    };
    for (int node = 0; node < static_cast<int>(needs.size()); ++node)
        if (visit(node)) break;
    return {loop.rbegin(), loop.rend()};
}
} // namespace

int ProcessorNode::bands() const { return type->band_count(values.size()); }

std::string ProcessorNode::joint_name() const
{
    if (!type->make_joint) return {};
    const auto group = std::ranges::find(settings, "group", &std::pair<std::string, std::string>::first);
    return std::string(type->id) + " " + (group == settings.end() ? "" : group->second);
}

std::vector<int> find_loop(const Description& description)
{
    if (const auto loop = find_cycle(needs_of_strips(description)); !loop.empty()) return loop;
    const Stretches stretches(description);
    std::vector<int> loop;
    for (const int node : find_cycle(stretches.needs))
        if (const int strip = stretches.strips[static_cast<std::size_t>(node)];
            strip >= 0 && std::ranges::find(loop, strip) == loop.end())
            loop.push_back(strip);
    return loop;
}

std::string address_of(const Strip& strip) { return "/" + std::string(name_of(strip.kind)) + "/" + strip.name; }

const std::string& name_of(const Send& send, const Description& description)
{
    return send.label.empty() ? description.strips[static_cast<std::size_t>(send.to)].name : send.label;
}

ProcessorNode make_node(const ProcessorType& type)
{
    ProcessorNode node;
    node.name = type.id;
    node.type = &type;
    for (const ParamSpec& spec : type.params) node.values.push_back(spec.initial);
    node.values.insert(node.values.end(), type.splits.initial.begin(), type.splits.initial.end());
    node.values.insert(node.values.end(), type.initial_bands.begin(), type.initial_bands.end());
    return node;
}
} // namespace fohd::dsp

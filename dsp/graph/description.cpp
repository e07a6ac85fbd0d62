#include "dsp/graph/description.h"
#include <functional>

namespace fohd::dsp {
namespace {

/// The strips that must be ready before this one is: who sends to it, whom it hears, who keys it.
std::vector<std::vector<int>> heard_by(const Description& description)
{
    std::vector<std::vector<int>> heard(description.strips.size());
    for (std::size_t s = 0; s < description.strips.size(); ++s) {
        const Strip& strip = description.strips[s];
        for (const Send& send : strip.sends) heard[static_cast<std::size_t>(send.to)].push_back(static_cast<int>(s));
        if (strip.from >= 0) heard[s].push_back(strip.from);
        for (const ProcessorNode& node : strip.chain)
            if (node.key >= 0) heard[s].push_back(node.key);
    }
    return heard;
}
} // namespace

int ProcessorNode::bands() const { return type->band_count(values.size()); }

std::vector<int> find_loop(const Description& description)
{
    const auto heard = heard_by(description);
    enum class Mark : char { unseen, open, done };
    std::vector<Mark> mark(heard.size(), Mark::unseen);
    std::vector<int> path, loop;
    const std::function<bool(int)> visit = [&](int s) {
        auto& state = mark[static_cast<std::size_t>(s)];
        if (state == Mark::done) return false;
        path.push_back(s);
        if (state == Mark::open) {
            auto first = path.begin();
            while (*first != s) ++first;
            loop.assign(first, path.end() - 1);
            return true;
        }
        state = Mark::open;
        for (int other : heard[static_cast<std::size_t>(s)])
            if (visit(other)) return true;
        mark[static_cast<std::size_t>(s)] = Mark::done;
        path.pop_back();
        return false;
    };
    for (int s = 0; s < static_cast<int>(heard.size()); ++s)
        if (visit(s)) break;
    return {loop.rbegin(), loop.rend()}; // in the direction of the sound
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

#include "dsp/graph/same_chain.h"
#include "dsp/registry.h"
#include <algorithm>

namespace fohd::dsp {

bool rings(const Strip& strip)
{
    return std::ranges::any_of(strip.chain, [](const ProcessorNode& node) { return node.type->rings; });
}

bool same_chain(const Description& a, const Strip& of_a, const Description& b, const Strip& of_b, double rate)
{
    if (of_a.fader_position != of_b.fader_position || of_a.chain.size() != of_b.chain.size()) return false;
    const auto key = [](const Description& description, const ProcessorNode& node) {
        return node.key < 0 ? std::string() : address_of(description.strips[static_cast<std::size_t>(node.key)]);
    };
    for (std::size_t n = 0; n < of_a.chain.size(); ++n) {
        const ProcessorNode &x = of_a.chain[n], &y = of_b.chain[n];
        if (x.type != y.type || x.name != y.name || x.values.size() != y.values.size() || x.settings != y.settings ||
            x.impulse != y.impulse || key(a, x) != key(b, y))
            return false;
        const Context context{rate, of_b.channels, 0, y.key >= 0};
        if (x.type->shape(x.values, context) != y.type->shape(y.values, context)) return false;
    }
    return true;
}
} // namespace fohd::dsp

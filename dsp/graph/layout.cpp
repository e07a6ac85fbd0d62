#include "dsp/graph/layout.h"
#include "dsp/graph/strip_params.h"
#include <algorithm>
#include <iterator>
#include <numeric>

namespace fohd::dsp {
namespace {

/// The values of one slice, in the order of its specs; read and written through one list so that both agree.
template <class Strip_, class Visit> void visit_fader(Strip_& strip, Visit&& visit)
{
    visit(fader_specs[0], strip.fader);
    visit(fader_specs[1], strip.pan);
    visit(fader_specs[2], strip.mute);
    visit(fader_specs[3], strip.polarity);
}

template <class Send_, class Visit> void visit_send(Send_& send, Visit&& visit)
{
    visit(send_specs[0], send.level);
    visit(send_specs[1], send.mute);
}

template <class Node, class Visit> void visit_processor(Node& node, Visit&& visit)
{
    const auto& type = *node.type;
    std::size_t v = 0;
    const auto plain = [](const ParamSpec& spec) { return std::string(spec.id); };
    for (const ParamSpec& spec : type.params) visit(spec, node.values[v++], plain(spec));
    for (int n = type.split_count(node.values.size()), split = 1; split <= n; ++split)
        visit(type.splits.spec[0], node.values[v++], plain(type.splits.spec[0]) + "/" + std::to_string(split));
    for (int band = 1; v < node.values.size(); ++band)
        for (const ParamSpec& spec : type.band_params)
            visit(spec, node.values[v++], std::to_string(band) + "/" + plain(spec));
    visit(bypass_spec, node.bypass, plain(bypass_spec));
}
} // namespace

Layout::Layout(const Description& description, std::vector<Parameter> others)
{
    for (std::size_t s = 0; s < description.strips.size(); ++s) {
        const Strip& strip = description.strips[s];
        const std::string address = address_of(strip) + "/";
        const auto open = [&](Slice::Kind kind, std::size_t index) {
            slices.push_back(
                {kind, static_cast<int>(s), static_cast<int>(index), static_cast<int>(parameters.size()), 0});
        };
        const auto add = [&](const std::string& path, const ParamSpec& spec, float value) {
            parameters.push_back({address + path, &spec, value, static_cast<int>(slices.size()) - 1});
            ++slices.back().value_count;
        };
        open(Slice::Kind::fader, 0);
        visit_fader(strip, [&](const ParamSpec& spec, float value) { add(std::string(spec.id), spec, value); });
        for (std::size_t n = 0; n < strip.chain.size(); ++n) {
            open(Slice::Kind::processor, n);
            visit_processor(strip.chain[n], [&](const ParamSpec& spec, float value, const std::string& path) {
                add(strip.chain[n].name + "/" + path, spec, value);
            });
        }
        for (std::size_t n = 0; n < strip.sends.size(); ++n) {
            open(Slice::Kind::send, n);
            const std::string& to = name_of(strip.sends[n], description);
            visit_send(strip.sends[n], [&](const ParamSpec& spec, float value) {
                add("send/" + to + "/" + std::string(spec.id), spec, value);
            });
        }
    }
    tempo = static_cast<int>(parameters.size());
    slices.push_back({Slice::Kind::tempo, static_cast<int>(description.strips.size()), 0, tempo, 1});
    parameters.push_back(
        {"/" + std::string(tempo_spec.id), &tempo_spec, description.tempo, static_cast<int>(slices.size()) - 1});
    std::ranges::move(others, std::back_inserter(parameters));
    by_address_.resize(parameters.size());
    std::iota(by_address_.begin(), by_address_.end(), 0);
    std::ranges::stable_sort(
        by_address_, {}, [&](int p) -> const std::string& { return parameters[static_cast<std::size_t>(p)].address; });
}

std::vector<float> Layout::initial_values() const
{
    std::vector<float> values;
    for (const Parameter& parameter : parameters) values.push_back(parameter.initial);
    return values;
}

int Layout::find(std::string_view address) const
{
    const auto found = std::ranges::lower_bound(by_address_, address, {}, [&](int p) -> std::string_view {
        return parameters[static_cast<std::size_t>(p)].address;
    });
    return found != by_address_.end() && parameters[static_cast<std::size_t>(*found)].address == address ? *found : -1;
}

void store_values(const Layout& layout, std::span<const float> values, Description& description)
{
    for (const Slice& slice : layout.slices) {
        const float* value = values.data() + slice.first_value;
        if (slice.kind == Slice::Kind::tempo) {
            description.tempo = *value;
            continue;
        }
        const auto write = [&](const ParamSpec&, auto& field, std::string_view = {}) {
            if constexpr (std::is_same_v<std::remove_reference_t<decltype(field)>, bool>)
                field = *value++ >= 0.5f;
            else
                field = *value++;
        };
        Strip& strip = description.strips[static_cast<std::size_t>(slice.strip)];
        switch (slice.kind) {
        case Slice::Kind::fader: visit_fader(strip, write); break;
        case Slice::Kind::processor: visit_processor(strip.chain[static_cast<std::size_t>(slice.index)], write); break;
        case Slice::Kind::send: visit_send(strip.sends[static_cast<std::size_t>(slice.index)], write); break;
        case Slice::Kind::tempo: break;
        }
    }
}
} // namespace fohd::dsp

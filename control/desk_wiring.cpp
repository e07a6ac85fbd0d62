#include "control/desk_wiring.h"

#include "config/group_params.h"
#include "dsp/graph/design.h"
#include "dsp/graph/strip_params.h"

#include <algorithm>

namespace fohd::control {
namespace {

using Mode = config::Solo::Mode;
using dsp::Slice;
using Side = DeskWiring::Send::Side;

constexpr int mute_value = 2; ///< Of a fader's slice: fader, pan, mute, polarity.
constexpr int pan_value = 1;

template <class V> auto& at(V& vector, int index) { return vector[static_cast<std::size_t>(index)]; }

int first_value(const dsp::Layout& layout, Slice::Kind kind, int strip, int index)
{
    return at(layout.slices, dsp::find_slice(layout, kind, strip, index)).first_value;
}

/// Two sends of every strip that can be soloed, silent until it is: no press changes the graph.
void add_solo_sends(const config::Solo& solo, dsp::Description& sound)
{
    const std::string& bus = at(sound.strips, solo.bus).name;
    for (const int s : solo.strips) {
        dsp::Send send;
        send.to = solo.bus;
        send.mute = true;
        send.align = false;
        send.tap = dsp::Tap::pre;
        send.through_mute = true;
        send.label = bus + "~pfl";
        at(sound.strips, s).sends.push_back(send);
        send.tap = dsp::Tap::post;
        send.through_mute = false;
        send.label = bus + "~afl";
        at(sound.strips, s).sends.push_back(send);
    }
}

/// The strip runs twice, and its twin with the processors bypassed: so both are equally late and ride in one lane group. What
/// hears the strip hears both, one of them at no gain.
void add_ab(const config::Ab& ab, dsp::Description& sound)
{
    constexpr float crossfade_ms = 30;
    const int twin_index = static_cast<int>(sound.strips.size()), heard_index = twin_index + 1;
    dsp::Strip& strip = at(sound.strips, ab.strip);
    for (dsp::Send& send : strip.sends) {
        send.align = send.align && strip.align;
        if (send.tap != dsp::Tap::in) send.glide_ms = crossfade_ms;
    }
    dsp::Strip heard;
    heard.kind = dsp::StripKind::bus;
    heard.name = strip.name + "~heard";
    heard.channels = strip.channels;
    heard.pan_law = strip.pan_law;
    heard.align = strip.align;
    heard.loudness = strip.loudness;

    strip.align = true;
    strip.loudness = true;
    dsp::Strip twin = strip;
    twin.kind = dsp::StripKind::bus;
    twin.name += "~without";
    twin.repeats = dsp::address_of(strip);
    std::erase_if(twin.sends, [](const dsp::Send& send) { return send.tap == dsp::Tap::in; });
    for (const int n : ab.processors) at(twin.chain, n).bypass = true;

    dsp::Send both;
    both.tap = dsp::Tap::in;
    both.to = twin_index;
    strip.sends.push_back(both);
    dsp::Send out;
    out.to = heard_index;
    out.glide_ms = crossfade_ms;
    strip.sends.push_back(out);
    twin.sends.push_back(out);
    for (dsp::Strip& other : sound.strips)
        if (other.from == ab.strip) other.from = heard_index;
    sound.strips.push_back(std::move(twin));
    sound.strips.push_back(std::move(heard));
}

dsp::Description sound_of(const config::Config& config)
{
    dsp::Description sound = config.graph;
    if (config.solo) add_solo_sends(*config.solo, sound);
    if (config.ab) add_ab(*config.ab, sound);
    return sound;
}

std::vector<dsp::Parameter> others_of(const config::Config& config)
{
    std::vector<dsp::Parameter> others;
    const auto add = [&](const std::string& path, const dsp::ParamSpec& spec, float value) {
        others.push_back({path + std::string(spec.id), &spec, value, -1});
    };
    if (config.solo) {
        for (const int s : config.solo->strips)
            add(dsp::address_of(at(config.graph.strips, s)) + "/", config::solo_spec, 0);
        add("/solo/", config::solo_mode_spec, config.solo->mode == Mode::afl ? 1.0f : 0.0f);
    }
    for (const config::MuteGroup& group : config.mute_groups)
        add("/mute_group/" + group.name + "/", config::mute_group_specs[0], group.mute ? 1.0f : 0.0f);
    for (const config::Dca& dca : config.dcas) {
        const std::string path = "/dca/" + dca.name + "/";
        add(path, config::dca_specs[0], dca.fader);
        add(path, config::dca_specs[1], dca.mute ? 1.0f : 0.0f);
        if (config.solo) add(path, config::solo_spec, 0);
    }
    add("/" + std::string(dsp::tempo_spec.id) + "/", config::follow_spec, config.follows_transport ? 1.0f : 0.0f);
    if (config.ab) add("/master/", config::ab_spec, config.ab->with ? 1.0f : 0.0f);
    return others;
}

class Wirer {
public:
    Wirer(const config::Config& config, DeskWiring& wiring) : config_(config), wiring_(wiring) {}

    void wire()
    {
        wiring_.copies.resize(wiring_.surface_layout.parameters.size());
        wiring_.affected.resize(wiring_.copies.size());
        wiring_.strips.resize(config_.graph.strips.size());
        if (config_.ab) {
            const int hidden = static_cast<int>(config_.graph.strips.size());
            wiring_.ab = {find("/master/ab"), config_.ab->strip, hidden, hidden + 1, config_.ab->processors, {}, {}};
        }
        for (const Slice& slice : wiring_.surface_layout.slices) wire_slice(slice);
        if (wiring_.ab) wire_ab();
        if (config_.solo) wire_solo();
        for (const config::MuteGroup& group : config_.mute_groups)
            for (const int s : group.strips)
                at(wiring_.strips, s).mutes.push_back(depends(s, "/mute_group/" + group.name + "/mute"));
        for (const config::Dca& dca : config_.dcas) wire_dca(dca);
    }

private:
    int find(const std::string& address) const { return wiring_.surface_layout.find(address); }
    int sound_value(Slice::Kind kind, int strip, int index) const
    {
        return first_value(wiring_.sound_layout, kind, strip, index);
    }
    bool compared(int strip) const { return wiring_.ab && wiring_.ab->strip == strip; }

    /// Notes that a strip depends on a value of the surface, which comes back.
    int depends(int strip, int value)
    {
        at(wiring_.affected, value).push_back(strip);
        return value;
    }
    int depends(int strip, const std::string& address) { return depends(strip, find(address)); }

    void copy(const Slice& slice, int to)
    {
        for (int v = 0; v < slice.value_count; ++v) at(wiring_.copies, slice.first_value + v).push_back(to + v);
    }

    void wire_slice(const Slice& slice)
    {
        if (slice.kind == Slice::Kind::tempo) return copy(slice, wiring_.sound_layout.tempo);
        DeskWiring::Strip& strip = at(wiring_.strips, slice.strip);
        if (slice.kind == Slice::Kind::fader) {
            strip.fader = depends(slice.strip, slice.first_value);
            strip.mute = depends(slice.strip, slice.first_value + mute_value);
            add_target(slice, slice.strip);
            if (compared(slice.strip)) add_target(slice, wiring_.ab->without);
        } else if (!compared(slice.strip) || slice.kind == Slice::Kind::processor) {
            copy(slice, sound_value(slice.kind, slice.strip, slice.index));
        }
    }

    void add_target(const Slice& slice, int to)
    {
        const int first = sound_value(Slice::Kind::fader, to, 0);
        at(wiring_.strips, slice.strip).targets.push_back(first);
        for (const int v : {pan_value, mute_value + 1}) at(wiring_.copies, slice.first_value + v).push_back(first + v);
    }

    void wire_ab()
    {
        const DeskWiring::Ab& ab = *wiring_.ab;
        const dsp::Strip& strip = at(config_.graph.strips, ab.strip);
        depends(ab.strip, ab.with);
        for (int n = 0; n < static_cast<int>(strip.chain.size()); ++n)
            wire_twin(n, std::ranges::find(ab.processors, n) != ab.processors.end());
        int twin_send = 0;
        const dsp::Strip& running = at(wiring_.sound.strips, ab.strip);
        for (int n = 0; n < static_cast<int>(running.sends.size()); ++n) {
            const bool own = n < static_cast<int>(strip.sends.size());
            if (at(running.sends, n).tap != dsp::Tap::in)
                add_sides(n, twin_send++, own);
            else if (own)
                copy(surface_slice(Slice::Kind::send, n), sound_value(Slice::Kind::send, ab.strip, n));
        }
        if (strip.channels == 1) // pans where it leaves for a stereo strip
            at(wiring_.copies, at(wiring_.strips, ab.strip).fader + pan_value)
                .push_back(sound_value(Slice::Kind::fader, ab.heard, 0) + pan_value);
    }

    const Slice& surface_slice(Slice::Kind kind, int index) const
    {
        return at(wiring_.surface_layout.slices,
                  dsp::find_slice(wiring_.surface_layout, kind, wiring_.ab->strip, index));
    }

    void wire_twin(int processor, bool is_left_out)
    {
        Slice slice = surface_slice(Slice::Kind::processor, processor);
        const dsp::Strip& strip = at(config_.graph.strips, wiring_.ab->strip);
        const int bypass = slice.first_value + slice.value_count - 1;
        const dsp::ProcessorType& type = *at(strip.chain, processor).type;
        if (type.id == "limiter") {
            const auto ceiling = std::ranges::find(type.params, "ceiling", &dsp::ParamSpec::id) - type.params.begin();
            wiring_.ab->limiters.push_back(
                {slice.first_value + static_cast<int>(ceiling), bypass, processor < strip.fader_position});
        }
        if (is_left_out) {
            wiring_.ab->bypasses.push_back(bypass);
            --slice.value_count; // its twin stays bypassed
        }
        copy(slice, sound_value(Slice::Kind::processor, wiring_.ab->without, processor));
    }

    void add_sides(int send, int twin_send, bool own)
    {
        const DeskWiring::Ab& ab = *wiring_.ab;
        DeskWiring::Send with{sound_value(Slice::Kind::send, ab.strip, send), -1, {}, Side::with};
        if (own) {
            with.own = depends(ab.strip, surface_slice(Slice::Kind::send, send).first_value);
            depends(ab.strip, with.own + 1);
        }
        const std::string& label = at(at(wiring_.sound.strips, ab.strip).sends, send).label;
        if (label.ends_with("~pfl")) with.solo = Mode::pfl;
        if (label.ends_with("~afl")) with.solo = Mode::afl;
        DeskWiring::Send without = with;
        without.level = sound_value(Slice::Kind::send, ab.without, twin_send);
        without.side = Side::without;
        auto& sends = at(wiring_.strips, ab.strip).sends;
        sends.push_back(with);
        sends.push_back(without);
    }

    void wire_solo()
    {
        wiring_.solo_mode = find("/solo/mode");
        for (const int s : config_.solo->strips) {
            const dsp::Strip& strip = at(config_.graph.strips, s);
            depends(s, wiring_.solo_mode);
            add_solo(s, find(dsp::address_of(strip) + "/solo"));
            if (compared(s)) continue;
            int send = static_cast<int>(strip.sends.size());
            for (const Mode mode : {Mode::pfl, Mode::afl})
                at(wiring_.strips, s)
                    .sends.push_back({sound_value(Slice::Kind::send, s, send++), -1, mode, Side::both});
        }
    }

    void add_solo(int strip, int value) { at(wiring_.strips, strip).solos.push_back(depends(strip, value)); }

    void wire_dca(const config::Dca& dca)
    {
        const std::string path = "/dca/" + dca.name;
        for (const int s : dca.strips) {
            at(wiring_.strips, s).faders.push_back(depends(s, path + "/fader"));
            at(wiring_.strips, s).mutes.push_back(depends(s, path + "/mute"));
            if (config_.solo && std::ranges::find(config_.solo->strips, s) != config_.solo->strips.end())
                add_solo(s, find(path + "/solo"));
        }
    }

    const config::Config& config_;
    DeskWiring& wiring_;
};

} // namespace

DeskWiring::DeskWiring(const config::Config& config)
    : sound(sound_of(config)), surface_layout(config.graph, others_of(config)), sound_layout(sound)
{
    Wirer(config, *this).wire();
    for (std::size_t p = 0; p < surface_layout.parameters.size(); ++p)
        if (surface_layout.parameters[p].spec == &config::solo_spec) solos.push_back(static_cast<int>(p));
}

} // namespace fohd::control

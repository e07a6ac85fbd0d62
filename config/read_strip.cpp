#include "config/read_strip.h"
#include "config/fields.h"
#include "config/names.h"
#include "dsp/graph/strip_params.h"

namespace fohd::config {
namespace {

using dsp::StripKind;

dsp::Send read_send(const Node& node, Problems& problems)
{
    dsp::Send send;
    Fields fields(node, "a send", problems);
    fields.value(dsp::send_specs[0], send.level);
    fields.toggle("mute", send.mute);
    fields.toggle("align", send.align);
    std::string tap = "post";
    fields.word("tap", {"in", "pre", "post"}, tap);
    send.tap = tap == "in" ? dsp::Tap::in : tap == "pre" ? dsp::Tap::pre : dsp::Tap::post;
    fields.finish();
    return send;
}

void read_sends(const Node& node, Problems& problems, StripDraft& draft)
{
    if (node.kind != Node::Kind::map) {
        problems.error(node.at,
                       "sends takes a map of buses such as {main: {}}, not " + std::string(name_of(node.kind)));
        return;
    }
    for (const Entry& entry : node.entries)
        draft.sends.emplace_back(read_send(entry.value, problems), Mention{entry.key, entry.at});
}

void read_pan_law(Fields& fields, float& to)
{
    constexpr dsp::ParamSpec spec{"pan_law",          dsp::Unit::decibel,  -6, -3, -3,
                                  dsp::Taper::linear, dsp::Glide::rebuild, {}, {}};
    const Node* node = fields.take(spec.id);
    if (!node) return;
    const auto law = node->kind == Node::Kind::scalar ? parse_value(spec, node->text).value : std::nullopt;
    if (law && (*law == -3.0f || *law == -4.5f || *law == -6.0f))
        to = *law;
    else
        fields.problems().error(
            node->at,
            "pan_law: " + (node->kind == Node::Kind::scalar ? quoted(node->text) : std::string(name_of(node->kind))) +
                " is none of the laws; allowed: -3 dB, -4.5 dB, -6 dB");
}

/// A switch, or `keep`, which is on and more.
void read_loudness(Fields& fields, StripDraft& draft)
{
    constexpr dsp::ParamSpec on_or_off{"loudness",        dsp::Unit::toggle, 0,  1, 0,
                                       dsp::Taper::steps, dsp::Glide::ramp,  {}, {}};
    const Node* node = fields.take(on_or_off.id);
    if (!node) return;
    const bool is_text = node->kind == Node::Kind::scalar;
    const auto on = is_text ? parse_value(on_or_off, node->text).value : std::nullopt;
    draft.extras.keeps_loudness = is_text && node->text == "keep";
    draft.strip.loudness = draft.extras.keeps_loudness || on == 1.0f;
    if (on || draft.extras.keeps_loudness) return;
    fields.problems().error(node->at,
                            "loudness: " + (is_text ? quoted(node->text) : std::string(name_of(node->kind))) +
                                " is neither on nor off nor keep" +
                                (is_text ? fields.problems().suggestion(node->text, {"on", "off", "keep"}) : ""));
}

void read_connect(const Node& node, Problems& problems, StripDraft& draft)
{
    draft.connect_at = node.at;
    const auto take = [&](const Node& port) {
        if (port.kind == Node::Kind::scalar && !port.text.empty())
            draft.extras.connect.push_back(port.text);
        else
            problems.error(port.at,
                           "connect takes the name of a port such as system:capture_1, not " +
                               (port.kind == Node::Kind::scalar ? "an empty text" : std::string(name_of(port.kind))));
    };
    if (node.kind != Node::Kind::list) return take(node);
    const bool too_many = node.items.size() > static_cast<std::size_t>(max_channels);
    if (too_many)
        problems.error(node.at, "connect has more ports than a strip may have channels; allowed: " +
                                    std::to_string(max_channels));
    else
        for (const Node& port : node.items) take(port);
}
} // namespace

StripDraft read_strip(const Entry& entry, StripKind kind, Problems& problems)
{
    StripDraft draft;
    dsp::Strip& strip = draft.strip;
    strip.kind = kind;
    strip.name = entry.key;
    draft.extras.position = draft.channels_at = entry.at;
    check_name(entry.key, entry.at, "a strip", problems);

    Fields fields(entry.value, (kind == StripKind::bus ? "a " : "an ") + std::string(dsp::name_of(kind)), problems);
    strip.channels = kind == StripKind::input ? 1 : kind == StripKind::bus ? 2 : 0;
    fields.integer("channels", 1, max_channels, strip.channels);
    if (const Node* channels = fields.take("channels")) draft.channels_at = channels->at;
    if (kind == StripKind::output) {
        if (const Node* from = fields.text("from"))
            draft.from = {from->text, from->at};
        else if (!fields.take("from"))
            problems.error(entry.at,
                           "the output " + quoted(entry.key) + " needs `from`: the bus or input that it plays");
    }
    if (kind != StripKind::bus)
        if (const Node* connect = fields.take("connect")) read_connect(*connect, problems, draft);

    static const Node empty_chain{Node::Kind::list, {}, {}, {}, {}, 1};
    const Node* chain_node = fields.take("chain");
    Chain chain = read_chain(chain_node ? *chain_node : empty_chain, problems);
    strip.chain = std::move(chain.nodes);
    strip.fader_position = chain.fader_position;
    draft.keys = std::move(chain.keys);
    draft.files = std::move(chain.files);
    draft.places = std::move(chain.places);

    fields.value(dsp::fader_specs[0], strip.fader);
    fields.value(dsp::fader_specs[1], strip.pan);
    fields.toggle("mute", strip.mute);
    fields.toggle("polarity", strip.polarity);
    fields.toggle("mute_pre", strip.mute_pre);
    fields.toggle("align", strip.align);
    read_loudness(fields, draft);
    if (kind == StripKind::bus) {
        fields.word("solo", {"pfl", "afl", "off"}, draft.solo);
        if (const Node* solo = fields.take("solo")) draft.solo_at = solo->at;
    }
    read_pan_law(fields, strip.pan_law);
    if (const Node* sends = fields.take("sends")) read_sends(*sends, problems, draft);
    fields.finish();
    return draft;
}
} // namespace fohd::config

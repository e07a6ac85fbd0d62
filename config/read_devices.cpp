#include "config/read_devices.h"
#include "config/fields.h"
#include "config/network.h"
#include <algorithm>

namespace fohd::config {
namespace {

void read_alsa(const Node& node, Problems& problems, Audio::Alsa& alsa)
{
    Fields fields(node, "alsa", problems);
    if (const Node* device = fields.text("device")) alsa.device = device->text;
    fields.integer("rate", 8000, 192000, alsa.rate);
    fields.integer("period", 16, 8192, alsa.period);
    fields.integer("periods", 2, 16, alsa.periods);
    fields.finish();
}

bool is_client_name(std::string_view name)
{
    return name.size() <= 32 &&
           std::ranges::all_of(name, [](char c) { return c >= ' ' && c < 0x7f && c != ':' && c != '/'; });
}

/// The texts of a list; one text alone counts as a list of one.
std::vector<const Node*> texts(Fields& fields, std::string_view key)
{
    std::vector<const Node*> found;
    const Node* list = fields.take(key);
    if (!list) return found;
    if (list->kind == Node::Kind::scalar) return {list};
    if (list->kind != Node::Kind::list) {
        fields.problems().error(list->at, std::string(key) + " takes a list, not " + std::string(name_of(list->kind)));
        return found;
    }
    for (const Node& item : list->items) {
        if (item.kind == Node::Kind::scalar)
            found.push_back(&item);
        else
            fields.problems().error(item.at, std::string(key) + " is a list of texts, not of " +
                                                 std::string(name_of(item.kind)));
    }
    return found;
}

constexpr dsp::ParamSpec fade_spec = {"fade",           dsp::Unit::millisecond,     0, 600'000, 0, dsp::Taper::linear,
                                      dsp::Glide::ramp, "How long a recall takes.", {}};

/// Whether a text looks like a pattern of OSC; who matches with it knows for sure.
bool is_pattern(std::string_view text)
{
    return text.starts_with('/') && text.find(' ') == text.npos &&
           std::ranges::count(text, '[') == std::ranges::count(text, ']') &&
           std::ranges::count(text, '{') == std::ranges::count(text, '}');
}
} // namespace

Audio read_audio(const Node& node, Problems& problems)
{
    Audio audio;
    Fields fields(node, "audio", problems);
    fields.word("backend", {"jack", "alsa", "dummy", "auto"}, audio.backend);
    if (const Node* client = fields.text("client")) {
        if (is_client_name(client->text))
            audio.client = client->text;
        else
            problems.error(client->at,
                           "client: " + quoted(client->text) +
                               " is no name for a JACK client; allowed: up to 32 plain characters but `:` and `/`");
    }
    if (const Node* alsa = fields.take("alsa")) read_alsa(*alsa, problems, audio.alsa);
    if (const Node* source = fields.text("source")) {
        const std::vector<std::string_view> known{"silence", "programme", "noise"};
        const bool is_file = source->text.find('.') != std::string::npos;
        if (is_file || std::ranges::find(known, source->text) != known.end())
            audio.source = source->text;
        else
            problems.error(source->at, "source: " + quoted(source->text) +
                                           " is neither known nor a file such as FILE.wav" +
                                           problems.suggestion(source->text, known));
    }
    fields.finish();
    return audio;
}

Control read_control(const Node& node, Problems& problems)
{
    Control control;
    Fields fields(node, "control", problems);
    if (const Node* osc = fields.take("osc")) {
        Fields keys(*osc, "osc", problems);
        keys.integer("port", 1, 65535, control.port);
        if (const Node* bind = keys.text("bind")) {
            if (is_address(bind->text))
                control.bind = bind->text;
            else
                problems.error(bind->at, "bind: " + quoted(bind->text) +
                                             " is not an address; allowed: one of this computer's, such as 127.0.0.1, "
                                             "or 0.0.0.0 or :: for all");
        }
        for (const Node* text : texts(keys, "allow")) {
            if (const auto network = read_network(text->text))
                control.allow.push_back(*network);
            else
                problems.error(
                    text->at,
                    "allow: " + quoted(text->text) +
                        " is not a network; allowed: an address with or without a prefix, such as 192.168.1.0/24");
        }
        for (const Node* text : texts(keys, "targets")) {
            if (const auto target = read_target(text->text))
                control.targets.push_back(*target);
            else
                problems.error(text->at,
                               "targets: " + quoted(text->text) + " is not ADDRESS:PORT, such as 192.168.1.20:9001");
        }
        keys.finish();
    }
    fields.toggle("midi", control.midi);
    fields.finish();
    return control;
}

Recall read_recall(const Node& node, Problems& problems)
{
    Recall recall;
    Fields fields(node, "scenes", problems);
    for (const Node* text : texts(fields, "safe")) {
        if (is_pattern(text->text))
            recall.safe.push_back(text->text);
        else
            problems.error(text->at, "safe: " + quoted(text->text) +
                                         " is no address or pattern; allowed: such as /bus/main or /input/*/eq");
    }
    if (const auto fade = fields.value(fade_spec)) recall.fade = *fade / 1000;
    std::string switches = "start";
    fields.word("switches", {"start", "end"}, switches);
    recall.switches_at_end = switches == "end";
    fields.finish();
    return recall;
}
} // namespace fohd::config

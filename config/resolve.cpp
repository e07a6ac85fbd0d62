#include "config/resolve.h"
#include "config/fields.h"
#include <algorithm>
#include <array>
#include <map>
#include <unordered_map>

namespace fohd::config {
namespace {

using dsp::StripKind;

class Resolver {
public:
    Resolver(std::vector<StripDraft>& drafts, Problems& problems) : drafts_(drafts), problems_(problems)
    {
        for (std::size_t i = 0; i < drafts.size(); ++i)
            by_name_[static_cast<std::size_t>(drafts[i].strip.kind)].try_emplace(drafts[i].strip.name,
                                                                                 static_cast<int>(i));
    }

    void run()
    {
        for (StripDraft& draft : drafts_) resolve_mentions(draft);
        for (StripDraft& draft : drafts_) {
            int& channels = draft.strip.channels;
            if (channels == 0) channels = draft.strip.from >= 0 ? strip(draft.strip.from).channels : 2;
        }
        for (const StripDraft& draft : drafts_) check_widths(draft);
        check_ports();
        warn_of_lone_members();
    }

    void check_loop(const dsp::Description& graph)
    {
        const std::vector<int> loop = dsp::find_loop(graph);
        if (loop.empty()) return;
        std::string names;
        std::optional<Position> send, other;
        for (std::size_t i = 0; i < loop.size(); ++i) {
            const int from = loop[i], to = loop[(i + 1) % loop.size()];
            names += "`" + strip(from).name + "` -> ";
            find_edge(from, to, send, other);
        }
        if (!send && !other) return; // twice in one group, which its chain has said
        problems_.error(send ? *send : other.value_or(Position{}),
                        "the sound goes in a loop: " + names + "`" + strip(loop[0]).name +
                            "`; remove one of these sends, keys or members of a group");
    }

private:
    dsp::Strip& strip(int index) { return drafts_[static_cast<std::size_t>(index)].strip; }

    /// By `NAME`, of the first of the kinds that has it, or by `KIND/NAME`.
    int find(const Mention& mention, std::initializer_list<StripKind> kinds, std::string_view what,
             std::string_view who)
    {
        for (const StripKind kind : kinds) {
            const auto& names = by_name_[static_cast<std::size_t>(kind)];
            const std::string prefix = std::string(dsp::name_of(kind)) + "/";
            const std::size_t skipped = mention.name.starts_with(prefix) ? prefix.size() : 0;
            if (const auto found = names.find(mention.name.substr(skipped)); found != names.end()) return found->second;
        }
        std::vector<std::string_view> candidates;
        for (const StripKind kind : kinds)
            for (const auto& draft : drafts_)
                if (draft.strip.kind == kind) candidates.push_back(draft.strip.name);
        problems_.error(mention.at, std::string(what) + ": there is no " + std::string(who) + " " +
                                        quoted(mention.name) + problems_.suggestion(mention.name, candidates));
        return -1;
    }

    void resolve_mentions(StripDraft& draft)
    {
        using enum StripKind;
        if (draft.from) draft.strip.from = find(*draft.from, {bus, input}, "from", "bus or input");
        for (auto& [send, mention] : draft.sends) {
            send.to = find(mention, {bus}, "sends", "bus");
            if (send.to < 0) continue;
            if (std::ranges::count(draft.strip.sends, send.to, &dsp::Send::to) > 0)
                problems_.error(mention.at, "a second send to the bus " + quoted(strip(send.to).name) +
                                                "; allowed: one from a strip to a bus");
            else
                draft.strip.sends.push_back(send);
        }
        for (const auto& [processor, mention] : draft.keys)
            draft.strip.chain[processor].key = find(mention, {bus, input, output}, "key", "strip");
    }

    /// Mono and stereo become one another; everything else needs equal widths.
    void check_width(const dsp::Strip& from, const dsp::Strip& to, Position at)
    {
        if (from.channels == to.channels || (from.channels <= 2 && to.channels <= 2)) return;
        problems_.error(at, quoted(from.name) + " has " + std::to_string(from.channels) + " channels and " +
                                quoted(to.name) + " has " + std::to_string(to.channels) +
                                "; allowed: equal numbers, or mono and stereo");
    }

    void check_widths(const StripDraft& draft)
    {
        if (draft.strip.from >= 0)
            check_width(strip(draft.strip.from), draft.strip,
                        draft.channels_at == draft.extras.position ? draft.from->at : draft.channels_at);
        for (const auto& [send, mention] : draft.sends)
            if (send.to >= 0) check_width(draft.strip, strip(send.to), mention.at);
        const std::size_t ports = draft.extras.connect.size(),
                          channels = static_cast<std::size_t>(draft.strip.channels);
        if (ports > 0 && ports != channels)
            problems_.error(*draft.connect_at,
                            "connect has " + std::to_string(ports) + (ports == 1 ? " port" : " ports") + " for " +
                                std::to_string(channels) + (channels == 1 ? " channel" : " channels") +
                                "; allowed: one per channel, in a list");
    }

    /// Inputs, outputs and the processors that have ports share the names of one JACK client's ports.
    void check_ports()
    {
        std::unordered_map<std::string, Position> owners;
        const auto claim = [&](const std::vector<std::string>& ports, Position at) {
            for (const std::string& port : ports) {
                const auto [owner, is_new] = owners.try_emplace(port, at);
                if (is_new) continue;
                problems_.error(at, "the port " + quoted(port) +
                                        " would exist twice: inputs and outputs share their names, and line " +
                                        std::to_string(owner->second.line) + " has it too");
                return;
            }
        };
        for (const StripDraft& draft : drafts_)
            if (draft.strip.kind != StripKind::bus) claim(port_names(draft.strip), draft.extras.position);
        for (const StripDraft& draft : drafts_)
            for (std::size_t n = 0; n < draft.strip.chain.size(); ++n) {
                const dsp::ProcessorNode& node = draft.strip.chain[n];
                if (!node.type->has_ports()) continue;
                for (const dsp::SettingSpec& setting : node.type->settings) {
                    check_port_count(draft, n, std::string(setting.id));
                    claim(port_names(draft.strip, node, setting.id), draft.places[n]);
                }
            }
    }

    void check_port_count(const StripDraft& draft, std::size_t node, const std::string& setting)
    {
        const std::size_t ports = settings_of(draft.strip.chain[node], setting).size(),
                          channels = static_cast<std::size_t>(draft.strip.channels);
        if (ports == 0 || ports == channels) return; // none: that was said
        problems_.error(draft.places[node], setting + " has " + std::to_string(ports) +
                                                (ports == 1 ? " port" : " ports") + " for " + std::to_string(channels) +
                                                (channels == 1 ? " channel" : " channels") +
                                                "; allowed: one per channel, in a list");
    }

    /// Of groups of which there is one alone: it does nothing, and the other may have been misspelt.
    void warn_of_lone_members()
    {
        struct Group {
            const dsp::ProcessorNode* node;
            Position at;
            int members;
        };
        std::map<std::string, Group> groups;
        for (const StripDraft& draft : drafts_)
            for (std::size_t n = 0; n < draft.strip.chain.size(); ++n)
                if (const std::string name = draft.strip.chain[n].joint_name(); !name.empty())
                    ++groups.try_emplace(name, Group{&draft.strip.chain[n], draft.places[n], 0}).first->second.members;
        for (const auto& [name, group] : groups) {
            if (group.members > 1) continue;
            const std::string type(group.node->type->id);
            problems_.warning(group.at,
                              group.node->settings.empty()
                                  ? "this " + type + " without a `group` is the only one; its gain stays at 0 dB"
                                  : "the " + type + " group " + quoted(group.node->settings[0].second) +
                                        " has no other member; its gain stays at 0 dB");
        }
    }

    void find_edge(int from, int to, std::optional<Position>& send, std::optional<Position>& other)
    {
        const StripDraft& source = drafts_[static_cast<std::size_t>(from)];
        const StripDraft& target = drafts_[static_cast<std::size_t>(to)];
        for (const auto& [edge, mention] : source.sends)
            if (edge.to == to && !send) send = mention.at;
        if (target.strip.from == from) other = target.from->at;
        for (const auto& [processor, mention] : target.keys)
            if (target.strip.chain[processor].key == from) other = mention.at;
    }

    std::vector<StripDraft>& drafts_;
    Problems& problems_;
    std::array<std::unordered_map<std::string, int>, 3> by_name_;
};
} // namespace

void resolve(std::vector<StripDraft>& drafts, Config& config, Problems& problems)
{
    Resolver resolver(drafts, problems);
    resolver.run();
    for (const StripDraft& draft : drafts) {
        if (config.control.midi && draft.strip.kind != dsp::StripKind::bus &&
            std::ranges::count(port_names(draft.strip), midi_port_name) > 0)
            problems.error(draft.extras.position, "the port " + quoted(midi_port_name) +
                                                      " is that of MIDI, since control has `midi: true`; allowed: any "
                                                      "other name");
        config.graph.strips.push_back(draft.strip);
        config.extras.push_back(draft.extras);
    }
    resolver.check_loop(config.graph);
}
} // namespace fohd::config

#include "config/read_groups.h"
#include "config/names.h"
#include "dsp/graph/strip_params.h"
#include <algorithm>
#include <functional>
#include <optional>
#include <set>
#include <unordered_map>

namespace fohd::config {
namespace {

using dsp::StripKind;

/// Finds strips by `NAME`, or by `KIND/NAME` where kinds share a name.
class Strips {
public:
    Strips(const dsp::Description& graph, Problems& problems) : graph_(graph), problems_(problems)
    {
        for (std::size_t s = 0; s < graph.strips.size(); ++s) {
            const dsp::Strip& strip = graph.strips[s];
            by_name_[strip.name].push_back(static_cast<int>(s));
            by_name_[dsp::address_of(strip).substr(1)].push_back(static_cast<int>(s));
        }
    }

    /// `what` begins the error.
    std::optional<int> find(const Node& name, const std::string& what)
    {
        const auto found = by_name_.find(name.text);
        if (found == by_name_.end()) {
            std::vector<std::string_view> candidates;
            for (const dsp::Strip& strip : graph_.strips) candidates.push_back(strip.name);
            problems_.error(name.at, what + ": there is no strip " + quoted(name.text) +
                                         problems_.suggestion(name.text, candidates));
            return std::nullopt;
        }
        if (found->second.size() == 1) return found->second.front();
        std::string ways;
        for (const int strip : found->second) ways += (ways.empty() ? "" : ", ") + dsp::address_of(at(strip)).substr(1);
        problems_.error(name.at,
                        what + ": " + quoted(name.text) + " is the name of more than one strip; allowed: " + ways);
        return std::nullopt;
    }

    const dsp::Strip& at(int strip) const { return graph_.strips[static_cast<std::size_t>(strip)]; }

private:
    const dsp::Description& graph_;
    Problems& problems_;
    std::unordered_map<std::string, std::vector<int>> by_name_;
};

/// `strips: [vox, bus/hall]` of a group.
std::vector<int> read_members(Fields& fields, Position group_at, const std::string& what, Strips& strips)
{
    Problems& problems = fields.problems();
    std::vector<int> members;
    const Entry* entry = fields.take_entry("strips");
    const std::string needed = what + " needs `strips`, a list of at least one strip such as [vox, drums]";
    if (!entry) {
        problems.error(group_at, needed);
        return members;
    }
    const Node& list = entry->value;
    if (list.kind != Node::Kind::list || list.items.empty()) {
        problems.error(list.kind == Node::Kind::null ? entry->at : list.at, needed);
        return members;
    }
    std::set<int> seen;
    for (const Node& item : list.items) {
        if (item.kind != Node::Kind::scalar || item.text.empty()) {
            problems.error(item.at,
                           "strips takes names of strips, not " +
                               (item.kind == Node::Kind::scalar ? "an empty text" : std::string(name_of(item.kind))));
            continue;
        }
        const auto strip = strips.find(item, "strips");
        if (!strip) continue;
        if (seen.insert(*strip).second)
            members.push_back(*strip);
        else
            problems.error(item.at, quoted(item.text) + " stands twice in " + what);
    }
    return members;
}

/// Calls `read(entry)` for each group of a kind; `what`: "a DCA".
void each_group(Fields& file, std::string_view key, const std::string& what,
                const std::function<void(const Entry& entry)>& read)
{
    const Node* groups = file.take(key);
    if (!groups) return;
    Problems& problems = file.problems();
    if (groups->kind != Node::Kind::map)
        return problems.error(groups->at, std::string(key) + " takes a map `NAME: {strips: […]}`, not " +
                                              std::string(name_of(groups->kind)));
    if (groups->entries.size() > static_cast<std::size_t>(max_groups))
        return problems.error(groups->entries[max_groups].at,
                              std::to_string(groups->entries.size()) + " " + std::string(key) +
                                  " are too many; allowed: " + std::to_string(max_groups));
    for (const Entry& entry : groups->entries)
        if (check_name(entry.key, entry.at, what, problems)) read(entry);
}

void read_mute_groups(Fields& file, Strips& strips, Config& config)
{
    each_group(file, "mute_groups", "a mute group", [&](const Entry& entry) {
        MuteGroup group{entry.key, {}, false};
        Fields fields(entry.value, "a mute group", file.problems());
        group.strips = read_members(fields, entry.at, "the mute group " + quoted(entry.key), strips);
        fields.toggle("mute", group.mute);
        fields.finish();
        config.mute_groups.push_back(std::move(group));
    });
}

void read_dcas(Fields& file, Strips& strips, Config& config)
{
    each_group(file, "dcas", "a DCA", [&](const Entry& entry) {
        Dca dca{entry.key, {}, 0, false};
        Fields fields(entry.value, "a DCA", file.problems());
        dca.strips = read_members(fields, entry.at, "the DCA " + quoted(entry.key), strips);
        fields.value(dsp::fader_specs[0], dca.fader);
        fields.toggle("mute", dca.mute);
        fields.finish();
        config.dcas.push_back(std::move(dca));
    });
}

/// Whom a strip's sound reaches, itself included.
std::vector<bool> reach_of(const dsp::Description& graph, int from)
{
    std::vector<bool> reached(graph.strips.size());
    const std::function<void(int)> visit = [&](int s) {
        if (reached[static_cast<std::size_t>(s)]) return;
        reached[static_cast<std::size_t>(s)] = true;
        for (const dsp::Send& send : graph.strips[static_cast<std::size_t>(s)].sends) visit(send.to);
        for (std::size_t other = 0; other < graph.strips.size(); ++other) {
            const dsp::Strip& strip = graph.strips[other];
            if (strip.from == s || std::ranges::find(strip.chain, s, &dsp::ProcessorNode::key) != strip.chain.end())
                visit(static_cast<int>(other));
        }
    };
    visit(from);
    return reached;
}

/// The bus that says `solo: pfl` or `afl`; where none does, the bus of that name.
void find_solo(std::span<const StripDraft> drafts, Config& config, Problems& problems)
{
    const StripDraft* chosen = nullptr;
    for (const StripDraft& draft : drafts) {
        if (draft.solo.empty() || draft.solo == "off") continue;
        if (chosen)
            problems.error(draft.solo_at, "a second solo bus, the first is " + quoted(chosen->strip.name) +
                                              " in line " + std::to_string(chosen->solo_at.line) + "; allowed: one");
        else
            chosen = &draft;
    }
    if (!chosen)
        for (const StripDraft& draft : drafts)
            if (draft.strip.kind == StripKind::bus && draft.strip.name == "solo" && draft.solo.empty()) chosen = &draft;
    if (!chosen) return;
    Solo solo;
    solo.mode = chosen->solo == "afl" ? Solo::Mode::afl : Solo::Mode::pfl;
    solo.bus = static_cast<int>(chosen - drafts.data());
    const auto reached = reach_of(config.graph, solo.bus);
    const int width = chosen->strip.channels;
    for (std::size_t s = 0; s < config.graph.strips.size(); ++s) {
        const dsp::Strip& strip = config.graph.strips[s];
        const bool fits = strip.channels == width || (strip.channels <= 2 && width <= 2);
        if (strip.kind != StripKind::output && !reached[s] && fits) solo.strips.push_back(static_cast<int>(s));
    }
    config.solo = std::move(solo);
}

std::vector<int> read_processors(const Node* list, const dsp::Strip& strip, Position at, Problems& problems)
{
    std::vector<std::string_view> names;
    for (const dsp::ProcessorNode& node : strip.chain) names.push_back(node.name);
    std::vector<int> chosen;
    if (!list) {
        for (std::size_t n = 0; n < names.size(); ++n) chosen.push_back(static_cast<int>(n));
        if (names.empty())
            problems.error(at,
                           "ab: the chain of " + quoted(strip.name) + " has no processors to compare with and without");
        return chosen;
    }
    if (list->kind != Node::Kind::list || list->items.empty()) {
        problems.error(list->at, "processors takes a list of at least one processor such as [eq, compressor]");
        return chosen;
    }
    for (const Node& item : list->items) {
        const auto found = std::ranges::find(names, std::string_view(item.text));
        const int index = static_cast<int>(found - names.begin());
        if (item.kind != Node::Kind::scalar || item.text.empty())
            problems.error(item.at,
                           "processors takes names of processors, not " +
                               (item.kind == Node::Kind::scalar ? "an empty text" : std::string(name_of(item.kind))));
        else if (found == names.end())
            problems.error(item.at, "processors: the chain of " + quoted(strip.name) + " has no " + quoted(item.text) +
                                        problems.suggestion(item.text, names));
        else if (std::ranges::find(chosen, index) != chosen.end())
            problems.error(item.at, quoted(item.text) + " stands twice in processors");
        else
            chosen.push_back(index);
    }
    std::ranges::sort(chosen);
    return chosen;
}

void read_ab(const Entry& entry, Strips& strips, Config& config, Problems& problems)
{
    Ab ab;
    Fields fields(entry.value, "ab", problems);
    const Node* name = fields.text("strip");
    const Node* processors = fields.take("processors");
    fields.toggle("with", ab.with);
    fields.finish();
    if (!name) {
        if (!fields.take("strip")) problems.error(entry.at, "ab needs `strip`: the bus whose chain is compared");
        return;
    }
    const auto strip = strips.find(*name, "strip");
    if (!strip) return;
    ab.strip = *strip;
    if (strips.at(ab.strip).kind == StripKind::output)
        return problems.error(name->at, "strip: " + quoted(name->text) + " is an output; allowed: a bus or an input");
    ab.processors = read_processors(processors, strips.at(ab.strip), name->at, problems);
    const auto& chain = strips.at(ab.strip).chain;
    for (std::size_t n = 0; n < chain.size(); ++n)
        if (chain[n].type->has_ports() && std::ranges::find(ab.processors, static_cast<int>(n)) == ab.processors.end())
            problems.error(processors ? processors->at : name->at,
                           quoted(chain[n].name) + " cannot be on both sides of a comparison, for its gear has one "
                                                   "sound; put it among the processors that are compared");
    config.ab = std::move(ab);
}

void read_master(Fields& file, Strips& strips, Config& config)
{
    const Node* master = file.take("master");
    if (!master) return;
    Fields fields(*master, "master", file.problems());
    if (const Entry* ab = fields.take_entry("ab")) read_ab(*ab, strips, config, file.problems());
    fields.finish();
}
} // namespace

void read_groups(Fields& file, std::span<const StripDraft> drafts, Config& config, Problems& problems)
{
    Strips strips(config.graph, problems);
    read_mute_groups(file, strips, config);
    read_dcas(file, strips, config);
    read_master(file, strips, config);
    find_solo(drafts, config, problems);
}
} // namespace fohd::config

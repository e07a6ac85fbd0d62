#include "config/read_chain.h"
#include "config/fields.h"
#include "config/names.h"
#include "dsp/graph/strip_params.h"
#include <algorithm>

namespace fohd::config {
namespace {

/// The values of the bands of a list, in `values`. False, and as they were, where it is no such list.
bool read_bands(const Node& list, const dsp::ProcessorType& type, Problems& problems, std::vector<float>& values)
{
    const std::string allowed =
        "; allowed: a list of 1.." + std::to_string(type.max_bands) + " bands, such as [{…}, {…}]";
    if (list.kind != Node::Kind::list || list.items.empty() ||
        list.items.size() > static_cast<std::size_t>(type.max_bands)) {
        const bool is_list = list.kind == Node::Kind::list;
        problems.error(
            list.at,
            "bands: " + (is_list ? std::to_string(list.items.size()) + " bands" : std::string(name_of(list.kind))) +
                allowed);
        return false;
    }
    values.clear();
    for (const Node& item : list.items) {
        Fields fields(item, "a band of " + std::string(type.id), problems);
        for (const dsp::ParamSpec& spec : type.band_params) values.push_back(fields.value(spec).value_or(spec.initial));
        fields.finish();
    }
    return true;
}

/// The frequencies of a list, in `values`. False, and as they were, where it is no such list.
bool read_splits(const Node& list, const dsp::SplitSpec& splits, Problems& problems, std::vector<float>& values)
{
    const std::string key(splits.key);
    if (list.kind != Node::Kind::list || list.items.empty() ||
        list.items.size() > static_cast<std::size_t>(splits.max)) {
        const std::string found = list.kind == Node::Kind::list ? std::to_string(list.items.size()) + " of them"
                                                                : std::string(name_of(list.kind));
        problems.error(list.at, key + ": " + found + "; allowed: a list of 1.." + std::to_string(splits.max) +
                                    ", such as [90 Hz, 1.6 kHz]");
        return false;
    }
    values.clear();
    for (const Node& item : list.items) {
        const float value = read_value(item, splits.spec[0], key, problems).value_or(splits.spec[0].max);
        if (!values.empty() && value <= values.back() && value < splits.spec[0].max)
            problems.error(item.at, key + " ascend, and " + format_value(splits.spec[0], value) +
                                        " does not lie above " + format_value(splits.spec[0], values.back()));
        values.push_back(value);
    }
    return true;
}

/// Splits and bands, as the file has them or as they are by default; where there are both, splits are one fewer.
void read_lists(Fields& fields, const dsp::ProcessorType& type, Problems& problems, std::vector<float>& values)
{
    std::vector<float> splits(type.splits.initial.begin(), type.splits.initial.end()),
        bands(type.initial_bands.begin(), type.initial_bands.end());
    const Node* const split_list = type.splits.spec.empty() ? nullptr : fields.take(type.splits.key);
    const Node* const band_list = type.band_params.empty() ? nullptr : fields.take("bands");
    bool right = true;
    if (split_list) right &= read_splits(*split_list, type.splits, problems, splits);
    if (band_list) right &= read_bands(*band_list, type, problems, bands);
    if (!type.splits.spec.empty() && !type.band_params.empty()) {
        const std::size_t wanted = (splits.size() + 1) * type.band_params.size();
        if (!band_list) // the splits say how many; those that are not by default are like the last
            while (bands.size() < wanted)
                for (const dsp::ParamSpec& spec : type.band_params) bands.push_back(spec.initial);
        if (!band_list) bands.resize(wanted);
        if (bands.size() != wanted) {
            const std::size_t count = bands.size() / type.band_params.size();
            if (right)
                problems.error(band_list->at, std::to_string(count) + " bands need " + std::to_string(count - 1) + " " +
                                                  std::string(type.splits.key) + ", and there are " +
                                                  std::to_string(splits.size()) + (split_list ? "" : " by default"));
            return;
        }
    }
    values.resize(type.params.size());
    values.insert(values.end(), splits.begin(), splits.end());
    values.insert(values.end(), bands.begin(), bands.end());
}

/// Ports, one a channel: how many there must be is known with the width of the strip.
void read_ports(Fields& fields, Position at, const dsp::SettingSpec& setting, dsp::ProcessorNode& node)
{
    Problems& problems = fields.problems();
    const std::string id(setting.id), type(node.type->id);
    const std::string example = setting.id == "return" ? "system:capture_3" : "system:playback_3";
    const Node* const list = fields.take(setting.id);
    if (!list)
        return problems.error(at,
                              type + " needs `" + id + "`: a port such as " + example + ", in a list one per channel");
    const auto take = [&](const Node& port) {
        if (port.kind == Node::Kind::scalar && !port.text.empty())
            node.settings.emplace_back(setting.id, port.text);
        else
            problems.error(port.at,
                           id + " takes the name of a port such as " + example + ", not " +
                               (port.kind == Node::Kind::scalar ? "an empty text" : std::string(name_of(port.kind))));
    };
    if (list->kind != Node::Kind::list) return take(*list);
    if (list->items.empty() || list->items.size() > static_cast<std::size_t>(max_channels))
        return problems.error(list->at, id + " has " + std::to_string(list->items.size()) +
                                            " ports; allowed: one per channel, up to " + std::to_string(max_channels));
    for (const Node& port : list->items) take(port);
}

/// The texts that belong to the structure; the key is resolved once all strips are known.
void read_settings(Fields& fields, Position at, dsp::ProcessorNode& node, std::optional<Mention>& key,
                   std::optional<Mention>& file)
{
    for (const dsp::SettingSpec& setting : node.type->settings) {
        if (setting.kind == dsp::SettingSpec::Kind::port) {
            read_ports(fields, at, setting, node);
            continue;
        }
        const Node* value = fields.take(setting.id);
        if (!value && setting.required)
            fields.problems().error(at, quoted(node.type->id) + " needs a `" + std::string(setting.id) +
                                            "`, such as `" + std::string(setting.id) + ": hall.wav`");
        const Node* text = fields.text(setting.id);
        if (!text) continue;
        if (setting.kind == dsp::SettingSpec::Kind::file) file = {text->text, text->at};
        if (setting.kind == dsp::SettingSpec::Kind::strip)
            key = {text->text, text->at};
        else
            node.settings.emplace_back(setting.id, text->text);
    }
}

class ChainReader {
public:
    explicit ChainReader(Problems& problems) : problems_(problems)
    {
        for (const auto& type : dsp::processor_types()) types_.push_back(type.id);
        types_.push_back("fader");
    }

    Chain read(const Node& list)
    {
        if (list.kind != Node::Kind::list)
            problems_.error(list.at, "chain takes a list such as [eq: {}, fader, limiter: {}], not " +
                                         std::string(name_of(list.kind)));
        if (list.items.size() > static_cast<std::size_t>(max_chain))
            problems_.error(list.at, "a chain of " + std::to_string(list.items.size()) +
                                         " entries is too long; allowed: " + std::to_string(max_chain));
        else
            for (const Node& item : list.items) read_item(item);
        if (!fader_) chain_.fader_position = static_cast<int>(chain_.nodes.size());
        warn_of_limiters();
        warn_of_dithers();
        warn_of_levellers();
        return std::move(chain_);
    }

private:
    void read_item(const Node& item)
    {
        static const Node nothing;
        if (item.kind == Node::Kind::scalar) return read_processor(item.text, item.at, nothing);
        if (item.kind == Node::Kind::map && item.entries.size() == 1)
            return read_processor(item.entries[0].key, item.entries[0].at, item.entries[0].value);
        if (item.kind == Node::Kind::map && item.entries.size() > 1)
            problems_.error(item.entries[1].at,
                            "an entry of a chain is one processor; begin " + quoted(item.entries[1].key) +
                                " with a `-` of its own, or indent it to belong to " + quoted(item.entries[0].key));
        else
            problems_.error(item.at, "an entry of a chain is a processor such as `eq: {}`, or `fader`, not " +
                                         std::string(name_of(item.kind)));
    }

    void read_processor(const std::string& id, Position at, const Node& node)
    {
        if (id == "fader") return place_fader(at, node);
        const dsp::ProcessorType* type = dsp::find_processor_type(id);
        if (!type) return problems_.error(at, "there is no processor " + quoted(id) + problems_.suggestion(id, types_));

        dsp::ProcessorNode processor = dsp::make_node(*type);
        std::optional<Mention> key, file;
        Fields fields(node, id, problems_);
        Position named_at = at;
        if (const Node* name = fields.text("name")) {
            processor.name = name->text;
            named_at = name->at;
        }
        for (std::size_t i = 0; i < type->params.size(); ++i) fields.value(type->params[i], processor.values[i]);
        read_lists(fields, *type, problems_, processor.values);
        if (type->conflict)
            if (const std::string conflict = type->conflict(processor.values); !conflict.empty())
                problems_.error(at, conflict);
        fields.toggle(dsp::bypass_spec.id, processor.bypass);
        read_settings(fields, at, processor, key, file);
        fields.finish();

        if (processor.name != id && !check_name(processor.name, named_at, "a processor", problems_)) return;
        check_free(processor, at, named_at);
        check_group(processor, at);
        if (key) chain_.keys.emplace_back(chain_.nodes.size(), *key);
        if (file) chain_.files.emplace_back(chain_.nodes.size(), *file);
        chain_.nodes.push_back(std::move(processor));
        chain_.places.push_back(at);
    }

    void check_free(const dsp::ProcessorNode& processor, Position at, Position named_at)
    {
        if (is_reserved(processor.name))
            return problems_.error(named_at, quoted(processor.name) +
                                                 " belongs to the strip itself; give this processor another name");
        const auto twin = std::ranges::find(chain_.nodes, processor.name, &dsp::ProcessorNode::name);
        if (twin == chain_.nodes.end()) return;
        const int line = chain_.places[static_cast<std::size_t>(twin - chain_.nodes.begin())].line;
        if (named_at == at)
            problems_.error(at, "a second " + quoted(processor.name) + " in this chain, first in line " +
                                    std::to_string(line) + ", needs a `name` of its own");
        else
            problems_.error(named_at, "the name " + quoted(processor.name) + " is taken in this chain, in line " +
                                          std::to_string(line));
    }

    void check_group(const dsp::ProcessorNode& processor, Position at)
    {
        const std::string group = processor.joint_name();
        const auto other = std::ranges::find(chain_.nodes, group, &dsp::ProcessorNode::joint_name);
        if (group.empty() || other == chain_.nodes.end()) return;
        problems_.error(at,
                        "a second " + std::string(processor.type->id) + " of one group in this chain, first in line " +
                            std::to_string(chain_.places[static_cast<std::size_t>(other - chain_.nodes.begin())].line) +
                            "; allowed: one, or another `group`");
    }

    void place_fader(Position at, const Node& node)
    {
        if (node.kind != Node::Kind::null)
            problems_.error(node.at,
                            "`fader` in a chain is a place alone; the level is the strip's own `fader: -3 dB`");
        if (fader_)
            problems_.error(at, "a second `fader` in this chain, first in line " + std::to_string(fader_->line));
        fader_ = at;
        chain_.fader_position = static_cast<int>(chain_.nodes.size());
    }

    void warn_of_limiters()
    {
        for (std::size_t i = 0; i < static_cast<std::size_t>(chain_.fader_position); ++i)
            if (chain_.nodes[i].type->id == "limiter")
                problems_.warning(chain_.places[i],
                                  "the fader comes after this limiter and can raise the sound above its "
                                  "ceiling; put `fader` before it in the chain");
    }

    void warn_of_dithers()
    {
        for (std::size_t i = 0; i < chain_.nodes.size(); ++i) {
            if (chain_.nodes[i].type->id != "dither") continue;
            if (i + 1 < chain_.nodes.size())
                problems_.warning(chain_.places[i],
                                  quoted(chain_.nodes[i + 1].name) +
                                      " comes after this dither and leaves no whole steps; let it be the last");
            else if (i < static_cast<std::size_t>(chain_.fader_position))
                problems_.warning(chain_.places[i], "the fader comes after this dither, which holds at 0 dB alone; put "
                                                    "`fader` before it in the chain");
        }
    }

    static float value_of(const dsp::ProcessorNode& node, std::string_view id)
    {
        const auto& params = node.type->params;
        return node
            .values[static_cast<std::size_t>(std::ranges::find(params, id, &dsp::ParamSpec::id) - params.begin())];
    }

    /// A sine on both sides that peaks at the ceiling has about as many LUFS; a programme has fewer.
    void warn_of_levellers()
    {
        for (std::size_t i = 0; i < chain_.nodes.size(); ++i) {
            if (chain_.nodes[i].type->id != "leveller") continue;
            for (std::size_t j = i + 1; j < chain_.nodes.size(); ++j) {
                if (chain_.nodes[j].type->id != "limiter") continue;
                const float target = value_of(chain_.nodes[i], "target"),
                            ceiling = value_of(chain_.nodes[j], "ceiling");
                if (target > ceiling)
                    problems_.warning(chain_.places[i], "a target of " + format_number(target) +
                                                            " LUFS is beyond the reach of the limiter after it, whose "
                                                            "ceiling is " +
                                                            format_number(ceiling) + " dB");
            }
        }
    }

    Problems& problems_;
    Chain chain_;
    std::optional<Position> fader_;
    std::vector<std::string_view> types_;
};
} // namespace

Chain read_chain(const Node& node, Problems& problems) { return ChainReader(problems).read(node); }
} // namespace fohd::config

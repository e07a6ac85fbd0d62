#include "config/learned_text.h"
#include "config/own_file.h"

#include <algorithm>

namespace fohd::config {
namespace {

bool is_free(std::span<const float> item)
{
    return std::ranges::all_of(item, [](float number) { return number == 0; });
}

/// The items that there are.
std::vector<std::span<const float>> items_of(const Learned& learned)
{
    const std::size_t width = learned.type->learned.specs.size();
    std::vector<std::span<const float>> items;
    for (std::size_t at = 0; at + width <= learned.items.size(); at += width)
        if (const auto item = std::span(learned.items).subspan(at, width); !is_free(item)) items.push_back(item);
    return items;
}

const dsp::ProcessorType* read_type(Fields& fields)
{
    const Node* node = fields.text("processor");
    if (!node) {
        fields.problems().error({}, "it does not say which processor has learned this");
        return nullptr;
    }
    const dsp::ProcessorType* type = dsp::find_processor_type(node->text);
    if (type && type->learned.size() > 0) return type;
    fields.problems().error(node->at, "there is no processor " + quoted(node->text) + " that learns");
    return nullptr;
}

void read_items(Fields& fields, Learned& learned)
{
    const dsp::LearnedSpec& spec = learned.type->learned;
    const Node* list = fields.take(spec.key);
    if (!list) return;
    Problems& problems = fields.problems();
    if (list->kind != Node::Kind::list || list->items.size() > static_cast<std::size_t>(spec.max)) {
        problems.error(list->at, std::string(spec.key) + " takes a list of at most " + std::to_string(spec.max));
        return;
    }
    auto to = learned.items.begin();
    for (const Node& node : list->items) {
        Fields item(node, "one of the " + std::string(spec.key), problems);
        for (const dsp::ParamSpec& number : spec.specs) {
            const bool is_there = item.take(number.id) != nullptr;
            if (!is_there) problems.error(node.at, std::string(number.id) + " is missing");
            *to++ = is_there ? item.value(number).value_or(0) : 0;
        }
        item.finish();
    }
}
} // namespace

std::size_t Learned::count() const { return type ? items_of(*this).size() : 0; }

Learned packed(Learned learned)
{
    std::vector<float> front;
    for (const auto item : items_of(learned)) front.insert(front.end(), item.begin(), item.end());
    front.resize(learned.items.size());
    learned.items = std::move(front);
    return learned;
}

std::string learned_text(const Learned& learned)
{
    const dsp::LearnedSpec& spec = learned.type->learned;
    std::string text =
        "# What this processor has learned, and begins with at the next start.\nfohd-learned: 1\nprocessor: " +
        std::string(learned.type->id) + "\n" + std::string(spec.key) + ":\n";
    for (const auto item : items_of(learned)) {
        text += "  - {";
        for (std::size_t n = 0; n < item.size(); ++n)
            text += (n ? ", " : "") + std::string(spec.specs[n].id) + ": " + format_value(spec.specs[n], item[n]);
        text += "}\n";
    }
    return text + "end: true\n";
}

ReadLearned read_learned(std::string_view text)
{
    Problems problems;
    Learned learned;
    if (const auto root = read_yaml(text, problems)) {
        Fields fields(*root, "what was learned", problems);
        check_version(fields, "fohd-learned");
        if (!problems.has_errors()) learned.type = read_type(fields);
        if (learned.type) {
            learned.items.resize(learned.type->learned.size());
            read_items(fields, learned);
        }
        check_end(fields);
        fields.finish();
    }
    auto error = first_error(problems);
    if (!error.empty()) return {{}, std::move(error)};
    return {std::move(learned), {}};
}
} // namespace fohd::config

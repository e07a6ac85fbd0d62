#include "config/own_file.h"

namespace fohd::config {

void check_version(Fields& fields, std::string_view key)
{
    const Entry* version = fields.take_entry(key);
    if (!version || version->value.kind != Node::Kind::scalar || version->value.text != "1")
        fields.problems().error(version ? version->value.at : Position{},
                                "this file does not begin with " + quoted(std::string(key) + ": 1"));
}

void check_end(Fields& fields)
{
    if (!fields.take_entry("end"))
        fields.problems().error({}, "the last line, `end: true`, is missing: this file was cut off");
}

std::vector<std::string> read_texts(Fields& fields, std::string_view key)
{
    std::vector<std::string> texts;
    const Node* list = fields.take(key);
    if (!list) return texts;
    if (list->kind != Node::Kind::list) fields.problems().error(list->at, std::string(key) + " takes a list");
    for (const Node& item : list->items) {
        if (item.kind == Node::Kind::scalar)
            texts.push_back(item.text);
        else
            fields.problems().error(item.at, std::string(key) + " is a list of texts");
    }
    return texts;
}

std::string first_error(Problems& problems)
{
    if (!problems.has_errors()) return {};
    const Error first = problems.take().front();
    return "line " + std::to_string(first.line) + ", column " + std::to_string(first.column) + ": " + first.text;
}
} // namespace fohd::config

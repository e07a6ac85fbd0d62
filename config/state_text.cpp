#include "config/state_text.h"
#include "config/fields.h"
#include "config/own_file.h"
#include "config/yaml_text.h"

namespace fohd::config {

std::string state_text(const SavedState& state)
{
    std::string text =
        "# What was set and differs from the configuration. fohd reads this file when it starts and writes it\n"
        "# after every change; `file` is what the configuration said then.\n"
        "fohd-state: 1\n";
    if (!state.scene.empty()) text += "scene: " + yaml_scalar(state.scene) + "\n";
    if (!state.safe.empty()) text += "safe:\n";
    for (const std::string& pattern : state.safe) text += "  - " + yaml_scalar(pattern) + "\n";
    if (!state.values.empty()) text += "values:\n";
    for (const KeptValue& each : state.values)
        text += "  " + yaml_scalar(each.address) + ": {value: " + yaml_scalar(each.value) +
                ", file: " + yaml_scalar(each.file) + "}\n";
    return text + "end: true\n";
}

ReadState read_state(std::string_view text)
{
    Problems problems;
    SavedState state;
    if (const auto root = read_yaml(text, problems, own_file_limits)) {
        Fields fields(*root, "the state", problems);
        check_version(fields, "fohd-state");
        if (const Node* scene = fields.text("scene")) state.scene = scene->text;
        state.safe = read_texts(fields, "safe");
        if (const Node* values = fields.take("values")) {
            if (values->kind != Node::Kind::map) problems.error(values->at, "values: takes a map of addresses");
            for (const Entry& entry : values->entries) {
                Fields keys(entry.value, entry.key, problems);
                const Node *value = keys.text("value"), *file = keys.text("file");
                keys.finish();
                if (entry.key[0] != '/' || !value || !file)
                    problems.error(entry.at, quoted(entry.key) + " is no ADDRESS: {value: …, file: …}");
                else
                    state.values.push_back({entry.key, value->text, file->text});
            }
        }
        check_end(fields);
        fields.finish();
    }
    auto error = first_error(problems);
    if (!error.empty()) return {{}, std::move(error)};
    return {std::move(state), {}};
}
} // namespace fohd::config

#include "config/scene_text.h"
#include "config/own_file.h"
#include "config/utf8.h"
#include "config/yaml_text.h"

namespace fohd::config {
namespace {

std::string list_of(std::string_view key, const std::vector<std::string>& texts)
{
    if (texts.empty()) return {};
    std::string line;
    for (const std::string& text : texts) line += (line.empty() ? "[" : ", ") + yaml_scalar(text);
    return std::string(key) + ": " + line + "]\n";
}
} // namespace

std::string scene_text(const Scene& scene)
{
    std::string text = "# A scene of fohd, named after this file. Read when fohd starts.\nfohd-scene: 1\n";
    if (scene.program >= 0) text += "program: " + std::to_string(scene.program) + "\n";
    text += list_of("strips", scene.scope.strips) + list_of("families", scene.scope.families);
    if (!scene.values.empty()) text += "values:\n";
    for (const auto& [address, value] : scene.values)
        text += "  " + yaml_scalar(address) + ": " + yaml_scalar(value) + "\n";
    return text;
}

ReadScene read_scene(std::string_view text)
{
    Problems problems;
    Scene scene;
    if (const auto root = read_yaml(text, problems, own_file_limits)) {
        Fields fields(*root, "the scene", problems);
        check_version(fields, "fohd-scene");
        fields.integer("program", 0, 127, scene.program);
        scene.scope = {read_texts(fields, "strips"), read_texts(fields, "families")};
        if (const Node* values = fields.take("values")) {
            if (values->kind != Node::Kind::map) problems.error(values->at, "values: takes a map of addresses");
            for (const Entry& entry : values->entries) {
                if (entry.key[0] != '/' || entry.value.kind != Node::Kind::scalar)
                    problems.error(entry.at, quoted(entry.key) + " is no ADDRESS: VALUE");
                else
                    scene.values.emplace_back(entry.key, entry.value.text);
            }
        }
        fields.finish();
    }
    auto error = first_error(problems);
    if (!error.empty()) return {{}, std::move(error)};
    return {std::move(scene), {}};
}

std::string scene_name_problem(std::string_view name) { return file_name_problem(name, "a scene"); }

std::string file_name_problem(std::string_view name, std::string_view kind)
{
    constexpr std::size_t longest = 100;
    const bool fits = !name.empty() && name.size() <= longest && name.find('/') == name.npos && name[0] != '.' &&
                      name[0] != ' ' && name.back() != ' ' && name.find_first_of("\t\r\n") == name.npos &&
                      !find_bad_character(name);
    if (fits) return {};
    return quoted(name) + " cannot be the name of " + std::string(kind) + "; allowed: 1 to " + std::to_string(longest) +
           " bytes of text without `/`, no `.` at its front, no space at its ends";
}
} // namespace fohd::config

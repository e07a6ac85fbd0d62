#include "config/automation_file.h"
#include "config/fields.h"
#include "config/file_text.h"
#include "config/group_params.h"
#include "config/read_devices.h"
#include "config/read_files.h"
#include "config/read_groups.h"
#include "config/resolve.h"
#include "dsp/graph/strip_params.h"
#include <array>
#include <filesystem>

namespace fohd::config {
namespace {

void check_version(Fields& fields)
{
    const Entry* version = fields.take_entry("fohd");
    if (!version)
        fields.problems().error({}, "the version of the format is missing; begin the file with `fohd: 1`");
    else if (version->value.kind != Node::Kind::scalar || version->value.text != "1")
        fields.problems().error(version->value.at, "fohd: this program reads version 1 of the format; allowed: 1");
}

std::vector<StripDraft> read_strips(Fields& fields)
{
    constexpr std::array<std::pair<std::string_view, dsp::StripKind>, 3> groups{
        {{"inputs", dsp::StripKind::input}, {"buses", dsp::StripKind::bus}, {"outputs", dsp::StripKind::output}}};
    std::vector<StripDraft> drafts;
    std::vector<std::pair<const Entry*, dsp::StripKind>> strips;
    for (const auto& [key, kind] : groups) {
        const Node* group = fields.take(key);
        if (!group) continue;
        if (group->kind != Node::Kind::map)
            fields.problems().error(group->at, std::string(key) + " takes a map of strips `NAME: {…}`, not " +
                                                   std::string(name_of(group->kind)));
        for (const Entry& entry : group->entries) strips.emplace_back(&entry, kind);
    }
    if (strips.size() > static_cast<std::size_t>(max_strips)) {
        fields.problems().error(strips[max_strips].first->at,
                                std::to_string(strips.size()) +
                                    " strips are too many; allowed: " + std::to_string(max_strips));
        strips.resize(max_strips);
    }
    for (const auto& [entry, kind] : strips) drafts.push_back(read_strip(*entry, kind, fields.problems()));
    return drafts;
}

/// `tempo: 97.3 bpm`, or `tempo: {bpm: 97.3, follow: off}`.
void read_tempo(Fields& file, Config& config)
{
    const Node* tempo = file.take(dsp::tempo_spec.id);
    if (!tempo) return;
    if (tempo->kind == Node::Kind::scalar) {
        config.graph.tempo =
            read_value(*tempo, dsp::tempo_spec, dsp::tempo_spec.id, file.problems()).value_or(config.graph.tempo);
        return;
    }
    Fields fields(*tempo, "tempo", file.problems());
    dsp::ParamSpec bpm = dsp::tempo_spec;
    bpm.id = "bpm";
    fields.value(bpm, config.graph.tempo);
    fields.toggle(follow_spec.id, config.follows_transport);
    fields.finish();
}

Config read_config(const Node& root, const Files& files, Problems& problems)
{
    Config config;
    Fields fields(root, "the file", problems);
    check_version(fields);
    static const Node nothing;
    const Node* audio = fields.take("audio");
    config.audio = read_audio(audio ? *audio : nothing, problems);
    const Node* control = fields.take("control");
    config.control = read_control(control ? *control : nothing, problems);
    const Node* scenes = fields.take("scenes");
    config.recall = read_recall(scenes ? *scenes : nothing, problems);
    if (const Node* automation = fields.take("automation")) {
        Fields played(*automation, "automation", problems);
        if (const Node* file = played.text("file")) config.automation.file = file->text;
        std::string follow = "off";
        played.word("follow", {"transport", "off"}, follow);
        config.automation.follows = follow == "transport";
        played.finish();
    }
    fields.toggle("watch", config.watch);
    auto drafts = read_strips(fields);
    resolve(drafts, config, problems);
    read_tempo(fields, config);
    read_files(drafts, config.graph, files, problems);
    read_groups(fields, drafts, config, problems);
    fields.finish();
    return config;
}
} // namespace

Loaded load_text(std::string_view text, const Files& files)
{
    Problems problems;
    Loaded loaded;
    if (const auto root = read_yaml(text, problems)) loaded.config = read_config(*root, files, problems);
    if (problems.has_errors()) loaded.config.reset();
    loaded.problems = problems.take();
    return loaded;
}

Loaded load_file(const std::string& path, Files files)
{
    const auto [text, error, missing] = read_text(path, max_file_bytes);
    if (!text) return {{}, {{1, 1, "cannot read this file: " + error, false, {}}}};
    files.folder = std::filesystem::path(path).parent_path().string();
    Loaded loaded = load_text(*text, files);
    if (loaded.config && loaded.config->audio.source.find('.') != std::string::npos)
        loaded.config->audio.source =
            (std::filesystem::path(path).parent_path() / loaded.config->audio.source).string();
    if (loaded.config && !loaded.config->automation.file.empty())
        loaded.config->automation.file =
            (std::filesystem::path(path).parent_path() / loaded.config->automation.file).string();
    return loaded;
}

std::string Played::name() const { return std::filesystem::path(file).stem().string(); }

void read_automation_of(Loaded& loaded, const dsp::Layout& surface)
{
    if (!loaded.config || loaded.config->automation.file.empty()) return;
    Played& played = loaded.config->automation;
    auto read = load_automation(played.file, surface);
    played.content = std::move(read.automation);
    if (read.problems.empty()) return;
    for (Error& problem : read.problems) {
        problem.file = played.file;
        loaded.problems.push_back(std::move(problem));
    }
    loaded.config.reset();
}

ReadAutomation load_automation(const std::string& path, const dsp::Layout& layout)
{
    const auto [text, error, missing] = read_text(path, max_automation_bytes);
    if (!text) return {{}, {{1, 1, "cannot read this file: " + error, false, {}}}};
    return read_automation(*text, layout);
}
} // namespace fohd::config

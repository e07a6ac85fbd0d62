#include "config/check.h"
#include "config/describe.h"
#include "daemon/commands.h"
#include "daemon/load_config.h"
#include "daemon/options.h"
#include "daemon/render.h"

#include <cstdio>

namespace fohd::daemon {
namespace {

/// `NAME=FILE`
Options::Take pair_into(std::vector<std::pair<std::string, std::string>>& list, const char* option)
{
    return [&list, option](const std::string& value) -> std::optional<std::string> {
        const auto equals = value.find('=');
        if (equals == 0 || equals == std::string::npos || equals + 1 == value.size())
            return std::string(option) + " takes NAME=FILE, not `" + value + "`";
        list.emplace_back(value.substr(0, equals), value.substr(equals + 1));
        return {};
    };
}

Options::Take text_into(std::string& text)
{
    return [&text](const std::string& value) -> std::optional<std::string> {
        text = value;
        return {};
    };
}
} // namespace

int render_command(const Arguments& arguments)
{
    RenderOptions render_options;
    Options options("render");
    options.on("--config", text_into(render_options.config));
    options.on("--in", pair_into(render_options.inputs, "--in"));
    options.on("--out", pair_into(render_options.outputs, "--out"));
    options.on("--osc", text_into(render_options.osc));
    options.on("--automation", text_into(render_options.automation));
    options.on("--stats", text_into(render_options.stats));
    options.on("--report", [&](const std::string& value) -> std::optional<std::string> {
        if (!value.ends_with(".json") && !value.ends_with(".html"))
            return "--report takes a file that ends in .json or .html";
        render_options.report = value;
        return {};
    });
    options.on("--block", [&](const std::string& value) -> std::optional<std::string> {
        const auto block = number<int>(value);
        if (!block || *block < 1 || *block > 8192) return "--block takes 1..8192 frames, not `" + value + "`";
        render_options.block = *block;
        return {};
    });
    options.on("--tail", [&](const std::string& value) -> std::optional<std::string> {
        const auto seconds = number<double>(value);
        if (!seconds || !(*seconds >= 0 && *seconds <= 3600))
            return "--tail takes 0..3600 seconds, not `" + value + "`";
        render_options.tail_seconds = *seconds;
        return {};
    });
    options.on("--bits", [&](const std::string& value) -> std::optional<std::string> {
        if (value != "16" && value != "24") return "--bits takes 16 or 24, not `" + value + "`";
        render_options.samples = value == "16" ? SampleFormat::pcm_16 : SampleFormat::pcm_24;
        return {};
    });
    if (const int code = options.read(arguments)) return code;
    if (render_options.config.empty()) return options.refuse("--config FILE is missing");
    if (render_options.inputs.empty())
        return options.refuse("--in NAME=FILE is missing; the rate and the length are the files'");
    return render(render_options);
}

int check_command(const Arguments& arguments)
{
    std::string file;
    Options options("check");
    options.on_word([&](const std::string& word) -> std::optional<std::string> {
        if (!file.empty()) return "one file at a time, not also `" + word + "`";
        file = word;
        return {};
    });
    if (const int code = options.read(arguments)) return code;
    if (file.empty()) return options.refuse("FILE is missing");
    const config::CheckReport report = config::check(load_config(file), file);
    for (const std::string& problem : report.problems) std::fprintf(stderr, "%s\n", problem.c_str());
    for (const std::string& note : report.notes) std::printf("%s\n", note.c_str());
    if (std::fflush(stdout) != 0) return 3;
    return report.good ? 0 : 1;
}

int describe_command(const Arguments& arguments)
{
    config::Format format = config::Format::text;
    Options options("describe");
    options.on("--format", [&](const std::string& value) -> std::optional<std::string> {
        const auto named = config::format_of(value);
        if (!named) return "--format takes text, json, schema or markdown, not `" + value + "`";
        format = *named;
        return {};
    });
    if (const int code = options.read(arguments)) return code;
    std::fputs(config::describe(format).c_str(), stdout);
    return std::fflush(stdout) == 0 ? 0 : 3;
}

} // namespace fohd::daemon

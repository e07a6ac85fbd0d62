#include "config/defaults.h"
#include "daemon/backends/backend.h"
#include "daemon/commands.h"
#include "daemon/load_config.h"
#include "daemon/options.h"
#include "daemon/run.h"
#include "daemon/service.h"

#include <cstdio>
#include <filesystem>
#include <spdlog/spdlog.h>

namespace fohd::daemon {
namespace {

constexpr const char* standard_file = "/etc/fohd/fohd.yaml";
}

int run_command(const Arguments& arguments)
{
    std::string file, backend, level = "info";
    Options options("run");
    options.on("--config", [&](const std::string& value) -> std::optional<std::string> {
        file = value;
        return {};
    });
    options.on("--backend", [&](const std::string& value) -> std::optional<std::string> {
        if (!backend_kind(value)) return "--backend takes jack, dummy or auto, not `" + value + "`";
        backend = value;
        return {};
    });
    options.on("--log", [&](const std::string& value) -> std::optional<std::string> {
        level = value;
        return {};
    });
    if (const int code = options.read(arguments)) return code;
    if (!set_up_log(level))
        return options.refuse("--log takes trace, debug, info, warning, error, critical or off, not `" + level + "`");

    if (file.empty() && std::filesystem::exists(standard_file)) file = standard_file;
    ConfigSource source{file, {}, {}};
    source.load = [file, backend] {
        config::Loaded loaded = file.empty() ? config::load_text(config::built_in_example()) : load_config(file);
        if (loaded.config && !backend.empty()) loaded.config->audio.backend = backend;
        return loaded;
    };
    config::Loaded loaded = source.load();
    for (const config::Error& problem : loaded.problems)
        std::fprintf(stderr, "%s\n", config::to_line(problem, file.empty() ? "built-in example" : file).c_str());
    if (!loaded.config && !file.empty()) {
        loaded.config = last_that_ran(file);
        if (!loaded.config) return 1;
        if (!backend.empty()) loaded.config->audio.backend = backend;
        source.trouble =
            file + " is broken: what runs is the file as it ran well last; mend it, `fohd check` it, and reload";
        spdlog::critical("{}", source.trouble);
    }
    if (file.empty()) spdlog::info("no {}: the built-in example runs", standard_file);
    return run(*loaded.config, std::move(source));
}

} // namespace fohd::daemon

#include "daemon/help.h"

namespace fohd::daemon {
namespace {

constexpr struct {
    const char *command, *text;
} commands[] = {
    {"run", R"(  fohd run [--config FILE] [--backend jack|dummy|auto] [--log LEVEL]
      Run until stopped. Without --config: /etc/fohd/fohd.yaml, else a built-in example.
)"},
    {"check", R"(  fohd check FILE
      Validate a configuration: every error at once, exit code 1 if there is any.
)"},
    {"render",
     R"(  fohd render --config FILE --in NAME=IN.wav ... --out NAME=OUT.wav ... [--block N] [--bits 16|24] [--tail SECONDS]
              [--osc FILE] [--automation FILE] [--stats FILE.json]
              [--report FILE.json|.html]
      The same engine offline, faster than real time.
)"},
    {"describe", R"(  fohd describe [--format text|json|schema|markdown]
      Every processor and parameter.
)"},
};

constexpr const char* codes =
    "\nExit codes: 0 done, 1 the input is wrong, 2 usage, 3 the audio or network system refused.\n";
} // namespace

std::string help()
{
    std::string text = "fohd, the front-of-house daemon: a headless real-time audio processor.\n\n";
    for (const auto& each : commands) text += each.text;
    return text + "  fohd --help, fohd COMMAND --help, fohd --version\n" + codes;
}

std::string help(const std::string& command)
{
    for (const auto& each : commands)
        if (command == each.command) return each.text + std::string(codes);
    return {};
}

} // namespace fohd::daemon

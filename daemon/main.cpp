// fohd: the commands.
#include "daemon/commands.h"

#include <cstdio>
#include <cstring>
#include <string>

namespace {

constexpr const char* help = R"(fohd, the front-of-house daemon: a headless real-time audio processor.

  fohd run [--config FILE] [--backend jack|dummy|auto] [--log LEVEL]
      Run until stopped. Without --config: /etc/fohd/fohd.yaml, else a built-in example.
  fohd check FILE
      Validate a configuration: every error at once, exit code 1 if there is any.
  fohd render --config FILE --in NAME=IN.wav ... --out NAME=OUT.wav ... [--block N] [--bits 16|24] [--tail SECONDS]
              [--osc FILE] [--automation FILE] [--stats FILE.json]
              [--report FILE.json|.html]
      The same engine offline, faster than real time.
  fohd describe [--format text|json|schema|markdown]
      Every processor and parameter.
  fohd --help, fohd --version

Exit codes: 0 done, 1 the input is wrong, 2 usage, 3 the audio or network system refused.
)";
} // namespace

int main(int argc, char** argv)
{
    using namespace fohd::daemon;
    const std::string command = argc > 1 ? argv[1] : "";
    if (command == "--help" || command == "-h" || command == "help") return std::fputs(help, stdout) < 0;
    if (command == "--version") return std::puts("fohd " FOHD_VERSION) < 0;
    const Arguments arguments(argv + 2, argv + (argc > 1 ? argc : 2));
    if (command == "run") return run_command(arguments);
    if (command == "check") return check_command(arguments);
    if (command == "render") return render_command(arguments);
    if (command == "describe") return describe_command(arguments);
    std::fprintf(stderr, "fohd: %s; commands are run, check, render and describe, see fohd --help\n",
                 command.empty() ? "a command is missing" : ("there is no command `" + command + "`").c_str());
    return 2;
}

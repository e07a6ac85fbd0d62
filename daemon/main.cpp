// fohd: the commands.
#include "daemon/commands.h"
#include "daemon/help.h"

#include <algorithm>
#include <cstdio>
#include <string>

int main(int argc, char** argv)
{
    using namespace fohd::daemon;
    const std::string command = argc > 1 ? argv[1] : "";
    if (command == "--help" || command == "-h" || command == "help") return std::fputs(help().c_str(), stdout) < 0;
    if (command == "--version") return std::puts("fohd " FOHD_VERSION) < 0;
    const Arguments arguments(argv + 2, argv + (argc > 1 ? argc : 2));
    const bool asks = std::ranges::any_of(arguments, [](const auto& a) { return a == "--help" || a == "-h"; });
    if (const std::string text = help(command); asks && !text.empty()) return std::fputs(text.c_str(), stdout) < 0;
    if (command == "run") return run_command(arguments);
    if (command == "check") return check_command(arguments);
    if (command == "render") return render_command(arguments);
    if (command == "describe") return describe_command(arguments);
    std::fprintf(stderr, "fohd: %s; commands are run, check, render and describe, see fohd --help\n",
                 command.empty() ? "a command is missing" : ("there is no command `" + command + "`").c_str());
    return 2;
}

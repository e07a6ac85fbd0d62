#include "control/fohctl_commands.h"

int main(int count, char** words)
{
    using namespace fohd::control;
    CtlOptions options;
    const std::vector<std::string> arguments(words + 1, words + count);
    if (const auto problem = read_ctl_options(arguments, options); !problem.empty()) {
        std::fprintf(stderr, "fohctl: %s; see fohctl --help\n", problem.c_str());
        return exit_usage;
    }
    if (options.help) {
        std::fputs(ctl_usage, stdout);
        return exit_done;
    }
    if (options.version) {
        std::puts("fohctl " FOHD_VERSION);
        return exit_done;
    }
    return run_ctl(options, stdout, stderr);
}

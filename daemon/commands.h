#pragma once
#include <string>
#include <vector>

namespace fohd::daemon {

using Arguments = std::vector<std::string>; ///< What follows the command.

// Each answers the exit code: 0 done, 1 the input is wrong, 2 usage, 3 the audio or network system refused. What is wrong has
// been said on stderr.
int run_command(const Arguments& arguments);
int check_command(const Arguments& arguments);
int render_command(const Arguments& arguments);
int describe_command(const Arguments& arguments);

} // namespace fohd::daemon

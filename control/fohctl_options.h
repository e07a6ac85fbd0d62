#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace fohd::control {

/// What fohctl was told on its command line.
struct CtlOptions {
    std::string host = "127.0.0.1";
    std::uint16_t port = 9000;
    bool tcp = false;
    bool help = false, version = false;
    std::string command;
    std::vector<std::string> arguments;
};

extern const char* const ctl_usage;

/// Reads the arguments after the program's name. Empty, or one sentence that says what is wrong.
std::string read_ctl_options(std::span<const std::string> words, CtlOptions& options);

} // namespace fohd::control

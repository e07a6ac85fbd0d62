#include "daemon/options.h"

#include <cstdio>

namespace fohd::daemon {

int Options::refuse(const std::string& text) const
{
    std::fprintf(stderr, "fohd %s: %s; see fohd %s --help\n", command_.c_str(), text.c_str(), command_.c_str());
    return 2;
}

int Options::read(const Arguments& arguments) const
{
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string& argument = arguments[i];
        std::optional<std::string> error;
        if (argument.starts_with("--")) {
            const auto equals = argument.find('=');
            const auto take = takes_.find(argument.substr(0, equals));
            if (take == takes_.end()) {
                std::string known;
                for (const auto& [name, each] : takes_) known += " " + name;
                return refuse("there is no option " + argument + "; options are" + known);
            }
            if (equals == std::string::npos && i + 1 == arguments.size()) return refuse(argument + " needs a value");
            error = take->second(equals == std::string::npos ? arguments[++i] : argument.substr(equals + 1));
        } else if (word_) {
            error = word_(argument);
        } else {
            error = "`" + argument + "` is no option";
        }
        if (error) return refuse(*error);
    }
    return 0;
}

} // namespace fohd::daemon

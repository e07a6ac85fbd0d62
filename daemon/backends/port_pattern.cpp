#include "daemon/backends/port_pattern.h"

namespace fohd::daemon {

void PortPattern::Free::operator()(regex_t* expression) const
{
    regfree(expression);
    delete expression;
}

PortPattern::PortPattern(std::string text) : text_(std::move(text))
{
    // A name with brackets, "Scarlett (left", need not be an expression: then it is a name alone.
    auto expression = std::make_unique<regex_t>();
    if (regcomp(expression.get(), ("^(" + text_ + ")$").c_str(), REG_EXTENDED | REG_NOSUB) == 0)
        expression_.reset(expression.release());
}

bool PortPattern::matches(const std::string& port) const
{
    return expression_ && regexec(expression_.get(), port.c_str(), 0, nullptr, 0) == 0;
}

} // namespace fohd::daemon

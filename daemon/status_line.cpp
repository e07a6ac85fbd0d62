#include "daemon/status_line.h"

#include <cstdio>
#include <unistd.h>

namespace fohd::daemon {
namespace {

std::string level(float value)
{
    char text[16];
    std::snprintf(text, sizeof text, "%6.1f", static_cast<double>(value));
    return value <= loudness::lowest ? "   -  " : text;
}
} // namespace

StatusLine::StatusLine(Engine& engine)
    : engine_(engine), terminal_(isatty(STDOUT_FILENO) == 1 && !engine.taps().empty())
{}

void StatusLine::show()
{
    if (!terminal_) return;
    std::string text = "\r";
    for (const auto& [strip, tap] : engine_.taps()) {
        const loudness::Reading now = tap->reading();
        text += engine_.description().strips[static_cast<std::size_t>(strip)].name + ": M " + level(now.momentary) +
                "  S " + level(now.shortterm) + "  I " + level(now.integrated) + " LUFS  LRA " + level(now.range) +
                " LU  peak " + level(now.truepeak) + " dBTP   ";
    }
    std::fputs((text + "\033[K").c_str(), stdout);
    std::fflush(stdout);
}

void StatusLine::clear()
{
    if (terminal_) std::fputs("\n", stdout);
}

} // namespace fohd::daemon

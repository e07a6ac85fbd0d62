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

StatusLine::StatusLine(Noticeboard& board) : board_(board), terminal_(isatty(STDOUT_FILENO) == 1) {}

void StatusLine::show()
{
    if (!terminal_) return;
    std::string text = "\r";
    for (const auto& [name, tap] : board_.meters()) {
        const loudness::Reading now = tap->reading();
        text += name + ": M " + level(now.momentary) + "  S " + level(now.shortterm) + "  I " + level(now.integrated) +
                " LUFS  LRA " + level(now.range) + " LU  peak " + level(now.truepeak) + " dBTP   ";
    }
    std::fputs((text + "\033[K").c_str(), stdout);
    std::fflush(stdout);
}

void StatusLine::clear()
{
    if (terminal_) std::fputs("\n", stdout);
}

} // namespace fohd::daemon

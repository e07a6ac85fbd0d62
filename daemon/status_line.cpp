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

StatusLine::StatusLine(Engine& engine, const control::Desk& desk)
    : engine_(engine), desk_(desk), terminal_(isatty(STDOUT_FILENO) == 1 && !engine.taps().empty())
{}

void StatusLine::show()
{
    if (!terminal_) return;
    std::string text = "\r";
    for (std::size_t s = 0; s < desk_.surface().strips.size(); ++s) {
        const dsp::Strip& strip = desk_.surface().strips[s];
        if (!strip.loudness) continue;
        const loudness::Reading now = engine_.taps().at(desk_.heard(static_cast<int>(s)))->reading();
        text += strip.name + ": M " + level(now.momentary) + "  S " + level(now.shortterm) + "  I " +
                level(now.integrated) + " LUFS  LRA " + level(now.range) + " LU  peak " + level(now.truepeak) +
                " dBTP   ";
    }
    std::fputs((text + "\033[K").c_str(), stdout);
    std::fflush(stdout);
}

void StatusLine::clear()
{
    if (terminal_) std::fputs("\n", stdout);
}

} // namespace fohd::daemon

#include "daemon/progress.h"

#include <cstdio>
#include <string>
#include <unistd.h>

namespace fohd::daemon {

Progress::Progress(std::int64_t total) : total_(total), terminal_(isatty(STDERR_FILENO) == 1) {}

Progress::~Progress()
{
    if (terminal_ && percent_ >= 0) std::fputs("\r\033[K", stderr);
}

void Progress::at(std::int64_t done)
{
    const int percent = total_ > 0 ? static_cast<int>(100 * done / total_) : 100;
    if (!terminal_ || percent == percent_) return;
    percent_ = percent;
    const auto filled = static_cast<std::size_t>(percent / 2);
    std::fprintf(stderr, "\r[%s%s] %3d %%", std::string(filled, '#').c_str(), std::string(50 - filled, ' ').c_str(),
                 percent);
    std::fflush(stderr);
}

} // namespace fohd::daemon

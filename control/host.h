#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace fohd::control {

/// How the daemon is, for `/status`.
struct Status {
    std::int32_t uptime_seconds = 0;
    std::string backend;    ///< jack, alsa, dummy
    std::int32_t rate = 0;  ///< Hz
    std::int32_t block = 0; ///< frames
    float load_percent = 0; ///< Of a block's time, spent in the callback.
    std::int32_t xruns = 0;
    std::vector<std::pair<std::string, std::string>> more; ///< Further keys of `/status/text`.
};

/// Whom control asks about the rest of the daemon, which implements it. Control thread; must not wait.
class Host {
public:
    virtual ~Host() = default;
    virtual Status status() = 0;
    /// What somebody who asks `/info` should know: warnings, what each path adds in latency. One sentence each.
    virtual std::vector<std::string> notes() = 0;
};

} // namespace fohd::control

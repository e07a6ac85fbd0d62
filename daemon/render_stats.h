#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace fohd::daemon {

/// What `render --stats` tells: thread CPU time inside the engine's process call alone.
class RenderStats {
public:
    RenderStats(int rate, int block);
    /// Before and after each call of the engine; the last block may be shorter.
    void begin();
    void end(int frames);
    /// JSON: frames, rate, block, engine_seconds, ns_per_frame, callback_us {median, p99, p999, max}, latency_frames by output.
    std::string json(const std::map<std::string, int>& latency_frames) const;

private:
    int rate_, block_;
    std::uint64_t frames_ = 0;
    std::int64_t began_ = 0;
    std::vector<std::int64_t> calls_; ///< ns
};

} // namespace fohd::daemon

#include "daemon/render_stats.h"

#include "config/json.h"

#include <algorithm>
#include <ctime>
#include <numeric>

namespace fohd::daemon {
namespace {

/// CPU time of this thread, so that what else runs on the computer does not count. ns.
std::int64_t thread_time()
{
    timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return static_cast<std::int64_t>(t.tv_sec) * 1'000'000'000 + t.tv_nsec;
}
} // namespace

RenderStats::RenderStats(int rate, int block) : rate_(rate), block_(block) {}

void RenderStats::begin() { began_ = thread_time(); }

void RenderStats::end(int frames)
{
    calls_.push_back(thread_time() - began_);
    frames_ += static_cast<std::uint64_t>(frames);
}

std::string RenderStats::json(const std::map<std::string, int>& latency_frames) const
{
    std::vector<std::int64_t> sorted = calls_;
    std::ranges::sort(sorted);
    const auto quantile_us = [&](double q) {
        if (sorted.empty()) return 0.0;
        const auto at = static_cast<std::size_t>(q * static_cast<double>(sorted.size()));
        return static_cast<double>(sorted[std::min(at, sorted.size() - 1)]) / 1000;
    };
    const double ns = static_cast<double>(std::accumulate(calls_.begin(), calls_.end(), std::int64_t{0}));
    using config::Json;
    Json latency = Json::object();
    for (const auto& [output, late] : latency_frames) latency.set(output, late);
    Json stats = Json::object({{"frames", static_cast<double>(frames_)},
                               {"rate", rate_},
                               {"block", block_},
                               {"engine_seconds", ns / 1e9},
                               {"ns_per_frame", frames_ ? ns / static_cast<double>(frames_) : 0}});
    stats.set("callback_us", Json::object({{"median", quantile_us(0.5)},
                                           {"p99", quantile_us(0.99)},
                                           {"p999", quantile_us(0.999)},
                                           {"max", quantile_us(1)}}));
    stats.set("latency_frames", latency);
    return stats.text();
}

} // namespace fohd::daemon

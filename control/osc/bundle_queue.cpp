#include "control/osc/bundle_queue.h"

#include <boost/asio/io_context.hpp>

namespace fohd::control {
namespace {

/// Seconds from NTP's epoch, 1900, to that of system_clock, 1970 (RFC 5905, section 6).
constexpr std::uint64_t epoch_seconds = 2208988800;

/// How far ahead of now, in seconds; 0 for all that is late. Compared as they are: a client that counts from a start of
/// its own is late rather than decades ahead, and NTP's wrap in February 2036 costs one bundle its wait.
double seconds_ahead(TimeTag tag)
{
    const auto now = to_time_tag(std::chrono::system_clock::now());
    return tag.ntp <= now.ntp ? 0 : static_cast<double>(tag.ntp - now.ntp) / 4294967296.0;
}

} // namespace

TimeTag to_time_tag(std::chrono::system_clock::time_point time)
{
    const auto since = std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count();
    const auto whole = static_cast<std::uint64_t>(since / 1000000000),
               rest = static_cast<std::uint64_t>(since % 1000000000);
    return {(whole + epoch_seconds) << 32 | (rest << 32) / 1000000000};
}

BundleQueue::BundleQueue(boost::asio::io_context& context, std::function<void(const Peer&, const Bundle&)> act)
    : timer_(context), act_(std::move(act))
{}

BundleQueue::Due BundleQueue::add(const Peer& from, const Bundle& bundle)
{
    if (bundle.time.ntp <= 1) return Due::now;
    const std::chrono::duration<double> ahead(seconds_ahead(bundle.time));
    if (ahead.count() <= 0) return Due::now;
    if (ahead > horizon) return Due::too_far;
    if (waiting_.size() >= max_bundles) return Due::full;
    // Waiting by the steady clock: a clock that is set during the wait does not make the bundle late or early.
    waiting_.emplace(Clock::now() + std::chrono::duration_cast<Clock::duration>(ahead), Waiting{from, bundle});
    arm();
    return Due::later;
}

void BundleQueue::arm()
{
    if (waiting_.empty()) return;
    timer_.expires_at(waiting_.begin()->first);
    timer_.async_wait([this](boost::system::error_code failure) {
        if (failure) return;
        const auto now = Clock::now();
        while (!waiting_.empty() && waiting_.begin()->first <= now) {
            const auto due = waiting_.extract(waiting_.begin());
            act_(due.mapped().from, due.mapped().bundle);
        }
        arm();
    });
}

} // namespace fohd::control

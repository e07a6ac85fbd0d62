#include "dsp/kernels/convolver.h"
#include <bit>
#include <limits>

namespace fohd::dsp {
namespace {

constexpr int grid = 64; ///< Frames: the smallest partition. No work and no memory depends on anything finer.
/// Each begins where two of its own partitions would have come in, and the last one has no end.
constexpr std::array sizes{grid, 256, 2048};
static_assert(head_taps == 2 * sizes[0] && grid == max_block);

std::size_t longest_of(const std::vector<std::vector<float>>& responses)
{
    std::size_t longest = 0;
    for (const auto& response : responses) longest = std::max(longest, response.size());
    return longest;
}

/// FNV-1a, of floats.
std::uint64_t fingerprint(const std::vector<std::vector<float>>& responses, const std::vector<Convolver::Route>& routes)
{
    std::uint64_t hash = 14695981039346656037u;
    const auto add = [&](std::uint32_t word) { hash = (hash ^ word) * 1099511628211u; };
    for (const auto& response : responses) {
        add(static_cast<std::uint32_t>(response.size()));
        for (const float tap : response) add(std::bit_cast<std::uint32_t>(tap));
    }
    for (const auto& route : routes)
        add(static_cast<std::uint32_t>((route.from * 16 + route.to) * 16 + route.response));
    return hash;
}
} // namespace

Convolver::Convolver(int channels, const std::vector<std::vector<float>>& responses, std::vector<Route> routes)
    : kernels_(usable_kernels().back()), channels_(channels), routes_(std::move(routes)),
      fingerprint_(fingerprint(responses, routes_)), heads_(responses.size() * head_taps)
{
    const std::size_t length = longest_of(responses);
    std::ranges::stable_sort(routes_, {}, &Route::to);
    for (std::size_t r = 0; r < responses.size(); ++r)
        std::copy_n(responses[r].begin(), std::min<std::size_t>(responses[r].size(), head_taps),
                    heads_.begin() + static_cast<std::ptrdiff_t>(r * head_taps));
    std::vector<ConvolutionLevel::Route> ways;
    for (const Route& route : routes_) ways.push_back({route.from, route.to, route.response});
    for (std::size_t l = 0; l < sizes.size(); ++l) {
        const auto begin = 2 * static_cast<std::size_t>(sizes[l]);
        const std::size_t end =
            l + 1 < sizes.size() ? std::min(length, 2 * static_cast<std::size_t>(sizes[l + 1])) : length;
        if (begin >= end) break;
        std::vector<std::vector<float>> padded;
        std::vector<std::span<const float>> taps;
        for (const auto& response : responses) {
            auto& part = padded.emplace_back(end - begin, 0.0f);
            if (response.size() > begin)
                std::copy(response.begin() + static_cast<std::ptrdiff_t>(begin),
                          response.begin() + static_cast<std::ptrdiff_t>(std::min(end, response.size())), part.begin());
        }
        for (const auto& part : padded) taps.emplace_back(part);
        levels_.push_back(std::make_unique<ConvolutionLevel>(sizes[l], channels, taps, ways));
    }
    // A level reads the last two partitions until the next one is complete.
    sound_.prepare(channels, 4 * (levels_.empty() ? grid : levels_.back()->size()));
    clear();
}

void Convolver::process(const float* const* in, float* const* out, int frames)
{
    for (int done = 0; done < frames;) {
        const int count = std::min(frames - done, grid - static_cast<int>(sound_.clock() % grid));
        run_grid(in, out, done, count);
        done += count;
    }
}

void Convolver::run_grid(const float* const* in, float* const* out, int offset, int frames)
{
    for (int c = 0; c < channels_; ++c) sound_.write(c, in[c] + offset, frames);
    int silent = frames; // at the end
    for (int c = 0; c < channels_; ++c)
        for (int i = 0; i < silent; ++i)
            if (in[c][offset + frames - 1 - i] != 0) silent = i;
    quiet_ = silent == frames ? quiet_ + static_cast<std::uint64_t>(frames) : static_cast<std::uint64_t>(silent);
    const bool head = quiet_ < static_cast<std::uint64_t>(head_taps + frames);

    auto route = routes_.begin();
    for (int c = 0; c < channels_; ++c) {
        PlanarBuffer heard;
        for (; route != routes_.end() && route->to == c; ++route)
            if (head)
                kernels_->convolve_head({sound_.past(route->from, head_taps - 1) + head_taps - 1,
                                         heads_.data() + route->response * head_taps, heard.of.data(), frames});
        for (const auto& level : levels_) level->hear(c, sound_, heard.of.data(), frames);
        std::copy_n(heard.of.data(), frames, out[c] + offset);
    }
    sound_.advance(frames);
    for (const auto& level : levels_) level->work(sound_, quiet_);
}

void Convolver::clear()
{
    sound_.clear();
    for (const auto& level : levels_) level->clear();
    quiet_ = std::numeric_limits<std::uint32_t>::max();
}

bool Convolver::take_ahead(const Convolver& from, int& floats)
{
    if (!is_like(from)) return true;
    for (std::size_t l = levels_.size(); l-- > 0;)
        if (!levels_[l]->take_ahead(*from.levels_[l], floats)) return false;
    return sound_.take_ahead(from.sound_, floats);
}

bool Convolver::take(const Convolver& from)
{
    if (!is_like(from)) return false;
    for (std::size_t l = 0; l < levels_.size(); ++l) levels_[l]->take(*from.levels_[l]);
    sound_.take(from.sound_);
    quiet_ = from.quiet_;
    return true;
}
} // namespace fohd::dsp

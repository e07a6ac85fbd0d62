#include "dsp/kernels/convolution_level.h"
#include <utility>

namespace fohd::dsp {

ConvolutionLevel::ConvolutionLevel(int size, int channels, const std::vector<std::span<const float>>& taps,
                                   std::vector<Route> routes)
    : kernels_(usable_kernels().back()), size_(size), channels_(channels),
      partitions_((static_cast<int>(taps.front().size()) + size - 1) / size), chunks_(size / spectrum_chunk),
      fft_(2 * size), routes_(std::move(routes))
{
    const auto points = 2 * static_cast<std::size_t>(size);
    spectrum_.assign(points, 0.0f);
    work_.assign(points, 0.0f);
    responses_.assign(row_at(static_cast<int>(taps.size()), 0), 0.0f);
    past_.assign(row_at(channels, 0), 0.0f);
    samples_.assign(samples_at(2, 0) + max_lanes, 0.0f); // kernels read on to the end of a register

    AlignedFloats padded(points);
    const float scale = 0.5f / static_cast<float>(size); // of the transform back, which leaves it out
    for (std::size_t r = 0; r < taps.size(); ++r)
        for (int p = 0; p < partitions_; ++p) {
            const auto first = static_cast<std::size_t>(p) * static_cast<std::size_t>(size);
            const auto part = taps[r].subspan(first, std::min(taps[r].size() - first, points / 2));
            std::ranges::fill(padded, 0.0f);
            std::ranges::transform(part, padded.begin(), [&](float tap) { return tap * scale; });
            fft_.forward(padded.data(), spectrum_.data(), spectrum_.data() + size, work_.data());
            for (int c = 0; c < chunks_; ++c) {
                float* const to = row(responses_, static_cast<int>(r), c) + p * spectrum_row;
                std::copy_n(spectrum_.data() + c * spectrum_chunk, spectrum_chunk, to);
                std::copy_n(spectrum_.data() + size + c * spectrum_chunk, spectrum_chunk, to + spectrum_chunk);
            }
        }
    constexpr int transform_cost = 2, copy_cost = 1; // in products of a chunk, as measured
    for (int c = 0; c < channels; ++c) {
        tasks_.push_back({Task::Kind::forward, c, fft_.units(), transform_cost});
        tasks_.push_back({Task::Kind::keep, c, chunks_, copy_cost});
    }
    for (int c = 0; c < channels; ++c) {
        const auto heard = static_cast<int>(std::ranges::count(routes_, c, &Route::to));
        tasks_.push_back({Task::Kind::sum, c, chunks_, heard * partitions_ + copy_cost});
        tasks_.push_back({Task::Kind::inverse, c, fft_.units(), transform_cost});
    }
    for (const Task& task : tasks_) cost_ += static_cast<std::int64_t>(task.units) * task.cost;
    clear();
}

void ConvolutionLevel::hear(int channel, const FrameRing& sound, float* out, int frames) const
{
    if (p_.silent[p_.heard]) return;
    const auto place = static_cast<std::size_t>(sound.clock()) & (static_cast<std::size_t>(size_) - 1);
    kernels_->add(out, samples_.data() + samples_at(p_.heard, channel) + static_cast<std::size_t>(size_) + place, 1,
                  frames);
}

void ConvolutionLevel::work(const FrameRing& sound, std::uint64_t quiet)
{
    const auto place = static_cast<int>(sound.clock() & (static_cast<unsigned>(size_) - 1));
    const int elapsed = place ? place : size_;
    if (!p_.idle) {
        const std::int64_t due = cost_ * elapsed / size_;
        while (p_.spent < due) {
            const Task& task = tasks_[p_.task];
            const auto wanted = static_cast<int>((due - p_.spent + task.cost - 1) / task.cost);
            const int end = std::min(task.units, p_.unit + wanted);
            run(task, sound, 2 * size_ + elapsed, p_.unit, end);
            p_.spent += static_cast<std::int64_t>(end - p_.unit) * task.cost;
            p_.unit = end;
            if (end == task.units) ++p_.task, p_.unit = 0;
        }
    }
    if (elapsed == size_) begin(quiet);
}

/// Another partition's sound is complete.
void ConvolutionLevel::begin(std::uint64_t quiet)
{
    p_.silent[1 - p_.heard] = p_.idle;
    p_.heard = 1 - p_.heard;
    if (!p_.idle) {
        ++p_.window;
        p_.filled = std::min(p_.filled + 1, partitions_);
    }
    p_.task = 0;
    p_.unit = 0;
    p_.spent = 0;
    const bool silent = quiet >= 2 * static_cast<std::uint64_t>(size_);
    p_.silent_windows = silent ? std::min(p_.silent_windows + 1, partitions_) : 0;
    p_.idle = p_.silent_windows == partitions_;
    if (p_.idle) p_.filled = 0;
}

void ConvolutionLevel::run(const Task& task, const FrameRing& sound, int ago, int from, int to)
{
    float *const re = spectrum_.data(), *const im = re + size_;
    switch (task.kind) {
    case Task::Kind::forward: fft_.forward(sound.past(task.channel, ago), re, im, work_.data(), from, to); break;
    case Task::Kind::keep:
        for (int chunk = from; chunk < to; ++chunk) keep(task.channel, chunk);
        break;
    case Task::Kind::sum:
        for (int chunk = from; chunk < to; ++chunk) sum(task.channel, chunk);
        break;
    case Task::Kind::inverse:
        fft_.inverse(re, im, samples_.data() + samples_at(1 - p_.heard, task.channel), work_.data(), from, to);
        break;
    }
}

void ConvolutionLevel::keep(int channel, int chunk)
{
    float* const to = row(past_, channel, chunk) + slot(p_.window) * spectrum_row;
    std::copy_n(spectrum_.data() + chunk * spectrum_chunk, spectrum_chunk, to);
    std::copy_n(spectrum_.data() + size_ + chunk * spectrum_chunk, spectrum_chunk, to + spectrum_chunk);
}

void ConvolutionLevel::sum(int channel, int chunk)
{
    SpectrumSum sum{};
    const int newest = slot(p_.window), count = std::min(p_.filled + 1, partitions_);
    const int straight = std::min(partitions_ - newest, count);
    for (const Route& route : routes_) {
        if (route.to != channel) continue;
        const float* const past = row(past_, route.from, chunk);
        const float* const response = row(responses_, route.response, chunk);
        sum.rows[sum.parts++] = {past + newest * spectrum_row, response, straight};
        sum.rows[sum.parts++] = {past, response + straight * spectrum_row, count - straight};
    }
    sum.re = spectrum_.data() + chunk * spectrum_chunk;
    sum.im = sum.re + size_;
    sum.first = chunk == 0;
    kernels_->sum_spectra(sum);
}

void ConvolutionLevel::clear()
{
    const std::uint64_t window = p_.window;
    p_ = {};
    p_.window = window;
    p_.silent_windows = partitions_;
}

void ConvolutionLevel::copy_window(const ConvolutionLevel& from, std::uint64_t window)
{
    const std::ptrdiff_t at = slot(window) * spectrum_row;
    for (int c = 0; c < channels_; ++c)
        for (int chunk = 0; chunk < chunks_; ++chunk) {
            const auto place = row_at(c, chunk) + static_cast<std::size_t>(at);
            std::copy_n(from.past_.data() + place, spectrum_row, past_.data() + place);
        }
}

bool ConvolutionLevel::take_ahead(const ConvolutionLevel& from, int& floats)
{
    const auto all = static_cast<unsigned>(from.p_.filled);
    if (!std::exchange(copies_, true) || from.p_.window - copied_ > all) copied_ = from.p_.window - all;
    for (; floats > 0 && copied_ != from.p_.window; ++copied_) {
        copy_window(from, copied_);
        floats -= 2 * size_ * channels_;
    }
    return copied_ == from.p_.window;
}

void ConvolutionLevel::take(const ConvolutionLevel& from)
{
    int all = 2 * size_ * channels_ * (partitions_ + 1);
    take_ahead(from, all);
    copies_ = false;
    p_ = from.p_;
    const auto copy = [](const AlignedFloats& source, AlignedFloats& to, std::size_t at, std::size_t count) {
        std::copy_n(source.data() + at, count, to.data() + at);
    };
    const auto size = static_cast<std::size_t>(size_), channels = static_cast<std::size_t>(channels_);
    for (std::size_t c = 0; c < channels && !p_.silent[p_.heard]; ++c)
        copy(from.samples_, samples_, samples_at(p_.heard, static_cast<int>(c)) + size, size);
    if (p_.idle) return;
    copy_window(from, p_.window);
    for (std::size_t t = 0; t < tasks_.size() && t <= p_.task; ++t) // what is not begun has nothing yet
        if (tasks_[t].kind == Task::Kind::inverse && (t < p_.task || p_.unit > 0))
            copy(from.samples_, samples_, samples_at(1 - p_.heard, tasks_[t].channel), 2 * size);
    copy(from.spectrum_, spectrum_, 0, 2 * size);
    copy(from.work_, work_, 0, 2 * size);
}
} // namespace fohd::dsp

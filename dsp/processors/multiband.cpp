#include "dsp/processors/multiband.h"
#include "dsp/kernels/saturator_design.h"
#include <algorithm>
#include <cmath>
#include <limits>

namespace fohd::dsp {
namespace {

/// Longer than of most: six bands trade places where a crossover crosses the others.
constexpr double glide_seconds = 0.04;

double plain(auto quantity) { return static_cast<double>(quantity.value); }

int order_of(const Multiband::Params& p) { return crossover_sections(static_cast<int>(std::lround(p.slope.value))); }

bool drives(std::span<const Multiband::Band> bands)
{
    return std::ranges::any_of(bands, [](const auto& band) { return band.drive > 0_dB; });
}

std::vector<Stage> split_stages(int sections)
{
    std::vector<Stage> stages;
    for (int left = sections; left > 0; left -= static_cast<int>(max_sections)) {
        const int count = std::min(left, static_cast<int>(max_sections));
        stages.push_back({"sections", count, count * section_coeffs});
    }
    return stages;
}

CompressorValues dynamics_of(const Multiband::Band& band, double link)
{
    return {.threshold_db = plain(band.threshold),
            .ratio = band.bypass.on() ? 1 : plain(band.ratio),
            .knee_db = plain(band.knee),
            .attack_ms = plain(band.attack),
            .release_ms = plain(band.release),
            .hold_ms = plain(band.hold),
            .auto_release = band.auto_release.on(),
            .rms = band.detector.get() == CompressorProcessor::Detector::rms,
            .window_ms = plain(band.window),
            .link = link,
            .mix = plain(band.mix) / 100,
            .range_db = plain(band.range)};
}

/// All bands ride in the same lanes: what one asks for, all pay.
bool wants_programme(std::span<const Multiband::Band> bands)
{
    return std::ranges::any_of(bands, [](const auto& band) { return wants_programme(dynamics_of(band, 0)); });
}

int lookahead_frames(const Multiband::Params& p, double rate)
{
    return static_cast<int>(std::lround(plain(p.lookahead) * rate / 1000));
}

std::vector<Stage> work_stages(std::span<const Multiband::Band> bands, int lookahead)
{
    std::vector<Stage> stages;
    if (lookahead > 0) stages.push_back({"delay", lookahead, 0});
    if (wants_programme(bands))
        stages.push_back({"programme_compressor", 0, sizeof(ProgrammeCompressorCoeffs<float>) / sizeof(float)});
    else
        stages.push_back({"compressor", 0, sizeof(CompressorCoeffs<float>) / sizeof(float)});
    if (drives(bands)) stages.push_back({"saturator_soft", 0, sizeof(SaturatorCoeffs<float>) / sizeof(float)});
    stages.push_back({"gain", 0, 1});
    return stages;
}

int count_coeffs(std::span<const Stage> stages)
{
    int count = 0;
    for (const Stage& stage : stages) count += stage.coeffs;
    return count;
}

/// The rows of one pair and band are neighbours; bands follow each other, then pairs.
int row_of(int channel, int band, int bands) { return (channel / 2 * bands + band) * 2 + channel % 2; }
} // namespace

Shape Multiband::shape(const Params& p, std::span<const Split> splits, std::span<const Band> bands,
                       const Context& context)
{
    const int lookahead = lookahead_frames(p, context.rate);
    const int of_band =
        order_of(p) * static_cast<int>(splits.size()) * section_coeffs + count_coeffs(work_stages(bands, lookahead));
    Shape shape;
    shape.key_is_filtered = context.keyed;
    shape.planar_latency = lookahead + (drives(bands) ? curve_latency : 0);
    shape.planar_coeffs = of_band * static_cast<int>(bands.size());
    return shape;
}

void Multiband::design(const Params& p, std::span<const Split> splits, std::span<const Band> bands,
                       const Context& context, CoeffWriter& out)
{
    const int order = order_of(p);
    const bool saturates = drives(bands), programme = wants_programme(bands);
    const double link = context.channels == 2 ? plain(p.link) / 100 : 0;
    const bool solo = std::ranges::any_of(bands, [](const Band& band) { return band.solo.on(); });
    for (std::size_t b = 0; b < bands.size(); ++b) {
        const Band& band = bands[b];
        const bool acts = !band.bypass.on();
        Hertz at = splits.front().frequency;
        for (std::size_t s = 0; s < splits.size(); ++s) {
            std::array<SectionCoeffs<float>, max_crossover_sections> sections;
            at = std::max(at, splits[s].frequency);
            linkwitz_riley(branch_of(static_cast<int>(b), static_cast<int>(s)), order, plain(at), context.rate,
                           sections);
            for (int i = 0; i < order; ++i) out(sections[static_cast<std::size_t>(i)]);
        }
        if (programme)
            out(design_programme_compressor(dynamics_of(band, link), context.rate));
        else
            out(design_compressor(dynamics_of(band, link), context.rate));
        if (saturates)
            out(design_saturator({.drive_db = plain(band.drive),
                                  .shape = SaturatorShape::soft,
                                  .mix = acts && band.drive > 0_dB ? 1.0 : 0.0,
                                  .auto_gain = true},
                                 context.rate));
        const bool heard = !band.mute.on() && (!solo || band.solo.on());
        out(heard ? std::pow(10.0f, acts ? band.gain.value / 20 : 0) : 0.0f);
    }
}

std::unique_ptr<PlanarProcessor> Multiband::make(const Params& p, std::span<const Split> splits,
                                                 std::span<const Band> bands, const Context& context)
{
    return std::make_unique<Multiband>(p, splits, bands, context);
}

Multiband::Multiband(const Params& p, std::span<const Split> splits, std::span<const Band> bands,
                     const Context& context)
    : channels_(context.channels), bands_(static_cast<int>(bands.size())), rows_((channels_ + 1) / 2 * 2 * bands_),
      glide_(static_cast<int>(std::lround(glide_seconds * context.rate))), keyed_(context.keyed),
      apart_(keyed_ || channels_ > 2 || lookahead_frames(p, context.rate) > 0), kernels_(usable_kernels().back())
{
    auto stages = split_stages(order_of(p) * static_cast<int>(splits.size()));
    const int lookahead = lookahead_frames(p, context.rate);
    const auto work = work_stages(bands, lookahead);
    if (keyed_) key_split_ = LaneChain(stages, rows_);
    compressor_ = lookahead > 0 ? 1 : 0;
    if (apart_) {
        work_ = LaneChain(work, rows_);
    } else {
        compressor_ += stages.size();
        stages.insert(stages.end(), work.begin(), work.end());
    }
    split_ = LaneChain(std::move(stages), rows_);
    aimed_.resize(static_cast<std::size_t>(bands_ * (split_.coeffs() + work_.coeffs())));
    buffers_.resize(static_cast<std::size_t>(2 * rows_));
    in_.resize(static_cast<std::size_t>(rows_));
    for (int row = 0; row < rows_; ++row) {
        out_.push_back(buffer(row));
        key_out_.push_back(buffer(rows_ + row));
        keys_.push_back(channels_ > 2 ? buffer(rows_ + row / 2 % bands_) : keyed_ ? key_out_.back() : out_.back());
    }
}

void Multiband::split(LaneChain& chain, const float* const* channels, float* const* to, int frames)
{
    for (int row = 0; row < rows_; ++row) {
        const int channel = row / (2 * bands_) * 2 + row % 2; // an odd strip's last is heard twice, and once is ignored
        in_[static_cast<std::size_t>(row)] = channels[std::min(channel, channels_ - 1)];
    }
    chain.run(in_.data(), nullptr, to, frames);
}

void Multiband::share_key(const float* const* bands, int frames)
{
    // Rows of the first pair's earlier bands make room for a key each: they are read by then.
    for (int band = 0; band < bands_; ++band) {
        PlanarBuffer loudest;
        for (int c = 0; c < channels_; ++c) {
            const float* const sound = bands[row_of(c, band, bands_)];
            for (int i = 0; i < frames; ++i)
                loudest.of[static_cast<std::size_t>(i)] =
                    std::max(loudest.of[static_cast<std::size_t>(i)], std::abs(sound[i]));
        }
        std::copy_n(loudest.of.data(), frames, key_out_[static_cast<std::size_t>(band)]);
    }
}

void Multiband::run(float* const* channels, int frames)
{
    split(split_, channels, out_.data(), frames);
    if (keyed_) split(key_split_, heard_, key_out_.data(), frames);
    if (channels_ > 2) share_key(keyed_ ? key_out_.data() : out_.data(), frames);
    if (apart_) work_.run(out_.data(), keys_.data(), out_.data(), frames);
    for (int c = 0; c < channels_; ++c) {
        std::copy_n(buffer(row_of(c, 0, bands_)), frames, channels[c]);
        for (int band = 1; band < bands_; ++band)
            kernels_->add(channels[c], buffer(row_of(c, band, bands_)), 1.0f, frames);
    }
}

void Multiband::aim(std::span<const float> coeffs, bool now)
{
    const auto split = static_cast<std::size_t>(split_.coeffs()), work = static_cast<std::size_t>(work_.coeffs());
    for (int band = 0; band < bands_; ++band) {
        const std::size_t first = static_cast<std::size_t>(band) * (split + work);
        const auto of_band = coeffs.subspan(first, split + work);
        const auto before = std::span(aimed_).subspan(first, split + work);
        if (!now && std::ranges::equal(of_band, before)) continue;
        std::ranges::copy(of_band, before.begin());
        for (int c = 0; c < (channels_ + 1) / 2 * 2; ++c) {
            split_.aim(row_of(c, band, bands_), of_band.first(split), now ? 0 : glide_);
            if (keyed_) key_split_.aim(row_of(c, band, bands_), of_band.first(split), now ? 0 : glide_);
            if (work > 0) work_.aim(row_of(c, band, bands_), of_band.subspan(split), now ? 0 : glide_);
        }
    }
}

void Multiband::clear()
{
    split_.clear();
    work_.clear();
    key_split_.clear();
}

void Multiband::take(const PlanarProcessor& from)
{
    const auto& other = static_cast<const Multiband&>(from);
    if (bands_ != other.bands_ || channels_ != other.channels_) return; // its rows are of other bands
    std::ranges::fill(aimed_, std::numeric_limits<float>::quiet_NaN()); // what its rows are aimed at now is not known
    split_.take(other.split_);
    if (other.apart_ && !apart_) split_.take(other.work_);
    if (apart_) work_.take(other.working());
    if (keyed_ && other.keyed_) key_split_.take(other.key_split_);
}

float Multiband::reduction(int channel) const
{
    constexpr float db_an_octave = 6.0205999f;
    float most = 0;
    for (int band = 0; band < bands_; ++band)
        most = std::max(most, working().state(row_of(channel, band, bands_), compressor_, 0));
    return most * db_an_octave;
}
} // namespace fohd::dsp

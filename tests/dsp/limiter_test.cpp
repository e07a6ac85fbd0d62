// The ceiling, by meters that know nothing of the limiter; and what a limiter must leave alone.
#include "dsp/kernels/lane_processor.h"
#include "dsp/processors/limiter.h"
#include "tests/support/adversarial.h"
#include "tests/support/figures.h"
#include "tests/support/true_peak.h"
#include <catch2/catch.hpp>
#include <cstring>
#include <new>

using namespace fohd;
using namespace fohd::dsp;
using Sound = std::vector<float>;

#if defined(__x86_64__)
namespace fohd::dsp::sse2 {
extern const Kernels kernels;
}
#endif

namespace {
std::vector<const Kernels*> every_build()
{
    std::vector<const Kernels*> all(usable_kernels().begin(), usable_kernels().end());
#if defined(__x86_64__)
    if (all.front() != &sse2::kernels) all.push_back(&sse2::kernels);
#endif
    return all;
}

Limiter::Params with(double ceiling, double release = 80, double lookahead = 1.5,
                     Limiter::Mode mode = Limiter::Mode::true_peak)
{
    auto p = Limiter::params.initial();
    p.ceiling.value = static_cast<float>(ceiling);
    p.release.value = static_cast<float>(release);
    p.lookahead.value = static_cast<float>(lookahead);
    p.mode.value = static_cast<float>(mode);
    return p;
}

/// Limiters of one shape in the lanes of one group.
struct Group {
    const Kernels& kernels;
    double rate;
    Shape shape;
    std::unique_ptr<LaneProcessor> lanes;
    std::uint64_t clock;

    Group(const Kernels& build, const Limiter::Params& p, double rate_hz, int channels = 1, std::uint64_t start = 0)
        : kernels(build), rate(rate_hz), shape(Limiter::shape(p, {rate_hz})),
          lanes(build.make(shape.core.at(0).kernel, shape.core.at(0).size)), clock(start)
    {
        REQUIRE(lanes);
        for (int lane = 0; lane < build.lanes; ++lane) aim(lane, p, 0, channels);
    }
    void aim(int lane, const Limiter::Params& p, int frames, int channels = 1)
    {
        std::vector<float> coeffs(static_cast<std::size_t>(shape.core[0].coeffs));
        CoeffWriter out(coeffs.data());
        Limiter::design(p, {.rate = rate, .channels = channels, .channel = lane % channels}, out);
        lanes->aim(lane, coeffs, frames);
    }
    float gain(int lane) const { return lanes->state(Limiter::reduction_row, lane); }

    /// Lane l hears sounds[l]; all are of one length.
    std::vector<Sound> run(
        const std::vector<Sound>& sounds, const std::function<int()>& block = [] { return max_block; })
    {
        std::vector<Sound> out(sounds.size(), Sound(sounds[0].size()));
        struct alignas(alignment) Frames {
            float of[max_block * max_lanes] = {};
        } frames;
        for (std::size_t at = 0; at < sounds[0].size();) {
            const auto count = std::min(sounds[0].size() - at, static_cast<std::size_t>(block()));
            const auto cell = [&](std::size_t i, std::size_t l) -> float& {
                return frames.of[i * static_cast<std::size_t>(kernels.lanes) + l];
            };
            for (std::size_t i = 0; i < count; ++i)
                for (std::size_t l = 0; l < sounds.size(); ++l) cell(i, l) = sounds[l][at + i];
            lanes->run(frames.of, frames.of, static_cast<int>(count), clock);
            for (std::size_t i = 0; i < count; ++i)
                for (std::size_t l = 0; l < sounds.size(); ++l) out[l][at + i] = cell(i, l);
            at += count;
            clock += count;
        }
        return out;
    }
};

/// Any number of sounds, each through a mono limiter of its own, with enough silence to see the end of it.
std::vector<Sound> limited(const Kernels& build, const Limiter::Params& p, double rate, std::vector<Sound> sounds)
{
    const auto tail = static_cast<std::size_t>(Limiter::shape(p, {rate}).core_delay) + 100;
    for (auto& sound : sounds) sound.resize(sound.size() + tail);
    std::vector<Sound> out;
    const auto lanes = static_cast<std::size_t>(build.lanes);
    for (std::size_t first = 0; first < sounds.size(); first += lanes) {
        const auto last = std::min(sounds.size(), first + lanes);
        Group group(build, p, rate);
        for (auto& sound : group.run({sounds.begin() + static_cast<std::ptrdiff_t>(first),
                                      sounds.begin() + static_cast<std::ptrdiff_t>(last)}))
            out.push_back(std::move(sound));
    }
    return out;
}

double db(double amplitude) { return 20 * std::log10(amplitude); }
float ceiling_of(const Limiter::Params& p) { return static_cast<float>(std::pow(10.0, p.ceiling.value / 20.0)); }

struct Setting {
    double ceiling, release, lookahead;
    bool automatic = false;
};
const std::vector<Setting> settings{{-1, 80, 1.5}, {-1, 1, 0.5},        {-14, 1, 0.5}, {-24, 1000, 0.5},
                                    {0, 1, 1.5},   {-6, 80, 1.5, true}, {-1, 1, 10},   {-14, 200, 10}};
} // namespace

TEST_CASE("limiter: no adversary passes the ceiling, at samples or between them", "[limiter]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    std::vector<Sound> sounds;
    std::vector<std::string> names;
    for (auto& adversary : test::adversaries(rate, 0.1)) {
        sounds.push_back(std::move(adversary.sound));
        names.push_back(std::move(adversary.name));
    }
    REQUIRE(sounds.size() == 25);
    for (const Kernels* build : every_build()) {
        for (const Setting& s : settings) {
            auto p = with(s.ceiling, s.release, s.lookahead);
            p.auto_release.value = s.automatic;
            const double ceiling = ceiling_of(p);
            const auto out = limited(*build, p, rate, sounds);
            for (std::size_t i = 0; i < out.size(); ++i) {
                INFO(build->isa << ", " << rate << " Hz, " << names[i] << ", ceiling " << s.ceiling << ", release "
                                << s.release << ", lookahead " << s.lookahead);
                CHECK(test::sample_peak(out[i]) <= ceiling);
                const double standard = db(test::true_peak_standard(out[i]) / ceiling),
                             fine = db(test::true_peak_long(out[i]) / ceiling);
                CHECK(standard <= 0.10);
                CHECK(fine <= 0.50);
                test::figure("limiter", "25 adversaries: sample peak over the ceiling", test::at_most(0, "dB"),
                             db(test::sample_peak(out[i]) / ceiling));
                test::figure("limiter", "25 adversaries: true peak over the ceiling, by ITU-R BS.1770 (4×)",
                             test::at_most(0.10, "dB"), standard);
                test::figure("limiter", "25 adversaries: true peak over the ceiling, by 16×", test::at_most(0.50, "dB"),
                             fine);
            }
        }
    }
}

TEST_CASE("limiter: programme stays within 0.05 dB of the ceiling, and is as loud as the ceiling allows", "[limiter]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const auto sound = test::programme(rate, 1);
    for (const Setting& s : settings) {
        auto p = with(s.ceiling, s.release, s.lookahead);
        p.auto_release.value = s.automatic;
        const auto out = limited(*usable_kernels().front(), p, rate, {sound})[0];
        INFO(rate << " Hz, ceiling " << s.ceiling << ", release " << s.release << ", lookahead " << s.lookahead);
        CHECK(test::sample_peak(out) <= ceiling_of(p));
        CHECK(db(test::true_peak_standard(out) / ceiling_of(p)) <= 0.05);
        CHECK(db(test::true_peak_long(out) / ceiling_of(p)) <= 0.05);
        test::figure("limiter", "programme: true peak over the ceiling, by both", test::at_most(0.05, "dB"),
                     db(std::max(test::true_peak_standard(out), test::true_peak_long(out)) / ceiling_of(p)));
        CHECK(db(test::true_peak_long(out) / ceiling_of(p)) >= -0.2);
    }
}

TEST_CASE("limiter: the mode sample holds every sample", "[limiter]")
{
    const double rate = GENERATE(44100.0, 96000.0);
    std::vector<Sound> sounds;
    for (auto& adversary : test::adversaries(rate, 0.2)) sounds.push_back(std::move(adversary.sound));
    for (const Setting& s : settings) {
        const auto p = with(s.ceiling, s.release, s.lookahead, Limiter::Mode::sample);
        for (const auto& out : limited(*usable_kernels().front(), p, rate, sounds)) {
            CHECK(test::sample_peak(out) <= ceiling_of(p));
            CHECK(test::sample_peak(out) >= 0.8 * ceiling_of(p)); // an average of a window's minima is never far below
        }
    }
}

TEST_CASE("limiter: below the ceiling nothing changes but the delay", "[limiter]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const double lookahead = GENERATE(0.5, 1.5, 3.7, 10.0);
    const auto mode = GENERATE(Limiter::Mode::true_peak, Limiter::Mode::sample);
    const auto p = with(-1, 80, lookahead, mode);
    auto sound = test::programme(rate, 0.5);
    for (float& x : sound) x *= 0.25f;
    REQUIRE(test::true_peak_long(sound) < ceiling_of(p));
    const auto delay = static_cast<std::size_t>(Limiter::shape(p, {rate}).core_delay);
    CHECK(delay ==
          static_cast<std::size_t>(std::lround(lookahead * rate / 1000)) + (mode == Limiter::Mode::true_peak ? 29 : 0));
    for (const Kernels* build : every_build()) {
        const auto out = limited(*build, p, rate, {sound})[0];
        CHECK(std::memcmp(out.data() + delay, sound.data(), sound.size() * sizeof(float)) == 0);
        float most = 0;
        for (std::size_t i = 0; i < sound.size(); ++i) most = std::max(most, std::abs(out[i + delay] - sound[i]));
        test::figure("limiter", "below the ceiling: change of any sample but the delay", test::at_most(0, ""),
                     static_cast<double>(most));
    }
}

TEST_CASE("limiter: after twenty seconds of limiting, what is below the ceiling is untouched again", "[limiter]")
{
    const double rate = 48000;
    const auto p = with(-1, 1);
    Group group(*usable_kernels().front(), p, rate);
    const auto loud = test::adversaries(rate, 1)[10].sound; // white noise
    for (int second = 0; second < 20; ++second) group.run({loud});
    group.run({Sound(4800)});
    CHECK(group.gain(0) == 1.0f);
    auto quiet = test::programme(rate, 0.2);
    for (float& x : quiet) x *= 0.25f;
    const auto out = group.run({quiet})[0];
    const auto delay = static_cast<std::size_t>(group.shape.core_delay);
    CHECK(std::memcmp(out.data() + delay, quiet.data(), (quiet.size() - delay) * sizeof(float)) == 0);
}

TEST_CASE("limiter: blocks of any size, any lane, and a lane that moves make the same sound, bit for bit", "[limiter]")
{
    const auto mode = GENERATE(Limiter::Mode::true_peak, Limiter::Mode::sample);
    const double rate = 48000;
    auto p = with(-6, 20, 1.5, mode);
    p.auto_release.value = 1;
    const auto adversaries = test::adversaries(rate, 0.2);
    for (const Kernels* build : every_build()) {
        const auto lanes = static_cast<std::size_t>(build->lanes);
        std::vector<Sound> sounds;
        for (std::size_t l = 0; l < lanes; ++l) sounds.push_back(adversaries[l].sound);
        const auto whole = Group(*build, p, rate).run(sounds);
        for (int size : {1, 17, 63}) CHECK(Group(*build, p, rate).run(sounds, [=] { return size; }) == whole);
        std::mt19937 generator(3);
        CHECK(Group(*build, p, rate).run(sounds, [&] {
            return std::uniform_int_distribution(1, max_block)(generator);
        }) == whole);
        CHECK(Group(*build, p, rate, 1, 123456789).run(sounds) == whole); // any clock

        const std::vector<Sound> first{{sounds[1].begin(), sounds[1].begin() + 5000}},
            last{{sounds[1].begin() + 5000, sounds[1].end()}};
        Group before(*build, p, rate);
        auto joined = before.run(first)[0];
        Group after(*build, with(-1, 80, 1.5, mode), rate, 1, before.clock);
        after.lanes->take(0, *before.lanes, 0);
        const auto rest = after.run(last)[0];
        joined.insert(joined.end(), rest.begin(), rest.end());
        CHECK(joined == whole[1]);
    }
}

TEST_CASE("limiter: the gain recovers by 63 % in the release time", "[limiter]")
{
    const double rate = GENERATE(48000.0, 96000.0), release = GENERATE(20.0, 200.0, 1000.0);
    const auto p = with(-12, release);
    Group group(*usable_kernels().front(), p, rate);
    Sound burst(static_cast<std::size_t>(rate / 10));
    for (std::size_t i = 0; i < burst.size(); ++i) burst[i] = std::sin(0.13f * static_cast<float>(i));
    group.run({burst});
    group.run({Sound(static_cast<std::size_t>(group.shape.core_delay) + 200)}); // the attack is over: a plain decay
    const double before = 1 - group.gain(0);
    REQUIRE(before > 0.5);
    group.run({Sound(static_cast<std::size_t>(release * rate / 1000))});
    const double left = (1 - group.gain(0)) / before;
    CHECK(left == Approx(std::exp(-1.0)).epsilon(0.05));
    test::figure("limiter", "release: error of what is left after it", test::at_most(5, "%"),
                 100 * std::abs(left / std::exp(-1.0) - 1));
}

TEST_CASE("limiter: with auto a single peak recovers as set, a lasting reduction slower", "[limiter]")
{
    const double rate = 48000;
    auto p = with(-12, 20);
    p.auto_release.value = 1;
    const auto left_after = [&](double seconds) { // 100 ms after sound of this length, as a share of the reduction
        Group group(*usable_kernels().front(), p, rate);
        Sound burst(static_cast<std::size_t>(rate * seconds));
        for (std::size_t i = 0; i < burst.size(); ++i) burst[i] = std::sin(0.5f * static_cast<float>(i));
        group.run({burst});
        group.run({Sound(static_cast<std::size_t>(group.shape.core_delay))});
        const double before = 1 - group.gain(0);
        group.run({Sound(4800)});
        return (1 - group.gain(0)) / before;
    };
    CHECK(left_after(0.002) < 0.15);
    CHECK(left_after(2) > 0.4);
}

TEST_CASE("limiter: link shares the deeper gain within a pair and with nobody else", "[limiter]")
{
    const double rate = 48000;
    auto p = with(-1);
    const auto loud = test::programme(rate, 0.3);
    auto quiet = loud;
    for (float& x : quiet) x *= 0.01f;
    for (const Kernels* build : every_build()) {
        Group linked(*build, p, rate, 2);
        const auto out = linked.run({loud, quiet, quiet, quiet});
        for (std::size_t i = 0; i < loud.size(); ++i)
            REQUIRE(out[1][i] == Approx(0.01f * out[0][i]).epsilon(1e-5).margin(1e-9));
        CHECK(linked.gain(2) == 1.0f);
        p.link.value = 0;
        Group free(*build, p, rate, 2);
        free.run({loud, quiet});
        CHECK(free.gain(0) < 0.9f);
        CHECK(free.gain(1) == 1.0f);
        p.link.value = 100;
    }
}

TEST_CASE("limiter: a channel without a partner is linked with nobody", "[limiter]")
{
    const double rate = 48000;
    const auto loud = test::programme(rate, 0.3);
    Group mono(*usable_kernels().front(), with(-1), rate, 1);
    mono.run({loud, Sound(loud.size())});
    CHECK(mono.gain(0) < 0.9f);
    CHECK(mono.gain(1) == 1.0f);
}

TEST_CASE("limiter: a ceiling that glides down is kept from the end of the glide and one latency on", "[limiter]")
{
    const double rate = 48000;
    const auto low = with(-13);
    Group group(*usable_kernels().front(), with(-1), rate);
    const auto sound = test::programme(rate, 0.5);
    group.run({sound});
    group.aim(0, low, static_cast<int>(rate / 50));
    auto out = group.run({sound})[0];
    const auto settled = static_cast<std::ptrdiff_t>(rate / 50) + group.shape.core_delay + max_block;
    CHECK(test::sample_peak({out.begin() + settled, out.end()}) <= ceiling_of(low));
    for (float x : out) CHECK(std::abs(x) <= ceiling_of(with(-1)));
}

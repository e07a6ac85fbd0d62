// Convolution: the same as the sum that defines it, at once, and to the end.
#include "dsp/processors/convolution.h"
#include "tests/support/figures.h"
#include "tests/support/lone_processor.h"
#include <cmath>

using namespace fohd;
using namespace fohd::test;

namespace {

constexpr dsp::ProcessorType convolution = dsp::type_of<dsp::Convolution>();

struct Setting {
    std::string_view id;
    float value;
};

/// A strip with the processor alone. The response is at the rate of the sound.
dsp::Description with(const Sound& response, double rate, int channels, std::initializer_list<Setting> settings = {})
{
    dsp::Description d = lone(convolution, channels);
    dsp::ProcessorNode& node = d.strips[0].chain[0];
    node.impulse.impulse = std::make_shared<dsp::Impulse>(response, static_cast<int>(rate), nullptr);
    for (const Setting& setting : settings)
        node.values[static_cast<std::size_t>(std::ranges::find(convolution.params, setting.id, &dsp::ParamSpec::id) -
                                             convolution.params.begin())] = setting.value;
    return d;
}

/// What falls by 60 dB from its beginning to its end.
Sound responses(int count, std::size_t frames, unsigned seed)
{
    Sound all = noises(count, frames, 0.3f, seed);
    for (auto& row : all)
        for (std::size_t i = 0; i < frames; ++i)
            row[i] *= std::pow(10.0f, -3 * static_cast<float>(i) / static_cast<float>(frames));
    return all;
}

double exact(const std::vector<float>& sound, const std::vector<float>& response, std::size_t at)
{
    double sum = 0;
    for (std::size_t k = 0; k < response.size() && k <= at; ++k)
        sum += static_cast<double>(response[k]) * static_cast<double>(sound[at - k]);
    return sum;
}

/// Of some frames, dB.
template <class Exact> double error_of(const std::vector<float>& sound, std::size_t step, Exact exact_at)
{
    double error = 0, power = 0;
    for (std::size_t i = 0; i < sound.size(); i += step) {
        const double wanted = exact_at(i);
        error += std::pow(static_cast<double>(sound[i]) - wanted, 2);
        power += wanted * wanted;
    }
    return 10 * std::log10(error / power + 1e-30);
}

/// The most that a sound bends: of a sine below 200 Hz little, of a jump its height.
float bend(std::span<const float> sound)
{
    float most = 0;
    for (std::size_t i = 2; i < sound.size(); ++i)
        most = std::max(most, std::abs(sound[i] - 2 * sound[i - 1] + sound[i - 2]));
    return most;
}
constexpr float least_jump = 0.001f; // -60 dBFS; a sine of 200 Hz at -12 dBFS bends by 0.00017

double power(std::span<const float> sound)
{
    double sum = 0;
    for (const float x : sound) sum += static_cast<double>(x) * static_cast<double>(x);
    return sum;
}
} // namespace

TEST_CASE("convolution: equal to the direct sum, from the first frame on, at every block size", "[convolution]")
{
    const auto length = GENERATE(as<std::size_t>{}, 1, 63, 64, 65, 128, 129, 1000, 5000, 48000);
    const Sound response = responses(1, length, 11);
    const Sound in = noises(1, length > 10000 ? 60000 : 12000, 0.5f, 5);
    const Sound out = GraphRig(with(response, 48000, 1)).run(in, 64);
    const double error = error_of(out[0], 97, [&](std::size_t at) { return exact(in[0], response[0], at); });
    CAPTURE(length);
    CHECK(error < -120);
    figure("convolution", "error against the direct sum, responses of 1 frame to 10 s", at_most(-120, "dB"), error);
    for (const int block : {1, 17, 1024}) CHECK(GraphRig(with(response, 48000, 1)).run(in, block) == out);
}

TEST_CASE("convolution: ten seconds are convolved to their end", "[convolution]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const auto length = static_cast<std::size_t>(10 * rate);
    const Sound response = responses(1, length, 3);
    Sound in(1, std::vector<float>(length + 9000));
    const auto burst = noise(3000, 0.5f, 6);
    std::ranges::copy(burst, in[0].begin());
    const Sound out = GraphRig(with(response, rate, 1), rate).run(in, 1024);
    const double error = error_of(out[0], 997, [&](std::size_t at) {
        double sum = 0;
        for (std::size_t k = 0; k < burst.size() && k <= at; ++k)
            if (at - k < length) sum += static_cast<double>(burst[k]) * static_cast<double>(response[0][at - k]);
        return sum;
    });
    CHECK(error < -120);
    figure("convolution", "error against the direct sum, responses of 1 frame to 10 s", at_most(-120, "dB"), error);
    const std::size_t end = length + burst.size() + 2 * 2048 + 1; // the last partition, and what it rounds
    CHECK(peak(std::span(out[0]).subspan(end)) == 0);
}

TEST_CASE("convolution: it adds no latency", "[convolution]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const int block = GENERATE(1, 17, 64, 1024);
    const Sound response = responses(1, 3000, 2);
    Sound in(2, std::vector<float>(4000));
    in[0][100] = 1;
    const dsp::Description d = with(response, rate, 2);
    GraphRig rig(d, rate);
    const Sound out = rig.run(in, block);
    CHECK(rig.graph().plan().latency.back() == 0);
    CHECK(peak(std::span(out[0]).first(100)) == 0);
    CHECK(out[0][100] == response[0][0]);
    CHECK(peak(out[1]) == 0);
    figure("convolution", "added latency", at_most(0, "frames"), out[0][100] == response[0][0] ? 0 : 1);
}

TEST_CASE("convolution: four channels are true stereo, as many as the strip has go one by one", "[convolution]")
{
    const Sound response = responses(4, 700, 21), in = noises(2, 3000, 0.5f, 8);
    const Sound out = GraphRig(with(response, 48000, 2)).run(in, 64);
    for (std::size_t side = 0; side < 2; ++side)
        CHECK(error_of(out[side], 7, [&](std::size_t at) {
                  return exact(in[0], response[side], at) + exact(in[1], response[2 + side], at);
              }) < -120);
    const Sound wide = responses(5, 700, 22), five = noises(5, 2000, 0.5f, 9);
    const Sound each = GraphRig(with(wide, 48000, 5)).run(five, 64);
    const Sound one = GraphRig(with({wide[0]}, 48000, 5)).run(five, 64);
    for (std::size_t c = 0; c < 5; ++c) {
        CHECK(error_of(each[c], 7, [&](std::size_t at) { return exact(five[c], wide[c], at); }) < -120);
        CHECK(error_of(one[c], 7, [&](std::size_t at) { return exact(five[c], wide[0], at); }) < -120);
    }
    CHECK(GraphRig(with({wide[0], wide[1]}, 48000, 5)).run(five, 64) == five); // does not fit: passes
    CHECK(GraphRig(lone(convolution, 5)).run(five, 64) == five);
}

TEST_CASE("convolution: after the tail comes exact silence, and sound after it is as at first", "[convolution]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const Sound response = responses(1, 20000, 4);
    Sound burst = noises(1, 3000, 0.5f, 5);
    burst[0].resize(8192 * 4); // whole partitions
    GraphRig rig(with(response, rate, 1, {{"pre_delay", 40}}), rate);
    const Sound first = rig.run(burst, 64);
    CHECK(peak(std::span(first[0]).subspan(3000 + 20000 + 4097 + 4000)) == 0);
    CHECK(rig.run(burst, 64) == first);
}

TEST_CASE("convolution: a graph that takes over goes on to the bit", "[convolution]")
{
    const int block = GENERATE(17, 64, 1024);
    const auto length = GENERATE(as<std::size_t>{}, 100, 9000, 60000);
    const dsp::Description d = with(responses(4, length, 7), 48000, 2, {{"pre_delay", 30}, {"mix", 60}});
    const Sound first = noises(2, 50001, 0.5f, 1), then = noises(2, 60000, 0.5f, 2);
    GraphRig undisturbed(d), rig(d);
    CHECK(rig.run(first, block) == undisturbed.run(first, block));
    rig.rebuild();
    CHECK(rig.run(then, block) == undisturbed.run(then, block));
    CHECK(rig.performer().settled());
}

TEST_CASE("convolution: gain, mix and pre-delay move without a click and end where they were sent", "[convolution]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const Sound in{sine(30000, 200, 0.25, rate)};
    const auto [id, from, to] = GENERATE(table<std::string, float, float>(
        {{"gain", 0.f, -12.f}, {"mix", 100.f, 0.f}, {"pre_delay", 0.f, 31.f}, {"normalise", 0.f, 1.f}}));
    GraphRig rig(with({{0.5f}}, rate, 1, {{id, from}}), rate);
    rig.run({sine(static_cast<std::size_t>(rate / 4), 200, 0.25, rate)}, 64); // whole periods
    rig.set("/input/a/p/" + id, to);
    const Sound out = rig.run(in, 64);
    CAPTURE(id);
    CHECK(bend(std::span(out[0]).subspan(2)) < least_jump);
    const float gain = id == "gain" ? 0.5f * std::pow(10.0f, -0.6f) : id == "pre_delay" ? 0.5f : 1.0f;
    const auto late = id == "pre_delay" ? static_cast<std::size_t>(std::lround(0.031 * rate)) : 0;
    float most = 0;
    for (std::size_t i = 20000; i < 30000; ++i) most = std::max(most, std::abs(out[0][i] - gain * in[0][i - late]));
    CHECK(most < 1e-6f);
}

TEST_CASE("convolution: what is trimmed is cut at the start and fades at the end", "[convolution]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const auto frames = [&](double ms) { return static_cast<std::size_t>(std::lround(ms / 1000 * rate)); };
    const Sound response{std::vector<float>(frames(300), 0.5f)};
    Sound click(1, std::vector<float>(frames(400)));
    click[0][0] = 1;
    const Sound out = GraphRig(with(response, rate, 1, {{"trim_start", 50}, {"length", 100}}), rate).run(click, 64);
    CHECK(peak(std::span(out[0]).subspan(frames(100) + 1)) < 1e-6f);
    for (std::size_t i = 0; i < frames(90); ++i)
        if (std::abs(out[0][i] - 0.5f) > 1e-5f) FAIL("frame " << i << " is " << out[0][i]);
    CHECK(bend(std::span(out[0]).subspan(frames(80), frames(30))) < 0.001f); // half a cosine in 10 ms
    const Sound whole = GraphRig(with(response, rate, 1), rate).run(click, 64);
    CHECK(whole[0][frames(300) - 1] == Approx(0.5).margin(1e-5)); // what is not cut does not fade
}

TEST_CASE("convolution: normalised, noise keeps its level", "[convolution]")
{
    const int channels = GENERATE(1, 2), count = channels == 1 ? 1 : GENERATE(1, 2, 4);
    const Sound in = noises(channels, 96000, 0.5f, 30);
    const Sound out = GraphRig(with(responses(count, 4800, 14), 48000, channels, {{"normalise", 1}})).run(in, 64);
    double before = 0, after = 0;
    for (std::size_t c = 0; c < in.size(); ++c) {
        before += power(std::span(in[c]).last(86400));
        after += power(std::span(out[c]).last(86400));
    }
    CHECK(std::abs(10 * std::log10(after / before)) < 0.3); // what noise of that length leaves to chance
}

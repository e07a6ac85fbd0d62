// What a recall costs the callback: ./test_daemon "[recall]"
#include "control/desk.h"
#include "control/fades.h"
#include "daemon/engine.h"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>
#include <iostream>
#include <random>
#include <time.h>

using namespace fohd;

namespace {

constexpr int strips = 70, block = 64;

std::string console()
{
    std::string text = "fohd: 1\ninputs:\n";
    for (int i = 0; i < strips; ++i)
        text += "  ch" + std::to_string(i) +
                ": {chain: [high_pass: {}, gate: {}, eq: {}, compressor: {}], sends: {main: {}}}\n";
    return text + "buses: {main: {}}\noutputs: {foh: {from: main}}\n";
}

double thread_microseconds()
{
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return 1e6 * static_cast<double>(now.tv_sec) + 1e-3 * static_cast<double>(now.tv_nsec);
}
} // namespace

// Each of the blocks after a recall is timed in many recalls, and the fastest counts, so that what is left is the work and not the
// computer's other business.
TEST_CASE("a recall of 2,000 values is in one block, and what it costs the callback", "[.benchmark][recall]")
{
    const auto loaded = config::load_text(console());
    REQUIRE(loaded.config);
    control::Desk desk(*loaded.config);
    daemon::Engine engine(desk.sound(), 48000);
    desk.connect(engine, engine);
    control::Store store(desk.layout(), desk);
    boost::asio::io_context context;
    control::Fades fades(context);
    fades.rebind(store);

    std::minstd_rand random(1);
    std::vector<std::vector<float>> inputs(strips, std::vector<float>(block)), outputs(2, std::vector<float>(block));
    std::vector<const float*> in;
    std::vector<float*> out;
    for (auto& channel : inputs) {
        std::ranges::generate(channel, [&] { return std::uniform_real_distribution<float>(-0.3f, 0.3f)(random); });
        in.push_back(channel.data());
    }
    for (auto& channel : outputs) out.push_back(channel.data());
    const auto time_block = [&] {
        const double begin = thread_microseconds();
        engine.process(in, out, block);
        return thread_microseconds() - begin;
    };
    const auto targets = [&](float position) {
        std::vector<control::Target> all;
        for (std::size_t p = 0; p < desk.layout().parameters.size() && all.size() < 2000; ++p) {
            const auto& spec = *desk.layout().parameters[p].spec;
            const bool glides = spec.unit != dsp::Unit::toggle && spec.unit != dsp::Unit::choice;
            if (glides && spec.glide != dsp::Glide::rebuild)
                all.push_back({static_cast<int>(p), dsp::from_norm(spec, position)});
        }
        return all;
    };
    REQUIRE(targets(0).size() == 2000);

    constexpr int rounds = 60, after = 40;
    std::vector<double> fastest(after, 1e9), rest;
    for (int round = 0; round < rounds; ++round) {
        for (int n = 0; n < 100; ++n) rest.push_back(time_block());
        fades.start(targets(round % 2 ? 0.45f : 0.55f), {}, control::Switches::start);
        store.publish();
        CHECK_FALSE(store.dirty());
        for (double& each : fastest) each = std::min(each, time_block());
    }
    std::ranges::nth_element(rest, rest.begin() + std::ssize(rest) / 2);
    const double median = rest[rest.size() / 2], worst = std::ranges::max(fastest);
    std::cout << "callback of " << strips << " strips: median " << median
              << " us; the worst after a recall of 2,000 values " << worst << " us, " << worst / median << " of it\n";
}

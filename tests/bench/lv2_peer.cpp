// lv2_peer URI BLOCK IN.wav OUT.wav [SYMBOL=VALUE …] [PROPERTY=@FILE …] [PROPERTY=:TEXT …]: a sound through an LV2 plugin. Prints its latency in frames and its
// cost in ns a frame: thread CPU time inside the plugin alone. A plugin of fewer channels hears the first ones.
#include "tests/bench/lv2_plugin.h"
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <exception>
#include <sndfile.h>
#include <xmmintrin.h>

namespace {
using Sound = std::vector<std::vector<float>>;

Sound read(const char* path, SF_INFO& info)
{
    SNDFILE* file = sf_open(path, SFM_READ, &info);
    if (!file) throw std::runtime_error(std::string(path) + ": " + sf_strerror(nullptr));
    const auto channels = static_cast<std::size_t>(info.channels), frames = static_cast<std::size_t>(info.frames);
    std::vector<float> all(channels * frames);
    sf_readf_float(file, all.data(), info.frames);
    sf_close(file);
    Sound sound(channels, std::vector<float>(frames));
    for (std::size_t i = 0; i < all.size(); ++i) sound[i % channels][i / channels] = all[i];
    return sound;
}

void write(const char* path, const Sound& sound, int rate, std::size_t frames)
{
    SF_INFO info{};
    info.channels = static_cast<int>(sound.size());
    info.samplerate = rate;
    info.format = SF_FORMAT_WAV | SF_FORMAT_FLOAT;
    SNDFILE* file = sf_open(path, SFM_WRITE, &info);
    if (!file) throw std::runtime_error(std::string(path) + ": " + sf_strerror(nullptr));
    sf_command(file, SFC_SET_ADD_PEAK_CHUNK, nullptr, SF_FALSE); // it holds the time of day
    std::vector<float> all(sound.size() * frames);
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = sound[i % sound.size()][i / sound.size()];
    sf_writef_float(file, all.data(), static_cast<sf_count_t>(frames));
    sf_close(file);
}

double thread_ns()
{
    timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return static_cast<double>(t.tv_sec) * 1e9 + static_cast<double>(t.tv_nsec);
}

void run(int argc, char** argv)
{
    const auto block = static_cast<std::size_t>(std::atoi(argv[2]));
    SF_INFO info{};
    Sound in = read(argv[3], info);
    const auto frames = in[0].size(), blocks = (frames + block - 1) / block;
    for (auto& channel : in) channel.resize(blocks * block);

    fohd::bench::Lv2Plugin plugin(argv[1], info.samplerate, static_cast<int>(block));
    std::vector<fohd::bench::Lv2Plugin::Kept> kept;
    for (int a = 5; a < argc; ++a) {
        const std::string setting = argv[a];
        const auto equals = setting.find('=');
        if (equals == std::string::npos) throw std::runtime_error(setting + " is no SYMBOL=VALUE");
        const std::string key = setting.substr(0, equals), value = setting.substr(equals + 1);
        if (value.starts_with('@') || value.starts_with(':'))
            kept.push_back({key, value.substr(1), value.starts_with('@')});
        else
            plugin.set(key, std::strtof(value.c_str(), nullptr));
    }
    if (!kept.empty()) plugin.restore(kept);
    plugin.activate();
    plugin.work();

    Sound out(plugin.outputs(), std::vector<float>(blocks * block));
    _mm_setcsr(_mm_getcsr() | 0x8040); // denormals are zero
    // Plugins that glide to their values from others do so before anything is heard.
    std::vector<float> silence(block), unheard(block);
    for (std::size_t c = 0; c < plugin.inputs(); ++c) plugin.hear(c, silence.data());
    for (std::size_t c = 0; c < plugin.outputs(); ++c) plugin.say(c, unheard.data());
    for (int i = 0; i < 64; ++i) plugin.run(), plugin.work();

    std::vector<double> costs;
    for (std::size_t b = 0; b < blocks; ++b) {
        for (std::size_t c = 0; c < plugin.inputs(); ++c)
            plugin.hear(c, in[std::min(c, in.size() - 1)].data() + b * block);
        for (std::size_t c = 0; c < plugin.outputs(); ++c) plugin.say(c, out[c].data() + b * block);
        const double began = thread_ns();
        plugin.run();
        costs.push_back(thread_ns() - began);
        plugin.work();
    }
    std::ranges::sort(costs);
    write(argv[4], out, info.samplerate, frames);
    std::printf("{\"latency_frames\": %d, \"ns_per_frame\": %.2f}\n", plugin.latency(),
                costs.empty() ? 0 : costs[costs.size() / 2] / static_cast<double>(block));
}
} // namespace

int main(int argc, char** argv)
{
    if (argc < 5) return 2;
    try {
        run(argc, argv);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "lv2_peer: %s\n", error.what());
        return 3;
    }
}

#pragma once
#include "config/automation_text.h"
#include "config/groups.h"
#include "config/problems.h"
#include "dsp/graph/description.h"
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fohd::config {

/// Where the sound comes from and goes to.
struct Audio {
    std::string backend = "auto"; ///< jack, alsa, dummy or auto: a running JACK server, else ALSA, else dummy
    std::string client = "fohd";  ///< Name of the JACK client.
    struct Alsa {
        std::string device = "default";
        int rate = 48000; ///< Hz
        int period = 64;  ///< frames
        int periods = 2;
        bool operator==(const Alsa&) const = default;
    } alsa;
    std::string source = "silence"; ///< What dummy hears: silence, programme, noise or a file of sound.
    bool operator==(const Audio&) const = default;
};

/// The network. Addresses are literal IPv4 or IPv6, checked.
struct Control {
    int port = 9000; ///< UDP and TCP
    std::string bind = "127.0.0.1";
    std::vector<std::string>
        allow; ///< Networks as `192.168.1.0/24`, always with a prefix. Empty: whoever reaches the port.
    struct Target {
        std::string host;
        int port;
        bool operator==(const Target&) const = default;
    };
    std::vector<Target> targets; ///< Surfaces that get everything without asking.
    bool midi = false;           ///< Program changes recall scenes, through a port `midi_in`.
    bool operator==(const Control&) const = default;
};

/// How scenes are recalled.
struct Recall {
    std::vector<std::string> safe; ///< Patterns of what no recall touches: addresses or what is above them.
    float fade = 0;                ///< s, where a recall says nothing else
    bool switches_at_end = false;  ///< Switches and choices change at the end of a fade instead of its start.
    bool operator==(const Recall&) const = default;
};

/// What is automated from the start.
struct Played {
    std::string file;     ///< Empty: nothing.
    bool follows = false; ///< JACK's transport.
    Automation content;   ///< Of the file, read by read_automation_of().
    /// As surfaces see it: the file's without its folder and suffix.
    std::string name() const;
    bool operator==(const Played&) const = default;
};

/// The JACK port of `midi: true`.
inline constexpr const char* midi_port_name = "midi_in";

/// What a strip has besides its description.
struct StripExtras {
    Position position;                ///< of its name in the file
    std::vector<std::string> connect; ///< One port name or pattern a channel, or empty.
    bool keeps_loudness = false;      ///< Its loudness goes on after a restart.
};

/// A whole file, validated.
struct Config {
    Audio audio;
    Control control;
    Recall recall;
    Played automation;
    bool watch = false;            ///< The file is read again whenever it is saved.
    bool follows_transport = true; ///< The tempo, where the transport has one.
    dsp::Description graph;
    std::vector<StripExtras> extras; ///< One for each of graph.strips.
    std::vector<MuteGroup> mute_groups;
    std::vector<Dca> dcas;
    std::optional<Solo> solo;
    std::optional<Ab> ab;
};

/// What became of reading a file for a processor: the impulse in it, or one sentence of what is wrong with it. With an impulse it may
/// be of something that its writer should know.
struct ReadImpulse {
    std::shared_ptr<const dsp::Impulse> impulse;
    std::string problem;
};

/// How the files that processors work with are found and read.
struct Files {
    std::string folder = {}; ///< Where relative paths start. Empty: where the program runs.
    std::function<ReadImpulse(const std::string& path)> read = {}; ///< Nobody: they are not read.
    bool may_fail = false; ///< What is wrong with one is a warning, and its processor passes sound unchanged.
};

/// A config, or all the errors that there are. Warnings come with either.
struct Loaded {
    std::optional<Config> config;
    std::vector<Error> problems; ///< In the order of the file.
};

/// Limits of a file; beyond them it is refused.
inline constexpr std::size_t max_file_bytes = 1'000'000;
inline constexpr std::size_t max_yaml_nodes = 100'000;
inline constexpr int max_strips = 512;
inline constexpr int max_channels = 16;
inline constexpr int max_chain = 64;
inline constexpr int max_groups = 64; ///< mute groups, and as many DCAs
inline constexpr std::size_t max_name = 64;

/// Reads a file. Any thread that may wait for a disk. A relative sound file of `audio: source` is looked for beside it, and so is that
/// of `automation`, which is not read yet. So are those of processors, which `files` reads; its folder is not used.
Loaded load_file(const std::string& path, Files files = {});

/// Reads the file of `automation`, if there is one, for the values that surfaces have. What is wrong with it is told with that file's
/// name, and then there is no config. Any thread that may wait for a disk.
void read_automation_of(Loaded& loaded, const dsp::Layout& surface);

/// Reads the text of a file. Bounded in time and memory whatever the text.
Loaded load_text(std::string_view text, const Files& files = {});

/// The ports of an input or output, one a channel: `vox`, or `vox_1`, `vox_2` …
std::vector<std::string> port_names(const dsp::Strip& strip);
/// The ports of a processor, one a channel, `what` being "send" or "return": `vox_insert_send`, or `vox_insert_send_1` …
std::vector<std::string> port_names(const dsp::Strip& strip, const dsp::ProcessorNode& node, std::string_view what);
/// The texts of a setting, in order.
std::vector<std::string> settings_of(const dsp::ProcessorNode& node, std::string_view id);
} // namespace fohd::config

#pragma once
#include "dsp/registry.h"
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace fohd::dsp {

enum class StripKind : std::uint8_t { input, bus, output };
/// Where a send leaves its strip: before the chain; after it, before the fader; after fader, pan and mute.
enum class Tap : std::uint8_t { in, pre, post };

/// "input", "bus", "output": the first segment of an address.
constexpr std::string_view name_of(StripKind kind)
{
    constexpr std::string_view names[] = {"input", "bus", "output"};
    return names[static_cast<std::size_t>(kind)];
}

/// One processor of a chain.
struct ProcessorNode {
    std::string name; ///< Unique in its chain; its type unless the file names it.
    const ProcessorType* type = nullptr;
    std::vector<float> values; ///< As ProcessorType says: params, then bands.
    bool bypass = false;
    int key = -1; ///< Index of the strip that is listened to, or -1: the own sound.
    std::vector<std::pair<std::string, std::string>> settings; ///< Every other setting: id, text.
    SharedImpulse impulse{};                                   ///< What its `file` has in it, where that was read.

    int bands() const;
    /// Joint ones: which share one processor. Empty for all others.
    std::string joint_name() const;
    bool operator==(const ProcessorNode&) const = default;
};

struct Send {
    int to = -1;     ///< Index of a bus.
    float level = 0; ///< dB, -90 is silence
    bool mute = false;
    Tap tap = Tap::post;
    bool align = true; ///< false: late, and delays nobody
    // What no file says of a send, but those that a desk adds need:
    std::string label = {};    ///< Its name where it is not that of its bus: in addresses, and from graph to graph.
    bool through_mute = false; ///< pre: sounds although its strip is muted
    float glide_ms = 20;       ///< how long a change of its gain takes
    // In a transition:
    enum class Fade : std::uint8_t { none, opens, closes } fade = Fade::none; ///< From silence, or into it.
    bool waits = true; ///< false: it does not wait for what comes later, as that would move what rings of it.
    bool operator==(const Send&) const = default;
};

/// (sum of what is sent to it) -> chain, with the fader at its place -> sends.
struct Strip {
    StripKind kind = StripKind::input;
    std::string name;
    int channels = 1;
    std::vector<ProcessorNode> chain;
    int fader_position = 0; ///< The fader stands before chain[fader_position]; chain.size(): last.
    float fader = 0;        ///< dB, -90 is silence
    float pan = 0;          ///< -1 left .. 1 right: panned where mono meets stereo, balance in stereo
    bool mute = false;
    bool polarity = false; ///< true: inverted
    float pan_law = -3;    ///< dB at the centre: -3, -4.5 or -6
    bool mute_pre = true;  ///< mute silences pre sends too
    bool align = true;
    bool loudness = false; ///< measured at the end of this strip
    int from = -1;         ///< Outputs: index of the strip that is heard.
    std::vector<Send> sends;
    // What no file says of a strip, but those that a desk adds need:
    std::string
        repeats{}; ///< The address of the strip whose sound it has once more: in a joint processor that counts once.
    // In a transition:
    std::string continues{}; ///< What leaves: the address of the strip whose state it takes over.
    bool rings_on = false;   ///< What leaves stays until it is silent.
    bool opens = false;      ///< Inputs: what the port brings opens; outputs: what `from` brings.
    bool operator==(const Strip&) const = default;
};

/// A graph as plain data: inputs, then buses, then outputs. Channels of inputs, in order, are the numbered endpoints
/// in; channels of outputs the endpoints out.
struct Description {
    std::vector<Strip> strips;
    float tempo = 120; ///< beats a minute
    bool operator==(const Description&) const = default;
};

/// The strips of a cycle of sends, `from`, keys and groups of joint processors, in order, or nothing. A strip that keys itself is one.
std::vector<int> find_loop(const Description& description);

/// The address of a strip: "/bus/main".
std::string address_of(const Strip& strip);

/// The name of a send of this description: its label, or its bus.
const std::string& name_of(const Send& send, const Description& description);

/// A processor of this type with every value at its default, named after its type.
ProcessorNode make_node(const ProcessorType& type);
} // namespace fohd::dsp

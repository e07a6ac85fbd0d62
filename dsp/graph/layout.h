#pragma once
#include "dsp/graph/description.h"
#include <string>
#include <vector>

namespace fohd::dsp {

/// One value of a graph, numbered.
struct Parameter {
    std::string address; ///< "/bus/main/eq/1/frequency", "/input/vox/send/main/level", "/bus/main/eq/bypass" …
    const ParamSpec* spec;
    float initial; ///< The description's value.
    int slice;     ///< The values that are designed together with it; -1: a value of a surface, that no graph has.
};

/// Values that are designed into coefficients together: a strip's fader, pan, mute and polarity, a processor's, or a
/// send's. The last slice is the tempo, with which every processor is designed that follows it.
struct Slice {
    enum class Kind : std::uint8_t { fader, processor, send, tempo } kind;
    int strip;       ///< index in the description; tempo: as many as there are
    int index;       ///< of the processor in the chain, or of the send
    int first_value; ///< Its values are parameters [first_value, first_value + value_count).
    int value_count; ///< A processor's last value is its bypass.
};

/// Every value of a description in one flat row: the store keeps it, the graph designs from it. Immutable, any thread.
struct Layout {
    /// The description's values, then `others`, whose slice is -1.
    explicit Layout(const Description& description, std::vector<Parameter> others = {});

    std::vector<Parameter> parameters;
    std::vector<Slice> slices;
    int tempo; ///< Index of its parameter.

    /// The initial values, one a parameter.
    std::vector<float> initial_values() const;
    /// Index by address, or -1.
    int find(std::string_view address) const;

private:
    std::vector<int> by_address_; ///< Parameters sorted by address.
};

/// Writes values back into a description of the same layout.
void store_values(const Layout& layout, std::span<const float> values, Description& description);
} // namespace fohd::dsp

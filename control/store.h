#pragma once

#include "dsp/graph/layout.h"

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace fohd::control {

/// Where values become sound; daemon implements it.
class Sound {
public:
    virtual ~Sound() = default;
    /// Control thread, at most once a millisecond. `values` is every parameter of the layout; `changed` are the indices of
    /// those that differ from the last call, ascending, never none. Must not wait for the audio thread.
    virtual void apply(std::span<const float> values, std::span<const int> changed) = 0;
};

/// Who wrote a value: a number that the network side gives a client. 0 is nobody: the file, or fohd itself.
using Writer = std::uint32_t;

/// The truth of every value of a graph, in plain units. Only what is stored here is asked, saved and fed back. One
/// thread: control's, or in `render` the one that runs the blocks.
class Store {
public:
    using Listener = std::function<void(int parameter, Writer by)>;

    /// Begins with the layout's own values, which count as applied. Both must outlive the store.
    Store(const dsp::Layout& layout, Sound& sound);

    const dsp::Layout& layout() const { return layout_; }
    std::span<const float> values() const { return values_; }
    float value(int parameter) const { return values_[at(parameter)]; }
    Writer writer(int parameter) const { return writers_[at(parameter)]; }

    /// Stores the value, clamped and rounded as its specification says, and answers what was stored. The value must be a
    /// number. The listener hears of it where it differs from what was there.
    float set(int parameter, float value, Writer by);

    /// Whether something waits to be published.
    bool dirty() const { return !changed_.empty(); }
    /// Hands all that changed to the sound, at once.
    void publish();

    /// Who is told of each change; one listener.
    void on_change(Listener listener) { listener_ = std::move(listener); }

private:
    static std::size_t at(int parameter) { return static_cast<std::size_t>(parameter); }

    const dsp::Layout& layout_;
    Sound& sound_;
    std::vector<float> values_;
    std::vector<Writer> writers_;
    std::vector<char> is_changed_;
    std::vector<int> changed_;
    Listener listener_;
};

} // namespace fohd::control

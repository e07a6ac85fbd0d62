#pragma once

#include "control/listeners.h"
#include "dsp/graph/layout.h"

#include <cstdint>
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
    /// As apply(), of what already sounds so: an automation plays it. Before the apply() that is of the same moment.
    virtual void follow(std::span<const float> values, std::span<const int> changed)
    {
        static_cast<void>(values), static_cast<void>(changed);
    }
};

/// Who wrote a value: a number that the network side gives a client. 0 is nobody: the file, or fohd itself, which is not
/// to be undone.
using Writer = std::uint32_t;

/// A value that is now another one.
struct Change {
    int parameter;
    float before, after;
    Writer by;
    int batch;             ///< Equal for changes that were made as one, 0 for one alone. See Store::Batch.
    bool followed = false; ///< It sounds so already: an automation plays it.
};

/// The truth of every value of a graph, in plain units. Only what is stored here is asked, saved and fed back. One
/// thread: control's, or in `render` the one that runs the blocks.
class Store {
public:
    using Listening = Listeners<const Change&>::Listening;

    /// Begins with the layout's own values, which count as applied. Both must outlive the store.
    Store(const dsp::Layout& layout, Sound& sound);
    /// Begins with these values, one a parameter and within its range, which count as applied.
    Store(const dsp::Layout& layout, Sound& sound, std::vector<float> values);

    const dsp::Layout& layout() const { return layout_; }
    std::span<const float> values() const { return values_; }
    float value(int parameter) const { return values_[at(parameter)]; }
    /// What the file says.
    float file_value(int parameter) const { return layout_.parameters[at(parameter)].initial; }
    Writer writer(int parameter) const { return writers_[at(parameter)]; }

    /// Stores the value, clamped and rounded as its specification says, and answers what was stored. The value must be a
    /// number. The listeners hear of it where it differs from what was there.
    float set(int parameter, float value, Writer by);

    /// As set(), by nobody, of a value that sounds so already.
    void follow(int parameter, float value);

    /// What is set as long as one of these lives is one deed: a bundle, a pattern. One within another belongs to it.
    class Batch {
    public:
        explicit Batch(Store& store) : store_(store)
        {
            if (store_.batches_++ == 0) ++store_.batch_;
        }
        ~Batch() { --store_.batches_; }
        Batch(const Batch&) = delete;
        Batch& operator=(const Batch&) = delete;

    private:
        Store& store_;
    };

    /// Whether something waits to be published.
    bool dirty() const { return !changed_.empty() || !followed_.empty(); }
    /// Hands all that changed to the sound, at once.
    void publish();

    /// Told before what was set is handed to the sound, as long as the answer is kept.
    [[nodiscard]] Listeners<>::Listening before_publish(Listeners<>::Listener listener)
    {
        return publishing_.add(std::move(listener));
    }
    /// Tells of each change, as long as the answer is kept.
    [[nodiscard]] Listening on_change(Listeners<const Change&>::Listener listener)
    {
        return listeners_.add(std::move(listener));
    }

private:
    void keep(int parameter, float stored, Writer by, bool followed);
    static std::size_t at(int parameter) { return static_cast<std::size_t>(parameter); }

    const dsp::Layout& layout_;
    Sound& sound_;
    std::vector<float> values_;
    std::vector<Writer> writers_;
    std::vector<char> is_changed_, is_followed_;
    std::vector<int> changed_, followed_;
    int batch_ = 0, batches_ = 0; ///< The last one's number; how many live.
    Listeners<const Change&> listeners_;
    Listeners<> publishing_;
};

} // namespace fohd::control

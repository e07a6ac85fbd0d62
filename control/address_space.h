#pragma once

#include "control/osc/message.h"
#include "control/osc/pattern.h"
#include "control/readings.h"
#include "control/store.h"

#include <unordered_map>

namespace fohd::control {

/// Something with an address.
struct Entry {
    enum class Kind {
        parameter,
        norm, ///< a parameter as 0..1 on its taper
        reading,
        loudness_pause, ///< a switch
        loudness_reset, ///< a command
        clear,          ///< a command
        action,         ///< a command, to a processor
        text            ///< what others have to say: see AddressSpace::add_text()
    } kind;
    int index; ///< of the parameter, reading, command, action or text; of the strip for loudness
    std::string address;

    bool has_value() const { return kind != Kind::loudness_reset && kind != Kind::clear && kind != Kind::action; }
    bool is_reading() const { return kind == Kind::reading; }
    /// Whether it is state, as `/dump` gives it: neither a reading nor another's twin.
    bool is_state() const { return kind == Kind::parameter || kind == Kind::loudness_pause; }
};

/// What became of a message to an entry.
struct Outcome {
    std::string error;  ///< Empty where it was done.
    bool echo = false;  ///< What was stored differs from what was sent: tell the sender.
    bool later = false; ///< A command was given of which one hears later what it came to.
};

/// What has an address besides what a description says.
struct Additions {
    /// A command that sets parameters to zero.
    struct Clear {
        std::string address;
        std::vector<int> parameters;
    };
    std::vector<Reading> readings;
    std::vector<Clear> clears;
};

/// All that has an address in a graph, and what messages to it mean. Knows nothing of the network. Control thread.
class AddressSpace {
public:
    /// Store and readings must outlive it.
    AddressSpace(const dsp::Description& description, Store& store, ReadingSource& readings,
                 const Additions& additions);
    AddressSpace(const dsp::Description& description, Store& store, ReadingSource& readings);

    const dsp::Description& description() const { return description_; }
    std::span<const Entry> entries() const { return entries_; }
    const Entry& entry(int index) const { return entries_[static_cast<std::size_t>(index)]; }
    /// Index of the entry with this address, or -1.
    int find(std::string_view address) const;
    /// Entries that a pattern matches. The twins under /norm only where the pattern itself begins with /norm, so that
    /// no `//fader` sets decibels and positions at once; commands only where its last segment names them.
    std::vector<int> match(const Pattern& pattern) const;
    /// Entries of a parameter: itself and its twin.
    int parameter_entry(int parameter) const { return parameter; }
    int norm_entry(int parameter) const { return parameter + static_cast<int>(parameters_); }

    /// The value as it is sent; has_value() must hold.
    Message message(int entry) const;
    /// Sets a value, or gives a command. No arguments mean a command; asking is message().
    Outcome set(int entry, const std::vector<Argument>& arguments, Writer by);
    /// A script's way in: `text` as in YAML, or 0..1 under /norm; the address may be a pattern. Empty, or what is wrong.
    std::string set_text(std::string_view address, const std::string& text);

    /// Who wrote the entry's value last; nobody for readings.
    Writer writer(int entry) const;
    /// Writes a reading's values; as many as it has.
    void read(int entry, std::vector<float>& values) const;
    /// What to say of an address that does not exist, with the nearest one that does; `others` exist besides.
    std::string unknown(std::string_view address, std::span<const std::string_view> others = {}) const;

    /// Something that can be asked and subscribed to, and is not set. `tell` says it; text_changed(), called with the answer,
    /// that it is another.
    int add_text(std::string address, std::function<std::vector<Argument>()> tell);
    void text_changed(int entry) { listeners_.tell(entry, 0); }

    using Listening = Listeners<int, Writer>::Listening;
    /// Tells of every change that the store does not know of, loudness/pause and texts, as long as the answer is kept.
    [[nodiscard]] Listening on_switch(std::function<void(int entry, Writer by)> listener)
    {
        return listeners_.add(std::move(listener));
    }

private:
    std::string set_text(int entry, const std::string& text);
    Outcome act(const Entry& entry, Writer by);
    Outcome set_parameter(const Entry& entry, const Argument& argument, Writer by);
    Outcome set_norm(const Entry& entry, const Argument& argument, Writer by);
    Outcome set_pause(int index, const Argument& argument, Writer by);

    void add_actions(int strip);
    void index();

    const dsp::Description& description_;
    Store& store_;
    ReadingSource& source_;
    std::vector<Reading> readings_;
    std::vector<Additions::Clear> clears_;
    struct Action {
        int strip, processor, action;
    };
    std::vector<Action> actions_;
    std::vector<Entry> entries_; ///< Parameters, their twins, then everything else.
    std::size_t parameters_;
    std::unordered_map<std::string_view, int> by_address_;
    std::vector<char> paused_; ///< By strip.
    std::vector<std::function<std::vector<Argument>()>> texts_;
    Listeners<int, Writer> listeners_;
};

} // namespace fohd::control

#pragma once
#include "dsp/graph/shape.h"
#include "dsp/impulse.h"
#include "dsp/param.h"
#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace fohd::dsp {

/// For whom coefficients are designed.
struct Context {
    double rate;                      ///< Hz
    int channels = 1;                 ///< of the strip
    int channel = 0;                  ///< the one that is designed, from 0. In a pair 0 is left, 1 is right.
    bool keyed = false;               ///< another strip is the key
    double tempo = 120;               ///< beats a minute; for design() and memory() alone, of types that follow it
    const Impulse* impulse = nullptr; ///< What make() and memory() find in the processor's `file`, if there is one.
};

/// Takes the coefficients of one channel: those of the key stages, then those of the core stages, in the order of the
/// Shape.
class CoeffWriter {
public:
    explicit CoeffWriter(float* to) : to_(to) {}
    template <class C> void operator()(const C& coeffs)
    {
        static_assert(std::is_trivially_copyable_v<C> && sizeof(C) % sizeof(float) == 0);
        std::memcpy(to_, &coeffs, sizeof(C));
        to_ += sizeof(C) / sizeof(float);
    }
    const float* end() const { return to_; }

private:
    float* to_;
};

/// The sound of a processor with ports beyond its own chain, one planar buffer a channel.
struct Exchange {
    const float* const* back; ///< What came in by the returns; null where nothing can come.
    const float* const* late; ///< The sound of the chain, as late as the processor.
    float* const* send;       ///< run() writes what goes out by the sends.
};

/// What an action that takes time has come to.
struct Finding {
    bool busy = false;     ///< It is under way: let no other graph take over, for that would end it.
    bool answered = false; ///< It has ended since the last look: the two below hold.
    std::vector<std::pair<std::string_view, float>> values; ///< Parameters by id, to be stored; none where it failed.
    std::string text;                                       ///< One sentence: what was found, or why nothing.
};

/// A processor that cannot ride in lanes: it runs for one strip, on planar buffers.
class PlanarProcessor {
public:
    virtual ~PlanarProcessor() = default;
    /// Audio thread. In place; `frames` <= max_block; buffers are aligned.
    virtual void run(float* const* channels, int frames) = 0;
    /// What another strip sends as the key, before each run() of one that was made for it: as many channels as the strip has, all the
    /// same where the other strip has another number. Valid until run() returns. Audio thread.
    virtual void hear(const float* const* key) { static_cast<void>(key); }
    /// What a processor with ports exchanges with the world, before each run(). Valid until run() returns. Audio thread.
    virtual void exchange(const Exchange& world) { static_cast<void>(world); }
    /// Audio thread. New coefficients as design() wrote them; glides or fades by itself. `now`: without a glide.
    virtual void aim(std::span<const float> coeffs, bool now) = 0;
    /// Silent and at rest, as after construction. Audio thread.
    virtual void clear() = 0;
    /// Before take(), while `from` still runs: copies up to `frames` samples of a long memory, so that take() finds little left to
    /// copy. Called block after block until it answers true. Audio thread.
    virtual bool take_ahead(const PlanarProcessor& from, int frames)
    {
        static_cast<void>(from), static_cast<void>(frames);
        return true;
    }
    /// Goes on where another of the same type stopped. Audio thread; copies, never allocates.
    virtual void take(const PlanarProcessor& from) = 0;
    /// Of types that learn: writes what it has learned, as many items as the type's `learned` has room for; a free place is all zeros.
    /// `all`: also what it would forget again by itself. Audio thread, about every 10 ms; const, never allocates.
    virtual void remember(std::span<float> items, bool all) const { static_cast<void>(items), static_cast<void>(all); }
    /// Begins, silent, with what one of the same type has remembered, at whatever rate. Instead of take() where that one rings on.
    /// Audio thread, or control thread before the audio thread has it; after aim(); never allocates.
    virtual void learn(std::span<const float> items) { static_cast<void>(items); }
    /// Control thread, a few times a second while the audio thread runs: does of an action what is too long for that, and tells
    /// what came of it. `block`: frames a callback.
    virtual Finding find(int block)
    {
        static_cast<void>(block);
        return {};
    }
    /// Gain reduction of a channel now, dB >= 0, of those whose type `reduces`. Audio thread.
    virtual float reduction(int channel) const
    {
        static_cast<void>(channel);
        return 0;
    }
    /// Does what the type's action of this index says. Audio thread, before a block.
    virtual void act(int action) { static_cast<void>(action); }
    /// Control thread, while no audio thread runs and before one runs again: the world was away, so an action that needed it goes on no
    /// more and find() says so.
    virtual void interrupt() {}
    /// A value of the type's reading of this index, now. Audio thread, about every 10 ms.
    virtual float reading(int reading, int value) const
    {
        static_cast<void>(reading), static_cast<void>(value);
        return 0;
    }
};

/// A processor that runs as one over all its members: the nodes of one group, in whatever strips they stand. Each member's sound comes
/// equally late.
class JointProcessor {
public:
    struct Member {
        int channels;
        bool counts; ///< Not where it only doubles another member for the time of a transition.
    };
    virtual ~JointProcessor() = default;
    /// Audio thread. One planar buffer a channel, members in order, aligned; none of `out` is one of `in`. `clock` counts the frames
    /// since the first graph began.
    virtual void run(const float* const* in, float* const* out, int frames, std::uint64_t clock) = 0;
    /// Audio thread. New coefficients of a member as design() wrote them, and its share of wet sound; it glides by itself. `now`:
    /// without a glide.
    virtual void aim(int member, float wet, std::span<const float> coeffs, bool now) = 0;
    /// As after construction, but for the coefficients. Audio thread.
    virtual void clear(int member) = 0;
    /// A member goes on where one of another of the same type stopped. Audio thread; copies, never allocates.
    virtual void take(int member, const JointProcessor& from, int from_member) = 0;
    /// Gain reduction of a member now, dB >= 0. Audio thread.
    virtual float reduction(int member) const = 0;
};

/// A text that belongs to the structure and not to the sound: which strip is the key, which file is the impulse.
struct SettingSpec {
    std::string_view id;
    enum class Kind : std::uint8_t { strip, file, port, text } kind;
    std::string_view text;
    bool required = false;
};

/// What a planar processor does when it is told, without a value: `/.../PROCESSOR/ID`.
struct ActionSpec {
    std::string_view id, text;
    /// Ids of parameters that it finds and that are stored then, see PlanarProcessor::find(): it takes time, and what it came to is told to
    /// who asked.
    std::span<const std::string_view> finds = {};
};

/// What a planar processor tells besides its gain reduction: `/.../PROCESSOR/meter/ID`. 0 where there is nothing to tell.
struct ReadingSpec {
    std::string_view id;
    Unit unit;
    int values; ///< How many; 0: one a channel.
    std::string_view text;

    int count(int channels) const { return values == 0 ? channels : values; }
};

/// The frequencies that cut a sound into bands: a list in files, numbered from 1 in addresses (`crossover/1`). They ascend.
struct SplitSpec {
    std::string_view key;            ///< In files, such as "crossovers".
    std::span<const ParamSpec> spec; ///< Of each: one, whose id is the segment of its address. Empty: there are none.
    int max = 0;
    std::span<const float> initial;
};

/// What a planar processor learns: items, each of the same few numbers, that mean the same at every rate.
struct LearnedSpec {
    std::string_view key;             ///< In files, such as "filters".
    std::span<const ParamSpec> specs; ///< Of an item's numbers. Empty: it learns nothing.
    int max = 0;                      ///< Items.

    std::size_t size() const { return specs.size() * static_cast<std::size_t>(max); }
};

/// A processor as the rest of the program sees it. `values` are the parameters in the order of `params`, then the splits,
/// then `bands` times those of `band_params`. Where there are both, splits are one fewer than bands. shape() and design()
/// are pure and run on the control thread.
struct ProcessorType {
    std::string_view id, text;
    std::span<const ParamSpec> params;
    std::span<const ParamSpec> band_params; ///< Empty where there are no bands.
    int max_bands = 0;
    std::span<const float> initial_bands; ///< Values of the bands of an empty `bands`, flat.
    SplitSpec splits;
    std::span<const SettingSpec> settings;
    std::span<const ActionSpec> actions;   ///< planar only
    std::span<const ReadingSpec> readings; ///< planar only
    LearnedSpec learned;                   ///< planar only
    int reduction_row =
        -1; ///< Row of the core stages' States that tells the gain reduction, or -1. The most of all counts.
    bool reduction_is_gain = false; ///< That row holds a factor, else octaves of amplitude (1 = 6.02 dB, >= 0).
    bool planar = false;
    bool planar_reduces = false; ///< planar: it tells its gain reduction.
    bool follows_tempo = false;  ///< design() reads the tempo.
    bool rings = false;          ///< Sounds on by itself: what is taken out of a graph rings out.
    Shape (*shape)(std::span<const float> values, const Context&) = nullptr;
    void (*design)(std::span<const float> values, const Context&, CoeffWriter&) = nullptr;
    std::unique_ptr<PlanarProcessor> (*make)(std::span<const float> values, const Context&) = nullptr; ///< planar only
    /// Only of joint ones, which are planar too, and have no latency.
    std::unique_ptr<JointProcessor> (*make_joint)(std::span<const JointProcessor::Member>, double rate) = nullptr;
    /// Seconds after which what one heard before is out of it, all but a remainder that is no gap. May be nullptr.
    double (*memory)(std::span<const float> values, const Context&) = nullptr;
    /// What is wrong with values that are each in their range, as one sentence, or nothing. May be nullptr.
    std::string (*conflict)(std::span<const float> values) = nullptr;
    /// What does not hold any more at this rate, in Hz, and with so many frames a callback, as one sentence, or nothing. May be nullptr.
    std::string (*doubt)(std::span<const float> values, double rate, int block) = nullptr;

    int initial_band_count() const
    {
        return band_params.empty() ? 0 : static_cast<int>(initial_bands.size() / band_params.size());
    }
    /// How many splits and bands so many values hold.
    int split_count(std::size_t values) const;
    int band_count(std::size_t values) const;
    /// As `memory` says, or what is enough for all who ring without it.
    double memory_seconds(std::span<const float> values, const Context& context) const
    {
        constexpr double short_ringing = 0.1;
        return memory ? memory(values, context) : rings ? short_ringing : 0;
    }
    /// Whether it tells its gain reduction.
    bool reduces() const { return reduction_row >= 0 || planar_reduces; }
    /// How many values its readings have before the reading of this index, for a strip of so many channels; `readings.size()`: in all.
    int values_before(std::size_t reading, int channels) const;
    /// Whether the setting exists, e.g. "key".
    bool has_setting(std::string_view name) const;
    /// Whether each channel goes out of the chain by a port and comes back by another.
    bool has_ports() const;
};

/// The settings of a processor that listens.
inline constexpr SettingSpec key_setting[] = {
    {"key", SettingSpec::Kind::strip, "Strip that is listened to instead of the own sound, before its fader."}};

/// Every processor, in the order of the reference.
std::span<const ProcessorType> processor_types();
/// By id, or nullptr.
const ProcessorType* find_processor_type(std::string_view id);

namespace detail {
template <class P> typename P::Params params_of(std::span<const float> values)
{
    typename P::Params p;
    if constexpr (!std::is_empty_v<typename P::Params>) std::memcpy(&p, values.data(), sizeof p);
    return p;
}
/// Splits that `rest` values after the parameters begin with.
constexpr std::size_t splits_in(std::size_t rest, std::size_t band_fields)
{
    return band_fields ? (rest + 1) / (band_fields + 1) - 1 : rest;
}
template <class P> constexpr std::size_t band_fields()
{
    if constexpr (requires { typename P::Band; })
        return field_count<typename P::Band>;
    else
        return 0;
}
template <class P> std::span<const typename P::Split> splits_of(std::span<const float> values)
{
    const auto rest = values.subspan(field_count<typename P::Params>);
    return {reinterpret_cast<const typename P::Split*>(rest.data()), splits_in(rest.size(), band_fields<P>())};
}
template <class P> std::span<const typename P::Band> bands_of(std::span<const float> values)
{
    auto rest = values.subspan(field_count<typename P::Params>);
    if constexpr (requires { typename P::Split; }) rest = rest.subspan(splits_in(rest.size(), band_fields<P>()));
    return {reinterpret_cast<const typename P::Band*>(rest.data()), rest.size() / field_count<typename P::Band>};
}
/// f(params[, splits][, bands], more…), as the processor has them.
template <class P> auto with_parts(std::span<const float> values, auto&& f)
{
    constexpr bool splits = requires { typename P::Split; }
    , bands = requires { typename P::Band; };
    if constexpr (splits && bands)
        return f(params_of<P>(values), splits_of<P>(values), bands_of<P>(values));
    else if constexpr (splits)
        return f(params_of<P>(values), splits_of<P>(values));
    else if constexpr (bands)
        return f(params_of<P>(values), bands_of<P>(values));
    else
        return f(params_of<P>(values));
}
template <class P>
inline constexpr auto flat_splits = std::bit_cast<std::array<float, P::initial_splits.size()>>(P::initial_splits);
template <class P>
inline constexpr auto flat_bands =
    std::bit_cast<std::array<float, P::initial_bands.size() * field_count<typename P::Band>>>(P::initial_bands);
template <class P> Shape shape_of(std::span<const float> values, const Context& context)
{
    return with_parts<P>(values, [&](const auto&... parts) { return P::shape(parts..., context); });
}
template <class P> void design_of(std::span<const float> values, const Context& context, CoeffWriter& out)
{
    with_parts<P>(values, [&](const auto&... parts) { P::design(parts..., context, out); });
}
} // namespace detail

/// What a processor's struct must offer:
///   static constexpr std::string_view type, text;
///   struct Params { quantities… };  static constexpr ParamTable<Params> params{…};
///   static Shape shape(const Params&, const Context&);                     // which kernels, how late
///   static void design(const Params&, const Context&, CoeffWriter& out);   // their coefficients for one channel
/// and may offer:
///   struct Band {…}; static constexpr ParamTable<Band> band_params{…}; static constexpr int max_bands;
///   static constexpr std::array<Band, N> initial_bands;  // shape and design then also take std::span<const Band>,
///   struct Split { Hertz f; }; static constexpr ParamTable<Split> split_params{…}; static constexpr std::string_view splits_key;
///   static constexpr int max_splits; static constexpr std::array<Split, N> initial_splits;
///   // shape and design then take std::span<const Split> after Params, before bands
///   static constexpr bool keyed = true;  // takes `key: STRIP`
///   static constexpr bool reduces;       // a planar processor that tells its gain reduction
///   static constexpr int reduction_row; static constexpr bool reduction_is_gain, rings, follows_tempo;  // see ProcessorType
///   static double memory(const Params&, const Context&);                             // as ProcessorType says, where it rings
///   static std::string conflict(const Params&, …);                                   // as ProcessorType says
///   static std::string doubt(const Params&, …, double rate, int block);              // as ProcessorType says
///   static std::unique_ptr<PlanarProcessor> make(const Params&, …, const Context&);  // a planar processor
///   static std::unique_ptr<JointProcessor> make_joint(std::span<const JointProcessor::Member>, double rate);  // a joint one
///   static constexpr SettingSpec settings[];
///   static constexpr ActionSpec actions[]; static constexpr ReadingSpec readings[];  // of a planar processor
///   struct Learned {…}; static constexpr ParamTable<Learned> learned_params{…}; static constexpr std::string_view learned_key;
///   static constexpr int max_learned;  // of a planar processor: what it remembers
template <class P> constexpr ProcessorType type_of()
{
    ProcessorType t;
    t.id = P::type;
    t.text = P::text;
    t.params = P::params.specs;
    t.shape = detail::shape_of<P>;
    t.design = detail::design_of<P>;
    if constexpr (requires { typename P::Band; }) {
        t.band_params = P::band_params.specs;
        t.max_bands = P::max_bands;
        t.initial_bands = detail::flat_bands<P>;
    }
    if constexpr (requires { typename P::Split; })
        t.splits = {P::splits_key, P::split_params.specs, P::max_splits, detail::flat_splits<P>};
    if constexpr (requires { P::keyed; }) t.settings = key_setting;
    if constexpr (requires { P::settings; }) t.settings = P::settings;
    if constexpr (requires { P::actions; }) t.actions = P::actions;
    if constexpr (requires { P::readings; }) t.readings = P::readings;
    if constexpr (requires { typename P::Learned; })
        t.learned = {P::learned_key, P::learned_params.specs, P::max_learned};
    for (const ActionSpec& action : t.actions)
        for (const ParamSpec& param : t.params)
            if (action.id == param.id) throw "an action has the id of a parameter";
    if constexpr (requires { P::reduction_row; }) t.reduction_row = P::reduction_row;
    if constexpr (requires { P::reduction_is_gain; }) t.reduction_is_gain = P::reduction_is_gain;
    if constexpr (requires { P::reduces; }) t.planar_reduces = P::reduces;
    if constexpr (requires { P::follows_tempo; }) t.follows_tempo = P::follows_tempo;
    if constexpr (requires { P::rings; }) t.rings = P::rings;
    if constexpr (requires { &P::memory; })
        t.memory = [](std::span<const float> values, const Context& context) {
            return P::memory(detail::params_of<P>(values), context);
        };
    if constexpr (requires { &P::make; }) {
        t.planar = true;
        t.make = [](std::span<const float> values, const Context& context) {
            return detail::with_parts<P>(values, [&](const auto&... parts) { return P::make(parts..., context); });
        };
    }
    if constexpr (requires { &P::make_joint; }) {
        t.planar = true;
        t.make_joint = P::make_joint;
    }
    if constexpr (requires { &P::conflict; })
        t.conflict = [](std::span<const float> values) {
            return detail::with_parts<P>(values, [](const auto&... parts) { return P::conflict(parts...); });
        };
    if constexpr (requires { &P::doubt; })
        t.doubt = [](std::span<const float> values, double rate, int block) {
            return detail::with_parts<P>(values, [&](const auto&... parts) { return P::doubt(parts..., rate, block); });
        };
    return t;
}
} // namespace fohd::dsp

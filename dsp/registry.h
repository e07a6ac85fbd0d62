#pragma once
#include "dsp/graph/shape.h"
#include "dsp/param.h"
#include <cstring>
#include <memory>
#include <string>

namespace fohd::dsp {

/// For whom coefficients are designed.
struct Context {
    double rate;        ///< Hz
    int channels = 1;   ///< of the strip
    int channel = 0;    ///< the one that is designed, from 0. In a pair 0 is left, 1 is right.
    bool keyed = false; ///< another strip is the key
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

/// A processor that cannot ride in lanes: it runs for one strip, on planar buffers.
class PlanarProcessor {
public:
    virtual ~PlanarProcessor() = default;
    /// Audio thread. In place; `frames` <= max_block; buffers are aligned.
    virtual void run(float* const* channels, int frames) = 0;
    /// Audio thread. New coefficients as design() wrote them; glides or fades by itself. `now`: without a glide.
    virtual void aim(std::span<const float> coeffs, bool now) = 0;
    /// Silent and at rest, as after construction. Audio thread.
    virtual void clear() = 0;
    /// Goes on where another of the same type stopped. Audio thread; copies, never allocates.
    virtual void take(const PlanarProcessor& from) = 0;
};

/// A text that belongs to the structure and not to the sound: which strip is the key, which file is the impulse.
struct SettingSpec {
    std::string_view id;
    enum class Kind : std::uint8_t { strip, file, port, text } kind;
    std::string_view text;
};

/// A processor as the rest of the program sees it. `values` are the parameters in the order of `params`, then `bands`
/// times those of `band_params`. shape() and design() are pure and run on the control thread.
struct ProcessorType {
    std::string_view id, text;
    std::span<const ParamSpec> params;
    std::span<const ParamSpec> band_params; ///< Empty where there are no bands.
    int max_bands = 0;
    std::span<const float> initial_bands; ///< Values of the bands of an empty `bands`, flat.
    std::span<const SettingSpec> settings;
    int reduction_row = -1;         ///< Row of the last core stage's State that tells the gain reduction, or -1.
    bool reduction_is_gain = false; ///< That row holds a factor, else octaves of amplitude (1 = 6.02 dB, >= 0).
    bool planar = false;
    Shape (*shape)(std::span<const float> values, const Context&) = nullptr;
    void (*design)(std::span<const float> values, const Context&, CoeffWriter&) = nullptr;
    std::unique_ptr<PlanarProcessor> (*make)(std::span<const float> values, const Context&) = nullptr; ///< planar only

    int initial_band_count() const
    {
        return band_params.empty() ? 0 : static_cast<int>(initial_bands.size() / band_params.size());
    }
    /// Whether the setting exists, e.g. "key".
    bool has_setting(std::string_view name) const;
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
template <class P> std::span<const typename P::Band> bands_of(std::span<const float> values)
{
    const auto rest = values.subspan(field_count<typename P::Params>);
    return {reinterpret_cast<const typename P::Band*>(rest.data()), rest.size() / field_count<typename P::Band>};
}
template <class P>
inline constexpr auto flat_bands =
    std::bit_cast<std::array<float, P::initial_bands.size() * field_count<typename P::Band>>>(P::initial_bands);
template <class P> Shape shape_of(std::span<const float> values, const Context& context)
{
    if constexpr (requires { typename P::Band; })
        return P::shape(params_of<P>(values), bands_of<P>(values), context);
    else
        return P::shape(params_of<P>(values), context);
}
template <class P> void design_of(std::span<const float> values, const Context& context, CoeffWriter& out)
{
    if constexpr (requires { typename P::Band; })
        P::design(params_of<P>(values), bands_of<P>(values), context, out);
    else
        P::design(params_of<P>(values), context, out);
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
///   second static constexpr bool keyed = true;                  // takes `key: STRIP` static constexpr int
///   reduction_row; static constexpr bool reduction_is_gain;  // see ProcessorType static
///   std::unique_ptr<PlanarProcessor> make(const Params&, const Context&);  // a planar processor
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
    if constexpr (requires { P::keyed; }) t.settings = key_setting;
    if constexpr (requires { P::reduction_row; }) t.reduction_row = P::reduction_row;
    if constexpr (requires { P::reduction_is_gain; }) t.reduction_is_gain = P::reduction_is_gain;
    if constexpr (requires { &P::make; }) {
        t.planar = true;
        t.make = [](std::span<const float> values, const Context& context) {
            return P::make(detail::params_of<P>(values), context);
        };
    }
    return t;
}
} // namespace fohd::dsp

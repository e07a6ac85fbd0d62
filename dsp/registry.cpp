#include "dsp/registry.h"
#include "dsp/processors/automix.h"
#include "dsp/processors/chorus.h"
#include "dsp/processors/compressor.h"
#include "dsp/processors/convolution.h"
#include "dsp/processors/crossover.h"
#include "dsp/processors/de_esser.h"
#include "dsp/processors/delay.h"
#include "dsp/processors/dither.h"
#include "dsp/processors/dynamic_eq.h"
#include "dsp/processors/eq.h"
#include "dsp/processors/feedback_suppressor.h"
#include "dsp/processors/flanger.h"
#include "dsp/processors/gate.h"
#include "dsp/processors/high_pass.h"
#include "dsp/processors/insert.h"
#include "dsp/processors/leveller.h"
#include "dsp/processors/limiter.h"
#include "dsp/processors/low_pass.h"
#include "dsp/processors/multiband.h"
#include "dsp/processors/octaver.h"
#include "dsp/processors/phaser.h"
#include "dsp/processors/pitch_correct.h"
#include "dsp/processors/reverb.h"
#include "dsp/processors/saturator.h"
#include "dsp/processors/width.h"
#include <algorithm>
#include <array>

namespace fohd::dsp {

bool ProcessorType::has_setting(std::string_view name) const
{
    return std::ranges::any_of(settings, [&](const SettingSpec& setting) { return setting.id == name; });
}

int ProcessorType::values_before(std::size_t reading, int channels) const
{
    int count = 0;
    for (const ReadingSpec& spec : readings.first(reading)) count += spec.count(channels);
    return count;
}

bool ProcessorType::has_ports() const
{
    return std::ranges::any_of(settings, [](const SettingSpec& each) { return each.kind == SettingSpec::Kind::port; });
}

int ProcessorType::split_count(std::size_t values) const
{
    return splits.spec.empty() ? 0 : static_cast<int>(detail::splits_in(values - params.size(), band_params.size()));
}

int ProcessorType::band_count(std::size_t values) const
{
    return band_params.empty()
               ? 0
               : static_cast<int>((values - params.size() - static_cast<std::size_t>(split_count(values))) /
                                  band_params.size());
}

std::span<const ProcessorType> processor_types()
{
    static constexpr std::array types{
        type_of<HighPass>(),
        type_of<LowPass>(),
        type_of<Eq>(),
        type_of<CompressorProcessor>(),
        type_of<GateProcessor>(),
        type_of<Limiter>(),
        type_of<DelayProcessor>(),
        type_of<InsertProcessor>(),
        type_of<ChorusProcessor>(),
        type_of<FlangerProcessor>(),
        type_of<PhaserProcessor>(),
        type_of<ReverbProcessor>(),
        type_of<PitchCorrect>(),
        type_of<Octaver>(),
        type_of<Width>(),
        type_of<Crossover>(),
        type_of<SaturatorProcessor>(),
        type_of<Multiband>(),
        type_of<DeEsserProcessor>(),
        type_of<DynamicEq>(),
        type_of<FeedbackSuppressor>(),
        type_of<Leveller>(),
        type_of<Automix>(),
        type_of<DitherProcessor>(),
        type_of<Convolution>(),
    };
    return types;
}

const ProcessorType* find_processor_type(std::string_view id)
{
    for (const ProcessorType& type : processor_types())
        if (type.id == id) return &type;
    return nullptr;
}
} // namespace fohd::dsp

#include "config/defaults.h"

namespace fohd::config {

std::string_view built_in_example()
{
    return R"(fohd: 1
audio: {backend: auto, source: programme}
inputs:
  mix:
    channels: 2
    connect: [system:capture_1, system:capture_2]
    sends: {main: {}}
buses:
  main:
    channels: 2
    chain:
      - eq: {}
      - compressor: {threshold: -18 dB, ratio: 2, attack: 30 ms, release: 200 ms}
      - fader
      - limiter: {ceiling: -1 dB}
    loudness: true
outputs:
  foh: {from: main, connect: [system:playback_1, system:playback_2]}
)";
}
} // namespace fohd::config

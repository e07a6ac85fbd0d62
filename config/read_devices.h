#pragma once
#include "config/config.h"
#include "config/yaml_tree.h"

namespace fohd::config {

/// `audio: {backend, client, alsa: {device, rate, period, periods}, source}`.
Audio read_audio(const Node& node, Problems& problems);

/// `control: {osc: {port, bind, allow: […], targets: […]}}`.
Control read_control(const Node& node, Problems& problems);

/// `scenes: {safe: […], fade, switches}`.
Recall read_recall(const Node& node, Problems& problems);
} // namespace fohd::config

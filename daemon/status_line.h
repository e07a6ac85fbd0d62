#pragma once
#include "daemon/engine.h"

namespace fohd::daemon {

/// One line on a terminal: the loudness of every strip that is measured, live. Nothing where stdout is none. Main thread.
class StatusLine {
public:
    explicit StatusLine(Engine& engine);
    void show();
    void clear();

private:
    Engine& engine_;
    bool terminal_;
};

} // namespace fohd::daemon

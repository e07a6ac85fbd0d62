#pragma once
#include "control/desk.h"
#include "daemon/engine.h"

namespace fohd::daemon {

/// One line on a terminal: the loudness of every strip that is measured, live. Nothing where stdout is none. Main thread.
class StatusLine {
public:
    StatusLine(Engine& engine, const control::Desk& desk);
    void show();
    void clear();

private:
    Engine& engine_;
    const control::Desk& desk_;
    bool terminal_;
};

} // namespace fohd::daemon

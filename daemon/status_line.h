#pragma once
#include "daemon/control_thread.h"

namespace fohd::daemon {

/// One line on a terminal: the loudness of every strip that is measured, live. Nothing where stdout is none. Main thread.
class StatusLine {
public:
    explicit StatusLine(Noticeboard& board);
    void show();
    void clear();

private:
    Noticeboard& board_;
    bool terminal_;
};

} // namespace fohd::daemon

#pragma once
#include <jack/jack.h>
#include <jack/transport.h>

#include <atomic>
#include <stdexcept>
#include <string>

namespace fohd::test {

/// Another's client that gives the server a tempo, as long as it lives.
class TimebaseMaster {
public:
    TimebaseMaster(const std::string& name, double bpm)
        : client_(jack_client_open(name.c_str(), JackNoStartServer, nullptr)), bpm_(bpm)
    {
        if (!client_) throw std::runtime_error("JACK does not take the test's timebase master as a client");
        jack_activate(client_);
        jack_set_timebase_callback(client_, 0, give, this);
    }
    ~TimebaseMaster() { jack_client_close(client_); }
    TimebaseMaster(const TimebaseMaster&) = delete;
    TimebaseMaster& operator=(const TimebaseMaster&) = delete;

    void set_tempo(double bpm) { bpm_ = bpm; }
    jack_client_t* client() const { return client_; }

private:
    static void give(jack_transport_state_t, jack_nframes_t, jack_position_t* position, int, void* self)
    {
        position->valid = JackPositionBBT;
        position->bar = position->beat = 1;
        position->beats_per_bar = position->beat_type = 4;
        position->ticks_per_beat = 1920;
        position->beats_per_minute = static_cast<TimebaseMaster*>(self)->bpm_;
    }
    jack_client_t* client_;
    std::atomic<double> bpm_;
};

} // namespace fohd::test

#pragma once
// Sound into JACK ports and out of others, sample by sample.

#include <jack/jack.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

namespace fohd::test {

/// Two JACK clients, NAME-out which plays and NAME-in which records, begin in the same cycle: sample n of what was
/// recorded was heard at the moment at which sample n of what is played was sent, so what stands between adds exactly
/// its own delay. Two, because one client that hears what it sends would be a loop, which JACK breaks with a period of
/// delay. The server must be synchronous (JackServer is), else clients may miss cycles.
class JackPlayer {
public:
    using Channels = std::vector<std::vector<float>>; ///< Planar; all of one length.

    /// Plays into as many ports as `destinations` and records from as many as `sources`; both are full names of ports,
    /// and an empty one leaves the own port (NAME-out:1 …, NAME-in:1 …) unconnected.
    JackPlayer(const std::string& name, const std::vector<std::string>& destinations,
               const std::vector<std::string>& sources)
        : out_(name + "-out", JackPortIsOutput, destinations.size()), in_(name + "-in", JackPortIsInput, sources.size())
    {
        jack_set_process_callback(
            out_.handle, [](jack_nframes_t frames, void* self) { return of(self).play_block(frames), 0; }, this);
        jack_set_process_callback(
            in_.handle, [](jack_nframes_t frames, void* self) { return of(self).record_block(frames), 0; }, this);
        if (jack_activate(out_.handle) != 0 || jack_activate(in_.handle) != 0)
            throw std::runtime_error("JACK does not activate the test's player");
        for (std::size_t n = 0; n < destinations.size(); ++n) connect(jack_port_name(out_.ports[n]), destinations[n]);
        for (std::size_t n = 0; n < sources.size(); ++n) connect(sources[n], jack_port_name(in_.ports[n]));
    }
    JackPlayer(const JackPlayer&) = delete;
    JackPlayer& operator=(const JackPlayer&) = delete;

    void connect(const std::string& from, const std::string& to)
    {
        if (from.empty() || to.empty()) return;
        if (const int result = jack_connect(out_.handle, from.c_str(), to.c_str()); result != 0 && result != EEXIST)
            throw std::runtime_error("JACK does not connect " + from + " to " + to);
    }

    /// Plays `sound`, then silence, and answers what was recorded: `frames` of every source. Waits until that is done.
    Channels play(const Channels& sound, std::size_t frames)
    {
        Channels to_play = sound, to_fill(in_.ports.size(), std::vector<float>(frames));
        std::unique_lock lock(mutex_);
        sound_.swap(to_play);
        recorded_.swap(to_fill);
        played_ = recorded_frames_ = 0;
        length_ = frames;
        state_ = State::armed;
        if (!finished_.wait_for(lock, limit(frames), [this] { return state_ == State::done; })) {
            state_ = State::idle;
            throw std::runtime_error("the test's player was not called often enough by JACK");
        }
        state_ = State::idle;
        return recorded_;
    }

    /// Own client that plays, for questions to the server.
    jack_client_t* client() const { return out_.handle; }

private:
    enum class State { idle, armed, running, done };

    struct Client {
        Client(const std::string& name, unsigned long direction, std::size_t count)
            : handle(jack_client_open(name.c_str(), JackNoStartServer, nullptr))
        {
            if (!handle) throw std::runtime_error("JACK does not take the test's player as a client");
            for (std::size_t n = 1; n <= count; ++n)
                ports.push_back(
                    jack_port_register(handle, std::to_string(n).c_str(), JACK_DEFAULT_AUDIO_TYPE, direction, 0));
        }
        ~Client() { jack_client_close(handle); }
        Client(const Client&) = delete;
        Client& operator=(const Client&) = delete;

        float* buffer(std::size_t n, jack_nframes_t frames) const
        {
            return static_cast<float*>(jack_port_get_buffer(ports[n], frames));
        }

        jack_client_t* handle;
        std::vector<jack_port_t*> ports;
    };

    static JackPlayer& of(void* self) { return *static_cast<JackPlayer*>(self); }

    std::chrono::milliseconds limit(std::size_t frames) const
    {
        return std::chrono::milliseconds(30000 + 4000 * frames / jack_get_sample_rate(out_.handle));
    }

    /// Frame times of JACK are modulo 2³².
    bool begun(jack_client_t* client) const
    {
        return state_ == State::running && static_cast<std::int32_t>(jack_last_frame_time(client) - start_) >= 0;
    }

    void play_block(jack_nframes_t frames)
    {
        const std::lock_guard lock(mutex_); // A test's own client may wait a little.
        if (state_ == State::armed) {       // A few cycles ahead: both clients see it in time.
            start_ = jack_last_frame_time(out_.handle) + 4 * frames;
            state_ = State::running;
        }
        const bool playing = begun(out_.handle);
        for (std::size_t n = 0; n < out_.ports.size(); ++n) {
            float* buffer = out_.buffer(n, frames);
            std::fill_n(buffer, frames, 0.0f);
            if (!playing || n >= sound_.size() || played_ >= sound_[n].size()) continue;
            const std::size_t part = std::min<std::size_t>(frames, sound_[n].size() - played_);
            std::copy_n(sound_[n].data() + played_, part, buffer);
        }
        if (playing) played_ += frames;
    }

    void record_block(jack_nframes_t frames)
    {
        const std::lock_guard lock(mutex_);
        if (!begun(in_.handle)) return;
        const std::size_t part = std::min<std::size_t>(frames, length_ - recorded_frames_);
        for (std::size_t n = 0; n < in_.ports.size(); ++n)
            std::copy_n(in_.buffer(n, frames), part, recorded_[n].data() + recorded_frames_);
        recorded_frames_ += part;
        if (recorded_frames_ < length_) return;
        state_ = State::done;
        finished_.notify_one();
    }

    Channels sound_, recorded_;
    std::size_t played_ = 0, recorded_frames_ = 0, length_ = 0;
    jack_nframes_t start_ = 0;
    State state_ = State::idle;
    std::mutex mutex_; ///< Of all above.
    std::condition_variable finished_;
    Client out_, in_; // Last: closed first, so that no callback sees the rest gone.
};

} // namespace fohd::test

// A JACK client that does in its callback what its argument says: allocate, lock, write, call (the system, by itself) or
// nothing. It ends after a hundred callbacks; the guard must have seen it.
#include <atomic>
#include <jack/jack.h>
#include <mutex>
#include <string>
#include <sys/syscall.h>
#include <unistd.h>

namespace {
std::string sin;
std::mutex mutex;
std::atomic<int> callbacks;
void* volatile memory; // volatile: else the compiler leaves both out

int process(jack_nframes_t, void*)
{
    if (sin == "allocate") {
        memory = new int;
        delete static_cast<int*>(memory);
    }
    if (sin == "lock") const std::lock_guard lock(mutex);
    if (sin == "write" && write(-1, "", 1) != -1) return 1;
    if (sin == "call" && syscall(SYS_getppid) < 0) return 1;
    ++callbacks;
    return 0;
}
} // namespace

int main(int argc, char** argv)
{
    if (argc > 1) sin = argv[1];
    jack_client_t* const client = jack_client_open("sinner", JackNoStartServer, nullptr);
    if (!client) return 3;
    jack_set_process_callback(client, process, nullptr);
    if (jack_activate(client) != 0) return 3;
    while (callbacks < 100) usleep(1000); // whatever would wake this thread up would be a sin itself
    jack_client_close(client);
}

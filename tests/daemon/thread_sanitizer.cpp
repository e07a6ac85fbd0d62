#if defined(__SANITIZE_THREAD__)
// libjack is built without the sanitizer, which therefore does not see how JACK lets one client run after the other: their
// shared buffers look like races. The same callbacks are watched in full on the dummy backend. Nor does it see how libstdc++
// counts who holds an exception that a future hands from one thread to another.
extern "C" const char* __tsan_default_suppressions();
extern "C" const char* __tsan_default_suppressions()
{
    return "race:libjack.so\nrace:std::__exception_ptr::exception_ptr::_M_release\n";
}
#endif

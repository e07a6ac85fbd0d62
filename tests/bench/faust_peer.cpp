// Times one program that Faust made (class mydsp in FAUST_HEADER) on bench::programme: prints ns a frame, thread CPU time.
#include "tests/bench/programme.h"
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <xmmintrin.h>

#define FAUSTFLOAT float
struct Meta {
    void declare(const char*, const char*) {}
};
struct UI {
    void openVerticalBox(const char*) {}
    void openHorizontalBox(const char*) {}
    void closeBox() {}
    void addHorizontalSlider(const char*, float*, float, float, float, float) {}
    void addHorizontalBargraph(const char*, float*, float, float) {}
    void declare(float*, const char*, const char*) {}
};
struct dsp {
    virtual ~dsp() {}
};
using std::max;
using std::min;
#include FAUST_HEADER

int main(int argc, char** argv)
{
    const int block = argc > 1 ? std::atoi(argv[1]) : 64, rate = 48000, blocks = 4 * rate / block;
    _mm_setcsr(_mm_getcsr() | 0x8040); // denormals are zero
    const auto peer = std::make_unique<mydsp>();
    peer->init(rate);
    const int inputs = peer->getNumInputs(), outputs = peer->getNumOutputs();
    std::vector<std::vector<float>> in,
        out(static_cast<std::size_t>(outputs), std::vector<float>(static_cast<std::size_t>(block)));
    for (int i = 0; i < inputs; ++i)
        in.push_back(fohd::bench::programme(static_cast<std::size_t>(blocks * block), rate,
                                            static_cast<std::uint32_t>(i + 1), inputs > 2 ? 0.5 : 1));
    std::vector<float*> from(in.size()), to;
    for (auto& row : out) to.push_back(row.data());
    double ns = 0;
    for (int b = 0; b < blocks; ++b) {
        for (std::size_t i = 0; i < in.size(); ++i) from[i] = in[i].data() + b * block;
        timespec t0, t1;
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t0);
        peer->compute(block, from.data(), to.data());
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t1);
        ns += static_cast<double>(t1.tv_sec - t0.tv_sec) * 1e9 + static_cast<double>(t1.tv_nsec - t0.tv_nsec);
    }
    float sum = 0;
    for (const auto& row : out) sum += row[0];
    std::printf("{\"ns_per_frame\": %.2f, \"heard\": %g}\n", ns / (static_cast<double>(blocks) * block),
                static_cast<double>(sum));
}

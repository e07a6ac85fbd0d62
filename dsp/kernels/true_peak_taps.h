#pragma once

namespace fohd::dsp {

/// Weights of mirrored pairs of samples, the nearest pair first. The own ones are least-squares half-band filters: a sum of cosines
/// fitted to 1 from 0 to the frequency given.
struct TruePeakTaps {
    static constexpr int reach = 20, standard_reach = 6;
    static constexpr int age =
        reach + 3;                 ///< Frames from a sample to the last reading of TruePeak that looks at its gap.
    static constexpr int span = 4; ///< Gaps that a reading looks at, this one the oldest.

    /// Half way between two samples; up to 0.48 of the rate.
    static constexpr float middle[reach] = {0.63618351f,  -0.21090015f, 0.12515439f,  -0.08792468f, 0.06687930f,
                                            -0.05320368f, 0.04351011f,  -0.03621971f, 0.03049823f,  -0.02586399f,
                                            0.02201983f,  -0.01877273f, 0.01599198f,  -0.01358600f, 0.01148864f,
                                            -0.00965091f, 0.00803561f,  -0.00661387f, 0.00536277f,  -0.00426375f};
    /// Half way between points half a sample apart.
    static constexpr float quarter[4] = {0.60983612f, -0.14265756f, 0.03945734f, -0.00677735f};
    /// Half way between points a quarter of a sample apart.
    static constexpr float eighth[2] = {0.56862349f, -0.06901337f};

    /// The phases of ITU-R BS.1770-5, Annex 2, Table 1; the fourth mirrors the first, the third the second. Each is split
    /// into what multiplies the sum of a mirrored pair (even) and its difference (odd): exact.
    static constexpr float first_even[standard_reach] = {0.55474853515625f,  -0.08087158203125f, 0.0404052734375f,
                                                         -0.02313232421875f, 0.012939453125f,    -0.0032958984375f};
    static constexpr float first_odd[standard_reach] = {0.41741943359375f,  -0.02142333984375f, 0.0072021484375f,
                                                        -0.00347900390625f, 0.001953125f,       -0.0050048828125f};
    static constexpr float second_even[standard_reach] = {0.6224365234375f,   -0.18341064453125f, 0.0953369140625f,
                                                          -0.05499267578125f, 0.03118896484375f,  -0.0240478515625f};
    static constexpr float second_odd[standard_reach] = {0.1573486328125f,   -0.01690673828125f, 0.0062255859375f,
                                                         -0.00323486328125f, 0.00189208984375f,  0.005126953125f};
};
} // namespace fohd::dsp

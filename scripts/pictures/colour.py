"""What works on a part of the spectrum, or adds to it."""
import numpy as np

from .dynamics import static, steps
from .lab import RATE, amplitude, level_of, tone
from .paper import BLACK, COLOURS, RED, along, hertz, legend_below, picture, scale, sheet, thinned


def probes(low=25, high=18000, count=60):
    """Whole Hz, even on a logarithmic axis."""
    return np.unique(np.round(np.geomspace(low, high, count)))


def probed(lab, chain, loud, frequencies, level=-80, seconds=3):
    """The gain in dB that quiet tones get beside loud ones, {Hz: dBFS}, that move the chain; theirs too: frequencies and gains."""
    t = np.arange(int(seconds * RATE)) / RATE
    tones = {**{f: level for f in frequencies}, **loud}
    sound = sum(amplitude(l) * np.sin(2 * np.pi * f * t + i * i) for i, (f, l) in enumerate(tones.items()))
    heard = lab.hear(chain, np.pad(sound, (0, 4800)))[0][len(t) - RATE:len(t)]
    order = sorted(f for f, l in tones.items() if l > -100)
    return order, [level_of(heard, f) - tones[f] for f in order]


@picture
def saturator(lab):
    """Left: the five curves. Right: what a tone of 5 kHz becomes at full drive: its harmonic at 15 kHz, and
    everything else is aliasing; of a plain clip (orange) and of fohd (blue)."""
    figure, (curves, lines) = sheet(columns=2, height=4.0)
    shapes = ("tape", "tube", "soft", "hard", "fold")
    t = np.arange(RATE // 10) / RATE
    slow = np.sin(2 * np.pi * 100 * t)
    for colour, shape in zip(COLOURS, shapes):
        heard = lab.hear(f"saturator: {{drive: 12 dB, shape: {shape}}}", slow)[0]
        period = slice(len(t) - 600, len(t) - 360)  # from a trough to a crest
        order = np.argsort(slow[period])
        along(curves, slow[period][order][::3], heard[period][order][::3], color=colour, label=shape)
    scale(curves, -1, 1, 0.5, "in, full scale is 1", across=True)
    scale(curves, -1.5, 1.5, 0.5, "out")
    curves.set_title("curves at 12 dB of drive")
    legend_below(curves, 5)
    loud, steady = tone(5000, 0, 1.2), slice(RATE, RATE + RATE // 10)
    heard = lab.hear("saturator: {drive: 36 dB, shape: hard}", loud)[0][steady]
    naive = np.clip(loud * amplitude(36), -1, 1)[steady]
    frequencies = np.arange(500, 22000, 500)
    for sound, colour, size, said in ((naive, COLOURS[1], 1.0, "a clip without antialiasing"), (heard, COLOURS[0], 1.6, "fohd, hard")):
        levels = np.array([level_of(sound, f) for f in frequencies])
        levels -= levels.max()
        shown = levels > -118
        lines.vlines(frequencies[shown] / 1000, -120, np.round(levels[shown], 2), color=colour, linewidth=size, label=said)
    lines.axhline(-75, color=RED, linewidth=1, linestyle="--", label="-75 dBc")
    scale(lines, 0, 22, 5, "frequency, kHz", across=True)
    lines.set_xlim(0, 22)
    scale(lines, -120, 0, 20, "level, dBc")
    lines.set_title("5 kHz, 0 dBFS, at 36 dB of drive")
    legend_below(lines, 2)
    return figure


@picture
def multiband(lab):
    """Left: the four bands and their sum. Right: the gain over the spectrum while the bass is loud; it steps back
    alone."""
    figure, (split, acting) = sheet(columns=2, height=4.0)
    still = "{ratio: 1}"
    total = lab.response(f"multiband: {{crossovers: [120 Hz, 1 kHz, 6 kHz], bands: [{', '.join([still] * 4)}]}}")
    for band, colour in enumerate(COLOURS[:4]):
        bands = ", ".join("{ratio: 1, solo: on}" if i == band else still for i in range(4))
        heard = lab.response(f"multiband: {{crossovers: [120 Hz, 1 kHz, 6 kHz], bands: [{bands}]}}")
        along(split, *thinned(*heard, count=160), color=colour, label=f"band {band + 1} in solo")
    along(split, *thinned(*total, count=60), color=BLACK, linewidth=1.2, linestyle="--", label="all, at rest")
    hertz(split, narrow=True)
    scale(split, -48, 6, 6, "gain, dB")
    split.set_title("bands of 24 dB/oct")
    legend_below(split, 3)
    slow = "attack: 100 ms, release: 2000 ms"
    chain = f"multiband: {{bands: [{{threshold: -40 dB, ratio: 4, {slow}}}, {{ratio: 1}}, {{ratio: 1}}, {{ratio: 1, gain: 2 dB}}]}}"
    apart = probes()[np.abs(np.log2(probes() / 60)) > 0.5]  # a slow gain still follows each period
    for colour, level in zip(COLOURS, (-50, -30, -20, -10)):
        along(acting, *probed(lab, chain, {60: level}, apart), color=colour, label=f"60 Hz at {level} dBFS")
    hertz(acting, narrow=True)
    scale(acting, -24, 6, 6, "gain, dB")
    acting.set_title("band 1 at -40 dB, 4:1; band 4 raised by 2 dB")
    legend_below(acting, 2)
    return figure


@picture
def dynamic_eq(lab):
    """Left: a band of 3 kHz gets deeper, the louder it is there. Right: static curves of cuts, a boost, and a boost
    that turns into a cut."""
    figure, (response, curve) = sheet(columns=2, height=4.0)
    near = np.concatenate([probes(), np.round(3000 * np.geomspace(0.6, 1.6, 16))])
    near = near[np.abs(near - 3000) > 150]  # the loud one tells of itself
    chain = "dynamic_eq: {bands: [{frequency: 3 kHz, q: 1.5, threshold: -40 dB, ratio: 2, range: -12 dB, release: 1000 ms}]}"
    for colour, level in zip(COLOURS, (-50, -34, -28, -22, -10)):
        along(response, *probed(lab, chain, {3000: level}, near), color=colour, label=f"{level} dBFS")
    hertz(response, narrow=True)
    scale(response, -15, 3, 3, "gain, dB")
    response.set_title("with a tone of 3 kHz at")
    legend_below(response, 3)
    levels = np.arange(-60, 0.1, 3)
    for colour, (said, band) in zip(COLOURS, (
            ("cut 2:1, range -12 dB", "ratio: 2, range: -12 dB"), ("cut 4:1, range -20 dB", "ratio: 4, range: -20 dB"),
            ("boost 2:1, range 6 dB", "ratio: 2, range: 6 dB"), ("from +6 dB down to -6 dB", "gain: 6 dB, ratio: 4, range: -12 dB"))):
        chain = f"dynamic_eq: {{bands: [{{frequency: 1 kHz, threshold: -40 dB, knee: 6 dB, release: 1000 ms, {band}}}]}}"
        along(curve, levels, np.array(static(lab, chain, levels, seconds=0.4)) - levels, color=colour, label=said)
    scale(curve, -60, 0, 12, "level in the band, dBFS", across=True)
    scale(curve, -21, 9, 3, "gain of the band, dB")
    curve.set_title("static curves, threshold -40 dB, knee 6 dB")
    legend_below(curve, 1)
    return figure


@picture
def de_esser(lab):
    """Left: what is turned down while an s is there, split and wide. Right: an s is turned down by its share of the
    voice, at whatever level somebody speaks."""
    figure, (response, curve) = sheet(columns=2, height=4.0)
    for colour, (mode, level, said) in zip(COLOURS, (("split", -20, "split, an s"), ("wide", -20, "wide, an s"),
                                                    ("split", -120, "split, a vowel alone"))):
        chain = f"de_esser: {{frequency: 5 kHz, threshold: -10 dB, range: 8 dB, mode: {mode}}}"
        along(response, *probed(lab, chain, {500: -26, 9000: level}, probes()), color=colour, label=said)
    hertz(response, narrow=True)
    scale(response, -12, 3, 3, "gain, dB")
    response.set_title("5 kHz, range 8 dB")
    legend_below(response, 2)
    shares = np.arange(-24, 12.1, 2)
    seconds = 0.4
    for colour, vowel in zip(COLOURS, (-12, -30, -50)):
        s = np.concatenate([tone(12000, vowel + share, seconds) for share in shares])
        sound = s + tone(500, vowel, seconds * len(shares))[:len(s)]
        heard = lab.hear("de_esser: {frequency: 3 kHz, threshold: -10 dB, range: 8 dB}", sound)[0]
        length = int(seconds * RATE)
        out = [level_of(heard[(i + 1) * length - 4800:(i + 1) * length], 12000) for i in range(len(shares))]
        along(curve, shares, np.array(out) - vowel - shares, color=colour, label=f"voice at {vowel} dBFS",
              linestyle=("-", "--", ":")[(-12, -30, -50).index(vowel)])
    scale(curve, -24, 12, 6, "the s against the vowel, dB", across=True)
    scale(curve, -12, 3, 3, "gain of the s, dB")
    curve.set_title("the share counts, not the level")
    legend_below(curve, 2)
    return figure

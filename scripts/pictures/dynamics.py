"""What follows the level: static curves by steps of a steady tone, and gains over time."""
import numpy as np

from .lab import RATE, amplitude, envelope, level_of, tone
from .paper import BLACK, COLOURS, GREY, along, hertz, legend_below, picture, scale, sheet


def steps(levels, seconds, hertz=1000):
    """A tone that holds each of the levels for so long."""
    return np.concatenate([tone(hertz, level, seconds) for level in levels])


def static(lab, chain, levels, seconds=0.5, hertz=1000):
    """Level out for each level in."""
    heard = lab.hear(chain, steps(levels, seconds, hertz))[0]
    length, tail = int(seconds * RATE), int(0.1 * RATE)
    return [level_of(heard[(i + 1) * length - tail:(i + 1) * length], hertz) for i in range(len(levels))]


def gain_over_time(lab, chain, sound, seconds=0.001, **options):
    """Gain in dB, of the tops of each stretch."""
    times, before = envelope(sound, seconds)
    return times, envelope(lab.hear(chain, sound, **options)[0], seconds)[1] - before


def square(levels_and_seconds):
    """Half the rate at full steps: its level is there at every sample."""
    levels = np.concatenate([np.full(int(seconds * RATE), level) for level, seconds in levels_and_seconds])
    return amplitude(levels) * np.where(np.arange(len(levels)) % 2, -1, 1)


def in_and_out(axis, low, high, step):
    scale(axis, low, high, step, "level in, dBFS", across=True)
    scale(axis, low, high, step, "level out, dBFS")
    axis.plot([low, high], [low, high], color=GREY, linewidth=0.8, linestyle="--")
    axis.set_aspect("equal")


@picture
def compressor(lab):
    """Left: what comes out of a steady tone, for some ratios and knees. Right: the gain while the sound gets louder
    by 40 dB for a quarter of a second."""
    figure, (curve, time) = sheet(columns=2, height=4.1)
    levels = np.arange(-60, 0.1, 2)
    for colour, (ratio, knee) in zip(COLOURS, ((2, 0), (4, 0), (4, 12), (4, 24), ("inf", 6))):
        out = static(lab, f"compressor: {{threshold: -24 dB, ratio: {ratio}, knee: {knee} dB, attack: 1 ms, release: 1000 ms}}", levels)
        along(curve, levels, out, color=colour, label=f"{ratio if ratio != 'inf' else '∞'}:1, knee {knee} dB")
    in_and_out(curve, -60, 0, 12)
    legend_below(curve, 2)
    curve.set_title("static curve, threshold -24 dB")
    sound = square([(-50, 0.05), (-10, 0.25), (-50, 0.5)])
    for colour, (attack, release) in zip(COLOURS, ((1, 50), (10, 100), (30, 200))):
        times, gain = gain_over_time(
            lab, f"compressor: {{threshold: -30 dB, ratio: 4, attack: {attack} ms, release: {release} ms}}", sound)
        along(time, times * 1000, gain, color=colour, label=f"{attack} / {release} ms")
    ahead = gain_over_time(lab, "compressor: {threshold: -30 dB, ratio: 4, attack: 1 ms, release: 50 ms, lookahead: 10 ms}", sound)
    along(time, ahead[0] * 1000, ahead[1], color=BLACK, linewidth=1, linestyle=":", label="1 / 50 ms, look-ahead 10 ms")
    scale(time, 0, 800, 100, "time, ms", across=True)
    scale(time, -18, 3, 3, "gain, dB")
    time.axvspan(50, 300, color="#f2f2f2", zorder=0)
    time.axhline(-15 * (1 - np.exp(-1)), color=GREY, linewidth=0.8, linestyle="--")
    time.annotate("63 %", (800, -15 * (1 - np.exp(-1))), xytext=(-4, 3), textcoords="offset points", fontsize=8, ha="right")
    legend_below(time, 2, "attack / release")
    time.set_title("a step of 40 dB up and down (grey: loud)")
    return figure


@picture
def gate(lab):
    """Left: what comes out of a steady tone; a gate opens above its threshold and closes where the hysteresis ends.
    Right: the gain while the sound is above the threshold for 200 ms."""
    figure, (curve, time) = sheet(columns=2, height=4.1)
    levels = np.arange(-70, -19.9, 1)
    there_and_back = np.concatenate([levels, levels[::-1]])
    out = static(lab, "gate: {threshold: -40 dB, hysteresis: 8 dB, range: 60 dB, attack: 1 ms, hold: 20 ms, release: 20 ms}",
                 there_and_back, seconds=0.6)
    along(curve, levels, out[:len(levels)], color=COLOURS[0], label="gate, level rises")
    along(curve, levels[::-1], out[len(levels):], color=COLOURS[1], label="gate, level falls: hysteresis 8 dB")
    expanded = static(lab, "gate: {threshold: -40 dB, ratio: 2.5, range: 30 dB, release: 100 ms}", levels, seconds=1)
    along(curve, levels, expanded, color=COLOURS[2], label="expander 2.5:1, range 30 dB")
    scale(curve, -70, -20, 10, "level in, dBFS", across=True)
    scale(curve, -130, -20, 10, "level out, dBFS")
    curve.plot([-70, -20], [-70, -20], color=GREY, linewidth=0.8, linestyle="--")
    legend_below(curve, 1)
    curve.set_title("static curve, threshold -40 dB")
    sound = square([(-60, 0.05), (-20, 0.2), (-60, 0.75)])
    for colour, (attack, hold, release) in zip(COLOURS, ((0.1, 0, 100), (5, 100, 100), (20, 200, 200))):
        times, gain = gain_over_time(
            lab, f"gate: {{threshold: -40 dB, range: 40 dB, attack: {attack} ms, hold: {hold} ms, release: {release} ms}}", sound)
        along(time, times * 1000, gain, color=colour, label=f"{attack:g} / {hold} / {release} ms")
    scale(time, 0, 1000, 200, "time, ms", across=True)
    scale(time, -48, 6, 6, "gain, dB")
    time.axvspan(50, 250, color="#f2f2f2", zorder=0)
    legend_below(time, 2, "attack / hold / release")
    time.set_title("opens and closes (grey: above the threshold)")
    return figure


@picture
def limiter(lab):
    """Left: 7 dB too much for 20 ms; the gain is down when the loud sound comes, and nothing passes the ceiling.
    Right: how the gain recovers from a short peak and from a long one."""
    figure, (wave, gains) = sheet(columns=2, height=3.8)
    quiet, loud = int(0.01 * RATE), int(0.02 * RATE)
    shape = amplitude(np.concatenate([np.full(quiet, -12.0), np.full(loud, 6.0), np.full(2 * quiet, -12.0)]))
    sound = shape * np.sin(2 * np.pi * 1000 * np.arange(len(shape)) / RATE)
    heard = lab.hear("limiter: {ceiling: -1 dB, release: 5 ms, lookahead: 1.5 ms}", sound)[0]
    ms = np.arange(len(sound)) / RATE * 1000
    along(wave, ms, sound, color=COLOURS[1], linewidth=0.9, label="in: 1 kHz, +6 dBFS for 20 ms")
    along(wave, ms, heard, color=COLOURS[0], linewidth=1.2, label="out")
    for sign in (1, -1):
        wave.axhline(sign * amplitude(-1), color=COLOURS[3], linewidth=1, linestyle="--", label="ceiling -1 dBTP" if sign > 0 else None)
    scale(wave, 0, 40, 10, "time, ms", across=True)
    scale(wave, -2, 2, 0.5, "sample value")
    legend_below(wave, 2)
    burst = square([(-30, 0.1), (5, 0.002), (-30, 0.398), (5, 0.5), (-30, 1.0)])
    for colour, (said, setting) in zip(COLOURS, (("80 ms", "release: 80 ms"), ("300 ms", "release: 300 ms"),
                                                 ("80 ms, auto", "release: 80 ms, auto_release: on"))):
        times, gain = gain_over_time(lab, f"limiter: {{ceiling: -1 dB, mode: sample, {setting}}}", burst, 0.002)
        along(gains, times * 1000, gain, color=colour, label=f"release {said}")
    scale(gains, 0, 2000, 500, "time, ms", across=True)
    scale(gains, -8, 1, 1, "gain, dB")
    legend_below(gains, 2)
    gains.annotate("2 ms of\n+5 dBFS", (20, -7.6), fontsize=8)
    gains.annotate("500 ms of\n+5 dBFS", (750, -7.6), fontsize=8, horizontalalignment="center")
    gains.set_title("what is left of it, and how it recovers")
    wave.set_title("what comes out")
    return figure

"""What is linear: responses, measured by an impulse."""
import numpy as np

from .lab import RATE, decibels
from .paper import BLACK, COLOURS, GREY, along, hertz, legend_below, picture, scale, sheet, thinned


def prototype(kind, f0, gain, q, f):
    """The analogue filters that the bands mean (RBJ cookbook), magnitude in dB."""
    s, a = 1j * f / f0, 10 ** (gain / 40)
    root = np.sqrt(a) / q * s
    response = {
        "bell": lambda: (s * s + s * a / q + 1) / (s * s + s / (a * q) + 1),
        "low_shelf": lambda: a * (s * s + root + a) / (a * s * s + root + 1),
        "high_shelf": lambda: a * (a * s * s + root + 1) / (s * s + root + a),
        "high_pass": lambda: s * s / (s * s + s / q + 1),
        "low_pass": lambda: 1 / (s * s + s / q + 1),
        "notch": lambda: (s * s + 1) / (s * s + s / q + 1),
        "band_pass": lambda: (s / q) / (s * s + s / q + 1),
    }
    return decibels(response[kind]())


def bilinear_bell(f0, gain, q, f):
    """The same bell by the bilinear transform, as the cookbook has it: what cramps near the top."""
    warp = np.tan(np.pi * np.minimum(f, RATE / 2 - 1) / RATE) / np.tan(np.pi * f0 / RATE)
    alpha, w0 = np.sin(2 * np.pi * f0 / RATE) / (2 * q), 2 * np.pi * f0 / RATE
    digital_q = np.sin(w0) / (2 * alpha)
    return prototype("bell", 1, gain, digital_q, warp)


@picture
def eq(lab):
    """Each band by itself, measured, and dashed over it the analogue filter that it means: they part nowhere, also
    at 14 kHz, where the usual bilinear design (dotted) cramps."""
    figure, (gains, passes) = sheet(rows=2, height=3.3)
    points = np.sort(np.append(np.geomspace(20, 20000, 300), 250))  # the notch included
    for axis, bands in (
            (gains, [("low_shelf", 90, 6, 0.7), ("bell", 300, -9, 1.4), ("bell", 1500, 12, 5), ("high_shelf", 6000, -6, 0.7),
                     ("bell", 14000, 12, 1)]),
            (passes, [("high_pass", 40, 0, 0.7), ("notch", 250, 0, 4), ("band_pass", 1500, 0, 2), ("low_pass", 12000, 0, 0.7)])):
        for colour, (kind, f0, gain, q) in zip(COLOURS, bands):
            named = f"{kind.replace('_', ' ')} {f0 / 1000:g} kHz" if f0 >= 1000 else f"{kind.replace('_', ' ')} {f0} Hz"
            heard = lab.response(f"eq: {{bands: [{{type: {kind}, frequency: {f0}, gain: {gain}, q: {q}}}]}}")
            along(axis, points, np.interp(points, *heard), color=colour, linewidth=2.4,
                  label=f"{named}{f', {gain:+d} dB' if gain else ''}, q {q:g}")
            along(axis, points, prototype(kind, f0, gain, q, points), color=BLACK, linestyle=(0, (2, 2)), linewidth=0.9)
        hertz(axis)
    along(gains, points, bilinear_bell(14000, 12, 1, points), color=GREY, linewidth=0.9, linestyle=":",
          label="14 kHz by a bilinear design")
    scale(gains, -15, 15, 5, "gain, dB")
    scale(passes, -36, 6, 6, "gain, dB")
    for axis in (gains, passes):
        axis.plot([], [], color=BLACK, linestyle=(0, (2, 2)), linewidth=0.9, label="analogue prototype")
        legend_below(axis, 3)
    return figure


def slopes(lab, kind, f0):
    figure, axis = sheet(height=3.2)
    for colour, slope in zip(COLOURS, (6, 12, 18, 24, 36, 48)):
        along(axis, *thinned(*lab.response(f"{kind}: {{frequency: {f0}, slope: {slope}}}")), color=colour, label=f"{slope} dB/oct")
    hertz(axis)
    scale(axis, -60, 6, 6, "gain, dB")
    axis.axhline(-3.01, color=GREY, linewidth=0.8, linestyle="--")
    axis.axvline(f0, color=GREY, linewidth=0.8, linestyle="--")
    axis.annotate("-3 dB at f", (20000 if kind == "high_pass" else 20, -3.01), xytext=(-5 if kind == "high_pass" else 5, -11),
                  textcoords="offset points", fontsize=8, horizontalalignment="right" if kind == "high_pass" else "left")
    axis.legend(loc="lower right" if kind == "high_pass" else "lower left")
    return figure


@picture
def high_pass(lab):
    """Every slope at 80 Hz: 3 dB down there, whatever the slope."""
    return slopes(lab, "high_pass", 80)


@picture
def low_pass(lab):
    """Every slope at 8 kHz: 3 dB down there, whatever the slope."""
    return slopes(lab, "low_pass", 8000)


@picture
def crossover(lab):
    """Three ways, parted at 90 Hz and 1.6 kHz: each 6 dB down where it meets the next, and one flat sound again as
    a sum."""
    figure, axis = sheet(height=3.4)
    total = 0
    for colour, way in zip(COLOURS, (1, 2, 3)):
        impulse = np.zeros((1, 1 << 16))
        impulse[:, 0] = 1
        heard = lab.hear(f"crossover: {{frequencies: [90 Hz, 1.6 kHz], slope: 24, way: {way}}}", impulse)[0]
        total = total + heard
        f, level = np.fft.rfftfreq(len(heard), 1 / RATE), decibels(np.abs(np.fft.rfft(heard)))
        along(axis, *thinned(f, level), color=colour, label=("low", "middle", "high")[way - 1] + " way, 24 dB/oct")
        if way == 1:
            steep = lab.response("crossover: {frequencies: [90 Hz, 1.6 kHz], slope: 48, way: 1}")
            along(axis, *thinned(*steep), color=colour, linewidth=1, linestyle=":", label="low way, 48 dB/oct")
    level = decibels(np.abs(np.fft.rfft(total)))
    along(axis, *thinned(f, level), color=BLACK, linewidth=1.2, linestyle="--", label="sum of the three, as measured")
    for f0 in (90, 1600):
        axis.plot([f0], [-6.02], "o", color=GREY, markersize=4)
        axis.annotate("-6 dB", (f0, -6.02), xytext=(7, -3), textcoords="offset points", fontsize=8)
    hertz(axis)
    scale(axis, -48, 6, 6, "gain, dB")
    legend_below(axis, 3)
    return figure


@picture
def width(lab):
    """Left: the side against the middle, widened, narrowed, and mono in the bass. Right: what a sound on the left
    becomes between mono (0 %) and twice as wide."""
    figure, (sides, image) = sheet(columns=2, height=3.2)
    side = np.zeros((2, 1 << 16))
    side[:, 0] = 1, -1
    middle = np.abs(side)
    along(sides, *thinned(*lab.response("width: {width: 150 %, mono_below: 120 Hz}", sound=middle)), color=BLACK, linewidth=1.2,
          linestyle="--", label="middle, always")
    for colour, (share, below) in zip(COLOURS, ((200, 10), (100, 120), (100, 300), (50, 10))):
        said = f"{share} %" + (f", mono below {below} Hz" if below > 10 else "")
        along(sides, *thinned(*lab.response(f"width: {{width: {share} %, mono_below: {below} Hz}}", sound=side)), color=colour,
              label=f"side, {said}")
    hertz(sides, narrow=True)
    scale(sides, -36, 12, 6, "gain, dB")
    sides.legend(loc="lower right")
    sides.set_title("what becomes of middle and side")
    shares = np.arange(0, 201, 10)
    left_only = np.zeros((2, 2400))
    left_only[0] = 0.5 * np.sin(2 * np.pi * 1000 * np.arange(2400) / RATE)
    heard = [lab.hear(f"width: {{width: {share} %}}", left_only)[:, 1200:] for share in shares]
    gains = np.array([[np.dot(channel, left_only[0, 1200:]) for channel in pair] for pair in heard]) / np.dot(
        left_only[0, 1200:], left_only[0, 1200:])
    along(image, shares, gains[:, 0], label="on the left")
    along(image, shares, gains[:, 1], label="on the right")
    scale(image, 0, 200, 50, "width, %", across=True)
    scale(image, -0.5, 1.5, 0.5, "gain (negative: polarity inverted)")
    image.set_title("a sound that is on the left alone")
    image.legend(loc="upper left")
    return figure


@picture
def delay(lab):
    """A click through 120 ms of delay with 60 % of feedback: plain, and as ping-pong, whose echoes change sides."""
    figure, (left, right) = sheet(rows=2, height=1.7, sharex=True)
    length = int(1.0 * RATE)
    click = np.zeros((2, length))
    click[:, 0] = 1
    for axis, channel in ((left, 0), (right, 1)):
        for colour, marker, name, chain in (
                (COLOURS[1], "s", "ping-pong", "time: 120 ms, feedback: 60 %, ping_pong: on"),
                (COLOURS[0], "o", "plain", "time: 120 ms, feedback: 60 %")):
            heard = lab.hear(f"delay: {{{chain}}}", click)[channel]
            at = np.flatnonzero(np.abs(heard) > 0.001)
            shift = 0.008 if name == "ping-pong" else 0
            axis.vlines(at / RATE * 1000 + shift * 1000, -60, decibels(heard[at]), color=colour, linewidth=2.2)
            axis.plot(at / RATE * 1000 + shift * 1000, np.round(decibels(heard[at]), 3), marker, color=colour, markersize=4, label=name)
        scale(axis, -48, 6, 6, ("left", "right")[channel] + ", dB")
    scale(right, 0, 1000, 120, "time, ms: a click at 0 comes 120 ms late, its echoes 4.4 dB lower each (60 %)", across=True)
    legend_below(right, 2)
    return figure

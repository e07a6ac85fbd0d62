"""What moves by itself."""
import numpy as np

from .lab import RATE
from .paper import COLOURS, along, hertz, legend_below, picture, scale, sheet, thinned


def turned(heard, frequency, seconds=0.005):
    """Phase, in turns, that a cosine of whole periods in `seconds` has every so many of them: times and turns."""
    length = int(seconds * RATE)
    count = len(heard) // length
    carrier = np.exp(-2j * np.pi * frequency * np.arange(count * length) / RATE)
    windows = (heard[:count * length] * carrier).reshape(count, length).sum(axis=1)
    return (np.arange(count) + 0.5) * seconds, np.angle(windows) / (2 * np.pi)


@picture
def phaser(lab):
    """Left: standing still, half as many notches as stages; feedback sharpens the peaks between them. Right: the frequency of
    the stages over time, 3 octaves round 800 Hz; the right side moves a quarter of a sweep later."""
    figure, (still, moving) = sheet(columns=2, height=4.0)
    for colour, stages, feedback in ((COLOURS[0], 4, 0), (COLOURS[1], 8, 0), (COLOURS[3], 4, 80)):
        heard = lab.response(f"phaser: {{depth: 0, stages: {stages}, feedback: {feedback} %}}")
        along(still, *thinned(*heard), color=colour, linewidth=1.4,
              label=f"{stages} stages" + (f", {feedback} % feedback" if feedback else ""))
    hertz(still, narrow=True)
    scale(still, -42, 12, 6, "gain, dB")
    still.set_title("centre 800 Hz, depth 0")
    legend_below(still, 2)
    tone = 800
    sound = 0.5 * np.cos(2 * np.pi * tone * np.arange(5 * RATE) / RATE)
    heard = lab.hear("phaser: {stages: 2, mix: 100 %}", np.stack([sound, sound]))
    for colour, name, side in zip(COLOURS, ("left", "right"), heard):
        times, turns = turned(side, tone)
        shift = -np.pi * (turns % -1)  # half of what the two stages turn by, in radians
        at = RATE / np.pi * np.arctan(np.tan(np.pi * tone / RATE) / np.tan(shift / 2))
        along(moving, times[4:], at[4:], color=colour, label=name)
    moving.set_yscale("log")
    moving.set_yticks([200, 400, 800, 1600, 3200], ["200", "400", "800", "1.6k", "3.2k"])
    moving.minorticks_off()
    moving.set_ylabel("where the stages stand, Hz")
    scale(moving, 0, 5, 1, "time, s", across=True)
    moving.set_title("rate 0.4 Hz, depth 3 octaves")
    legend_below(moving, 2)
    return figure


def lateness(lab, chain, about, seconds):
    """How late, in ms, left and right of a chain are over time, told by the phase of a tone: times, left, right."""
    tone = 1000
    sound = 0.5 * np.cos(2 * np.pi * tone * np.arange(int(seconds * RATE)) / RATE)
    sides = []
    for heard in lab.hear(chain, np.stack([sound, sound])):
        times, turns = turned(heard, tone)
        late = -np.unwrap(2 * np.pi * turns[8:]) / (2 * np.pi)
        sides.append(late + np.round(about - late.mean()))
    return times[8:], *sides


def draw_lateness(axis, lab, chain, about, seconds):
    times, *sides = lateness(lab, chain, about, seconds)
    for colour, name, late in zip(COLOURS, ("left", "right"), sides):
        along(axis, times, late, color=colour, label=name)
    scale(axis, 0, seconds, seconds / 4, "time, s", across=True)
    legend_below(axis, 2)


@picture
def chorus(lab):
    """Left: how late one voice of each side is, 4 ms from 12 ms twice a second. Right: of the mono sum of all eight voices, the
    lowest, mean and highest level that a tone has during a sweep: nothing is ever cancelled."""
    figure, (late, mono) = sheet(columns=2, height=4.0)
    draw_lateness(late, lab, "chorus: {voices: 1, rate: 2 Hz, mix: 100 %}", 14, 1)
    scale(late, 10, 18, 2, "delay, ms")
    late.set_title("delay 12 ms, depth 4 ms, rate 2 Hz")
    tones = np.unique(np.round(np.geomspace(50, 16000, 44) / 50) * 50)
    levels = []
    for tone in tones:
        sound = np.cos(2 * np.pi * tone * np.arange(int(1.1 * RATE)) / RATE)
        total = lab.hear("chorus: {rate: 1 Hz}", np.stack([sound, sound])).mean(axis=0)[RATE // 10:]
        power = (total.reshape(-1, RATE // 50) ** 2).mean(axis=1) * 2
        levels.append([power.min(), power.mean(), power.max()])
    for colour, name, power in zip(COLOURS, ("lowest", "mean", "highest"), np.transpose(levels)):
        along(mono, tones, 10 * np.log10(power), color=colour, label=name)
    hertz(mono, low=50, narrow=True)
    scale(mono, -24, 6, 6, "level in 20 ms, dB")
    mono.set_title("mono sum, all at its default")
    legend_below(mono, 3)
    return figure


@picture
def flanger(lab):
    """Left: standing still it is a comb, and feedback sharpens its peaks; below 0, with the mix, they lie where the notches were. Right: how late each side is, 4 ms from
    0.5 ms once a second."""
    figure, (comb, late) = sheet(columns=2, height=4.0)
    for colour, feedback, mix in zip(COLOURS, (0, 70, -70), (50, 50, -50)):
        chain = f"flanger: {{delay: 1 ms, depth: 0 ms, feedback: {feedback} %, mix: {mix} %}}"
        along(comb, *thinned(*lab.response(chain), low=100, high=5000, count=500), color=colour, linewidth=1.3,
              label=f"{feedback} %, mix {mix} %".replace("-", "−"))
    hertz(comb, low=100, high=5000, narrow=True)
    scale(comb, -42, 6, 6, "gain, dB")
    comb.set_title("delay 1 ms, depth 0")
    legend_below(comb, 2, "feedback")
    draw_lateness(late, lab, "flanger: {rate: 1 Hz, mix: 100 %}", 2.5, 2)
    scale(late, 0, 5, 1, "delay, ms")
    late.set_title("delay 0.5 ms, depth 4 ms, rate 1 Hz")
    return figure

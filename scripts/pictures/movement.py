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

"""What every strip has: the laws of fader and pan, by the moves of a surface."""
import numpy as np

from .lab import RATE, level_of, tone
from .paper import COLOURS, along, legend_below, picture, scale, sheet


def fader_law(position):
    """Of consoles: in dB, 0 is silence."""
    if position >= 0.5:
        return 40 * position - 30
    if position >= 0.25:
        return 80 * position - 50
    return 160 * position - 70 if position >= 0.0625 else 480 * position - 90


def moved(lab, config, sound, address, positions, seconds, outputs):
    """Levels of the outputs, in dB, once a value stands at each of the positions."""
    osc = "".join(f"{int(i * seconds * RATE)} {address} {position:.6f}\n" for i, position in enumerate(positions))
    heard = lab.run(config, {"x": sound}, outputs, osc=osc)
    at = [int((i + 1) * seconds * RATE) for i in range(len(positions))]
    return {name: np.array([[level_of(channel[end - 2400:end], 1000) for end in at] for channel in sound])
            for name, sound in heard.items()}


@picture
def strip(lab):
    """Left: the positions of a fader and the levels that are heard. Right: a mono strip between left and right by
    its three laws."""
    figure, (fader, pan) = sheet(columns=2, height=3.8)
    positions, seconds = np.linspace(0, 1, 81), 0.12
    sound = tone(1000, -12, seconds * len(positions))
    levels = moved(lab, "inputs: {x: {}}\noutputs: {out: {from: x}}\n", sound, "/norm/input/x/fader", positions, seconds, ["out"])
    shown = np.maximum(levels["out"][0] + 12, -90)
    along(fader, positions[1:], shown[1:], color=COLOURS[0], label="heard")
    marks = [0.0625, 0.25, 0.5, 0.75, 1]
    fader.plot(marks, [fader_law(p) for p in marks], "o", color=COLOURS[3], markersize=4, clip_on=False, label="-60, -30, -10, 0 and +10 dB")
    scale(fader, 0, 1, 0.25, "position of the fader (/norm)", across=True)
    scale(fader, -90, 10, 10, "level, dB")
    fader.set_title("fader law")
    legend_below(fader, 2)
    positions = np.linspace(-1, 1, 41)
    sound = tone(1000, -12, seconds * len(positions))
    for colour, law in zip(COLOURS, (-3, -4.5, -6)):
        config = f"inputs: {{x: {{pan_law: {law} dB, sends: {{main: {{}}}}}}}}\nbuses: {{main: {{}}}}\noutputs: {{out: {{from: main}}}}\n"
        left, right = moved(lab, config, sound, "/input/x/pan", positions, seconds, ["out"])["out"] + 12
        along(pan, positions, np.maximum(left, -60), color=colour, label=f"{law} dB: left")
        along(pan, positions, np.maximum(right, -60), color=colour, linestyle="--", linewidth=1.2, label="right")
    scale(pan, -1, 1, 0.5, "pan", across=True)
    scale(pan, -24, 3, 3, "level, dB")
    pan.set_title("pan laws: mono into stereo")
    legend_below(pan, 3)
    return figure

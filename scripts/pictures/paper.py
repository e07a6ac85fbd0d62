"""How the pictures look: one style, axes of the trade, files that are the same to the byte whenever the sound is."""
import re

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import FuncFormatter, NullLocator

# Told apart by everybody (Okabe and Ito).
BLUE, ORANGE, GREEN, RED, PURPLE, SKY, BLACK, GREY = (
    "#0072b2", "#e69f00", "#009e73", "#d55e00", "#cc79a7", "#56b4e9", "#000000", "#888888")
COLOURS = [BLUE, ORANGE, GREEN, RED, PURPLE, SKY]

plt.rcParams.update({
    "svg.fonttype": "none", "svg.hashsalt": "fohd", "font.family": "sans-serif", "font.size": 9, "axes.titlesize": 9.5,
    "axes.grid": True, "grid.color": "#dddddd", "grid.linewidth": 0.6, "axes.edgecolor": "#666666", "axes.linewidth": 0.8,
    "lines.linewidth": 1.6, "legend.fontsize": 8, "legend.framealpha": 0.9, "legend.edgecolor": "#dddddd",
    "axes.prop_cycle": plt.cycler(color=COLOURS), "figure.constrained_layout.use": True})


def picture(draw):
    """Marks what draws the picture of the processor of its name; its docstring says what is seen."""
    draw.is_picture = True
    return draw


def sheet(columns=1, rows=1, height=3.2, **options):
    """A figure of one page's width, and its axes."""
    figure, axes = plt.subplots(rows, columns, figsize=(7.6, height * rows), squeeze=False, **options)
    return figure, axes.flat if rows * columns > 1 else axes[0][0]


def hertz(axis, low=20, high=20000, narrow=False):
    """Frequency across, in the decades of a console."""
    shown = (20, 100, 1000, 10000) if narrow else (20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000)
    axis.set_xscale("log")
    axis.set_xlim(low, high)
    axis.set_xticks([f for f in shown if low <= f <= high])
    axis.xaxis.set_major_formatter(FuncFormatter(lambda f, _: f"{f / 1000:g}k" if f >= 1000 else f"{f:g}"))
    axis.xaxis.set_minor_locator(NullLocator())
    axis.set_xlabel("frequency, Hz")


def scale(axis, low, high, step, label, across=False):
    """Even ticks, up or across."""
    ticks = np.arange(low, high + step / 2, step)
    if across:
        axis.set_xlim(low, high)
        axis.set_xticks(ticks)
        axis.set_xlabel(label)
    else:
        axis.set_ylim(low, high)
        axis.set_yticks(ticks)
        axis.set_ylabel(label)


def along(axis, x, y, *args, **options):
    """A line through the points, rounded to what paper shows."""
    return axis.plot(np.asarray(x), np.round(np.asarray(y, dtype=float), 3), *args, **options)


def legend_below(axis, columns, title=None):
    """Where it hides no line."""
    lift = -0.62 / (axis.figure.get_figheight() / axis.get_gridspec().nrows)
    axis.legend(loc="upper center", bbox_to_anchor=(0.5, lift), ncols=columns, frameon=False, title=title)


def thinned(frequencies, levels, low=20, high=20000, count=300):
    """A smooth response at points that are even on a logarithmic axis."""
    points = np.geomspace(low, high, count)
    return points, np.interp(points, frequencies, levels)


def save(figure, path):
    figure.savefig(path, format="svg", metadata={"Date": None, "Creator": None})
    plt.close(figure)
    # Hundredths of a point are enough, and what another compiler rounds otherwise is not seen.
    text = re.sub(r"\d+\.\d{3,}", lambda found: f"{float(found.group()):.2f}".rstrip("0").rstrip("."), path.read_text())
    path.write_text("\n".join(line.rstrip() for line in text.splitlines()) + "\n")

"""What is written of all cases: pictures, a table in CSV, and a page to look at and to listen to."""
import csv
import html

import numpy as np
from pictures import paper  # first: it chooses how is drawn
from pictures.lab import RATE
from scipy.signal import spectrogram

from . import measure

SIDES = ("dry", "fohd", "peer")
COLOURS = {"dry": paper.GREY, "fohd": paper.BLUE, "peer": paper.ORANGE}

STYLE = """body{font:15px/1.45 sans-serif;max-width:75em;margin:2em auto;padding:0 1em}h2{border-top:1px solid #ccc;padding-top:1em}
table{border-collapse:collapse;font-size:13px;margin:.6em 0}td,th{border:1px solid #ddd;padding:.15em .5em;text-align:right}
td:first-child,th:first-child{text-align:left}img{max-width:100%}audio{width:20em;vertical-align:middle}.said{color:#555}.wrong{color:#b00}
code{font-size:13px;word-break:break-word}"""


def draw(path, result):
    """Left the spectra of all sides, in octaves' sixths; right, of each, how its spectrum goes on over time."""
    sides = [side for side in SIDES if side in result.sounds]
    figure, axes = paper.plt.subplots(1, 1 + len(sides), figsize=(4 + 2.6 * len(sides), 2.9))
    for side in sides:
        hertz, level = measure.smooth(result.sounds[side])
        axes[0].plot(hertz, level, color=COLOURS[side], label=side, linewidth=1.2)
    top = max(line.get_ydata().max() for line in axes[0].lines)
    axes[0].set_ylim(top - 75, top + 5)
    paper.hertz(axes[0], narrow=True)
    axes[0].set_ylabel("dB in 1/6 octave")
    axes[0].legend()
    for axis, side in zip(axes[1:], sides):
        hertz, times, power = spectrogram(result.sounds[side].mean(axis=0), RATE, nperseg=2048, noverlap=1024)
        level = measure.decibels(power)
        axis.pcolormesh(times, hertz[1:], level[1:], vmin=-110, vmax=-30, cmap="magma", rasterized=True)
        axis.set_yscale("log")
        axis.set_ylim(40, 20000)
        axis.set_title(side)
        axis.set_xlabel("time, s")
        axis.grid(False)
    figure.savefig(path, format="png", dpi=80, metadata={"Software": None})
    paper.plt.close(figure)


def number(value):
    """A tenth of a dB, without a minus before nothing."""
    return "" if value is None else f"{round(value, 1) + 0:.1f}"


HEAD = ["case", "sound", "side", "peak dBFS", "RMS dBFS", "LUFS", "crest dB", "latency frames", "ns a frame"]


def rows(result):
    """Of the sounds as rendered: levels of each side, then differences in octaves at equal loudness."""
    for side in SIDES:
        if side not in result.sounds:
            continue
        level, heard = result.levels[side], result.heard.get(side)
        yield [result.case.title, result.sound, side, number(level["peak"]), number(level["rms"]), number(result.lufs[side]), number(level["crest"]),
               heard.late if heard else "", number(heard.cost) if heard else "", *map(number, result.octaves[side])]
    for a, b in (("fohd", "dry"), ("fohd", "peer")):
        if a in result.sounds and b in result.sounds:
            yield [result.case.title, result.sound, f"{a} − {b}", *[""] * 6, *map(number, result.difference(a, b))]


def write_csv(path, results):
    with path.open("w", newline="") as file:
        out = csv.writer(file)
        out.writerow(HEAD + [f"{mid:g} Hz" for mid in measure.OCTAVES])
        for result in results:
            out.writerows(rows(result))


def write_html(path, results, notes):
    text = [f'<!doctype html><html lang="en"><meta charset="utf-8"><title>fohd beside its peers</title><style>{STYLE}</style><h1>fohd beside its peers</h1>',
            "<p>The players have one loudness: that of the dry sound. Levels in the tables are those of the renders themselves; differences in "
            "octaves are at one loudness. Costs are at blocks of 64: of fohd what a strip costs more than without the chain, of a peer its "
            "<code>run</code>. One run of a computer that does other things too: a rough guide. zita-rev1, zita-at1 and jconvolver are JACK "
            "clients only and cannot run here; the engines of two of them are in x42's plugins.</p>"]
    text += [f'<p class="said">{html.escape(note)}</p>' for note in notes]
    shown = None
    for result in results:
        case = result.case
        if case.title != shown:
            shown = case.title
            text.append(f"<h2>{html.escape(case.title)}</h2><p><code>{html.escape(case.chain)}</code></p>")
            if case.peer:
                values = ", ".join(f"{symbol} {value:g}" for symbol, value in case.peer.values.items())
                text.append(f"<p>Beside {html.escape(case.peer.name)}: <code>{html.escape(values)}</code></p>")
            if case.why:
                text.append(f'<p class="said">{html.escape(case.why)}</p>')
        text.append(f"<h3>{result.sound}</h3>")
        text += [f'<p class="wrong">{html.escape(error)}</p>' for error in result.errors]
        text.append("<p>" + " ".join(f'{side} <audio controls preload="none" src="{result.file(side)}"></audio>' for side in SIDES if side in result.sounds) + "</p>")
        text.append(f'<img src="{result.picture}" alt="Spectra and spectrograms of {result.sound}">')
        head = "".join(f"<th>{each}</th>" for each in HEAD[2:] + [f"{mid:g}" for mid in measure.OCTAVES])
        body = "".join("<tr>" + "".join(f"<td>{html.escape(str(each))}</td>" for each in row[2:]) + "</tr>" for row in rows(result))
        text.append(f"<table><tr>{head}</tr>{body}</table>")
    path.write_text("\n".join(text) + "</html>\n")


def matched(result):
    """The sounds at the loudness of the dry one, all of them down where one would clip."""
    gains = {side: 10 ** ((result.lufs["dry"] - lufs) / 20) if lufs is not None and result.lufs["dry"] is not None else 1
             for side, lufs in result.lufs.items()}
    highest = max(np.max(np.abs(sound)) * gains[side] for side, sound in result.sounds.items())
    down = min(1, 0.9 / max(highest, 1e-9))
    return {side: sound * gains[side] * down for side, sound in result.sounds.items()}

"""Which sounds go through which processor with which values, and through which peer with values that ask for the same."""
import re
from dataclasses import dataclass, field

CALF, LSP, X42 = ("http://calf.sourceforge.net/plugins/", "http://lsp-plug.in/plugins/lv2/", "http://gareus.org/oss/lv2/")
HALL, ROOM, PLATE = "https://github.com/michaelwillis/dragonfly-reverb", "urn:dragonfly:room", "urn:dragonfly:plate"


@dataclass
class Peer:
    name: str  # as a reader knows it
    uri: str
    values: dict = field(default_factory=dict)  # by the symbols of its ports
    state: tuple = ()  # what scripts/listening/renders.py gives as its state: PROPERTY=@FILE or PROPERTY=:TEXT


@dataclass
class Case:
    chain: str  # YAML: the items of the chain
    sounds: tuple  # names of the material
    peer: Peer | None = None
    why: str = ""  # there is no peer, or how the values differ
    name: str = ""  # told apart from others of the same processor
    mono: bool = False
    partner: str = ""  # another sound, in a strip of the same chain

    @property
    def processor(self):
        """The type of the last in the chain."""
        return re.findall(r"(\w+)(?:: \{[^{}]*(?:\{[^{}]*\}[^{}]*)*\})?(?:, |$)", self.chain)[-1]

    @property
    def title(self):
        return f"{self.processor}, {self.name}" if self.name else self.processor


def gain(decibels):
    return round(10 ** (decibels / 20), 5)


def each(count, **values):
    """Values of the numbered ports of so many bands, from 0."""
    return {f"{name}{n}": value for name, value in values.items() for n in range(count)}


NO_EFFECT = "Debian has no LV2 plugin of this kind."

CASES = [
    Case("high_pass: {frequency: 120 Hz, slope: 12}", ("noise", "drums"),
         Peer("Calf Filter", CALF + "Filter", {"mode": 3, "freq": 120})),
    Case("low_pass: {frequency: 4 kHz, slope: 12}", ("noise", "band"), Peer("Calf Filter", CALF + "Filter", {"mode": 0, "freq": 4000})),
    Case("eq: {bands: [{frequency: 200 Hz, gain: -4 dB, q: 1}, {frequency: 1 kHz, gain: 3 dB, q: 1}, "
         "{frequency: 3 kHz, gain: 5 dB, q: 2}, {frequency: 10 kHz, gain: -6 dB, q: 1}]}", ("noise", "band"),
         Peer("Calf Equalizer 8", CALF + "Equalizer8Band",
              {**{f"p{n}_active": 1 for n in (1, 2, 3, 4)}, "p1_freq": 200, "p1_level": gain(-4), "p1_q": 1, "p2_freq": 1000,
               "p2_level": gain(3), "p2_q": 1, "p3_freq": 3000, "p3_level": gain(5), "p3_q": 2, "p4_freq": 10000, "p4_level": gain(-6), "p4_q": 1}),
         "Calf's bells are cramped near the top; those of fohd follow the analogue curve."),
    Case("compressor: {threshold: -24 dB, ratio: 4, attack: 10 ms, release: 100 ms, knee: 6 dB}", ("drums", "spoken", "sung"),
         Peer("LSP Compressor", LSP + "compressor_stereo",
              {"al": gain(-24), "cr": 4, "at": 10, "rt": 100, "scm": 0, "scr": 0, "kn": gain(-3)}),
         "LSP's attack and release are those of the level, those of fohd of the reduction."),
    Case("gate: {threshold: -36 dB, range: 40 dB, attack: 1 ms, hold: 20 ms, release: 100 ms}", ("spoken", "drums"),
         Peer("LSP Gate", LSP + "gate_stereo", {"gt": gain(-36), "gz": 0.9, "gr": gain(-40), "at": 1, "rt": 100, "scm": 0, "scr": 0}),
         "LSP's gate has no hold."),
    Case("limiter: {ceiling: -6 dB, input_gain: 6 dB, release: 50 ms}", ("drums", "band"),
         Peer("x42 dpl", X42 + "dpl#stereo", {"gain": 6, "threshold": -6, "release": 0.05, "truepeak": 1})),
    Case("delay: {time: 250 ms, feedback: 40 %, mix: 33 %}", ("drums", "plucked"),
         Peer("Calf Vintage Delay", CALF + "VintageDelay",
              {"timing": 1, "ms": 250, "subdiv": 1, "time_l": 1, "time_r": 1, "mix_mode": 0, "medium": 0, "feedback": 0.4,
               "amount": 0.5, "dry": 1})),
    Case("chorus: {rate: 0.5 Hz, delay: 10 ms, depth: 4 ms, voices: 4, mix: 50 %}", ("pad", "plucked", "sung"),
         Peer("Calf Multi Chorus", CALF + "MultiChorus",
              {"voices": 4, "min_delay": 10, "mod_depth": 4, "mod_rate": 0.5, "amount": 0.5, "dry": 0.5, "stereo": 90, "freq": 20,
               "freq2": 20000, "vphase": 90, "overlap": 0}),
         "Calf adds its voices where fohd takes their mean, and cuts what they lack above and below."),
    Case("flanger: {rate: 0.2 Hz, delay: 0.5 ms, depth: 4 ms, feedback: 50 %, mix: 50 %}", ("noise", "drums", "pad"),
         Peer("Calf Flanger", CALF + "Flanger",
              {"min_delay": 0.5, "mod_depth": 4, "mod_rate": 0.2, "feedback": 0.5, "stereo": 90, "amount": 0.5, "dry": 0.5})),
    Case("phaser: {rate: 0.4 Hz, depth: 3, centre: 800 Hz, stages: 6, feedback: 30 %, mix: 50 %}", ("noise", "pad"),
         Peer("Calf Phaser", CALF + "Phaser",
              {"base_freq": 800, "mod_depth": 1800, "mod_rate": 0.4, "feedback": 0.3, "stages": 6, "stereo": 90, "amount": 0.5, "dry": 0.5}),
         "Calf's feedback is late by a sample."),
    Case("octaver", ("bass", "sung"), None, NO_EFFECT, mono=True),
    Case("pitch_correct", ("sung", "chanted", "spoken"), Peer("x42 fat1 (the retuner of zita-at1)", X42 + "fat1", {"corr": 1}), mono=True),
    Case("convolution: {file: IMPULSE}", ("spoken", "drums"),
         Peer("x42 convoLV2 (zita-convolver)", X42 + "convoLV2#Stereo", {}, (
             X42 + "convoLV2#impulse=@IMPULSE", X42 + "convoLV2#state=:convolution.maxsize=1048576\n")),
         "convoLV2 cuts the impulse into parts of one block each, so at blocks of 64 it costs far more than zita-convolver need."),
    Case("feedback_suppressor", ("ringing", "sung"), None,
         NO_EFFECT + " The sound is what an open microphone heard; that a closed loop is quietened, its test proves."),
    Case("reverb: {kind: hall, size: 24 m, decay: 2 s, mix: 30 %}", ("drums", "spoken", "plucked"),
         Peer("Dragonfly Hall", HALL, {"size": 24, "decay": 2, "delay": 20, "dry_level": 70, "early_level": 15, "late_level": 30,
                                       "low_mult": 1.2, "high_mult": 0.5, "high_xo": 6000}), name="hall"),
    Case("reverb: {kind: hall, size: 24 m, decay: 2 s, mix: 100 %}", ("click", "drums"),
         Peer("Calf Reverb", CALF + "Reverb", {"decay_time": 2, "room_size": 4, "amount": 1, "dry": 0, "predelay": 20, "hf_damp": 6000,
                                               "bass_cut": 20, "treble_cut": 20000}), name="hall alone"),
    Case("reverb: {kind: room, size: 12 m, decay: 0.6 s, mix: 100 %}", ("click", "spoken"),
         Peer("Dragonfly Room", ROOM, {"size": 12, "decay": 0.6, "dry_level": 0, "early_level": 25, "late_level": 60, "predelay": 8}), name="room alone"),
    Case("reverb: {kind: plate, decay: 1.5 s, pre_delay: 0 ms, mix: 100 %}", ("click", "sung"),
         Peer("Dragonfly Plate", PLATE, {"decay": 1.5, "dry_level": 0, "early_level": 80, "predelay": 0, "low_cut": 0}), name="plate alone"),
    Case("width: {width: 150 %}", ("band", "pad"), Peer("Calf Stereo Tools", CALF + "StereoTools", {"slev": 1.5})),
    Case("crossover: {frequencies: [1 kHz], slope: 24, way: 1}", ("noise", "band"),
         Peer("Calf XOver 2", CALF + "XOver2Band", {"mode": 1, "freq0": 1000})),
    Case("saturator: {drive: 18 dB, shape: tape, auto_gain: on}", ("bass", "sweep", "drums"),
         Peer("Calf Saturator", CALF + "Saturator", {"drive": 5, "blend": 0}), "Two curves: their harmonics differ."),
    Case("multiband: {crossovers: [120 Hz, 1 kHz, 6 kHz], bands: [" + ", ".join(["{threshold: -30 dB, ratio: 3, attack: 20 ms, release: 150 ms}"] * 4) + "]}",
         ("band", "noise"),
         Peer("Calf Multiband Compressor", CALF + "MultibandCompressor",
              {"mode": 0, "freq0": 120, "freq1": 1000, "freq2": 6000,
               **each(4, bypass=0, threshold=gain(-30), ratio=3, attack=20, release=150, detection=1, knee=2)})),
    Case("de_esser: {frequency: 5 kHz, threshold: -14 dB, range: 12 dB}", ("spoken", "sung"),
         Peer("Calf Deesser", CALF + "Deesser", {"mode": 1, "f1_freq": 5000, "f2_freq": 6500, "threshold": gain(-30), "ratio": 4})),
    Case("dynamic_eq: {bands: [{frequency: 3 kHz, q: 1, threshold: -34 dB, ratio: 3, range: -9 dB}]}", ("sung", "band"), None, NO_EFFECT),
    Case("leveller: {target: -20 LUFS, speed: 4 s}", ("spoken", "band"), None, NO_EFFECT),
    Case("automix: {group: table}", ("spoken",), None, NO_EFFECT, partner="sung"),
    Case("insert", ("plucked",), None, "An insert leads through JACK to a device; its test proves it."),
    Case("fader, dither: {bits: 16}", ("sweep", "plucked"), None, NO_EFFECT, name="16 bits"),
]


def missing(types):
    """Processors of the program that have no case."""
    return sorted(set(types) - {case.processor for case in CASES})

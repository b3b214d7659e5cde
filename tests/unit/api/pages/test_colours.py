"""Colours of the stylesheet: contrast enough in light and dark, and marks that colour-blind people can tell apart."""

import re
from itertools import combinations
from math import dist
from pathlib import Path

import pytest

STYLESHEET = Path(__file__).parents[4] / "api/pages/ground/folkmoot.css"
MARKS = ("kept", "late", "overdue", "disputed", "answered")
TEXTS = ("ink", "soft", "link", "error", *MARKS)
LEAST_OF_TEXT, LEAST_OF_LINES = 4.5, 3.0
LEAST_APART = 20  # in CIELAB, as the crow flies (CIE 1976)

# Machado, Oliveira and Fernandes (2009), severity 1, in linear RGB.
PROTANOPIA = ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998))
DEUTERANOPIA = ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881))


def palettes():
    css = STYLESHEET.read_text("utf-8")
    blocks = re.findall(r":root \{(.*?)\}", css, re.DOTALL)
    light, dark = (dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})\b", block)) for block in blocks[:2])
    return {"light": light, "dark": light | dark}


def linear(colour):
    shares = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    return [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]


def luminance(colour):
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def seen(colour, sight):
    rgb = linear(colour)
    return [min(1, max(0, sum(part * share for part, share in zip(row, rgb, strict=True)))) for row in sight]


def lab(rgb):
    matrix = ((0.4124564, 0.3575761, 0.1804375), (0.2126729, 0.7151522, 0.0721750), (0.0193339, 0.1191920, 0.9503041))
    white = (0.95047, 1.0, 1.08883)
    xyz = [
        sum(part * share for part, share in zip(row, rgb, strict=True)) / w
        for row, w in zip(matrix, white, strict=True)
    ]
    x, y, z = (part ** (1 / 3) if part > 216 / 24389 else (24389 / 27 * part + 16) / 116 for part in xyz)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("ground", ["page", "card"])
def test_text_and_marks_stand_out_from_what_they_stand_on(scheme, ground):
    palette = palettes()[scheme]
    faint = {name: contrast(palette[name], palette[ground]) for name in TEXTS}
    assert not {name: ratio for name, ratio in faint.items() if ratio < LEAST_OF_TEXT}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_lines_inputs_and_the_rim_of_a_range_stand_out(scheme):
    palette = palettes()[scheme]
    for name, ground in (
        ("edge", "page"),
        ("edge", "card"),
        ("rim", "card"),
        ("curve", "band"),
        ("curve", "band-pale"),
    ):
        assert contrast(palette[name], palette[ground]) >= LEAST_OF_LINES, (name, ground)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_buttons_and_focus_bear_their_text(scheme):
    palette = palettes()[scheme]
    for ground, text in (("button", "button-ink"), ("focus", "focus-ink"), ("brand", "brand-ink")):
        assert contrast(palette[ground], palette[text]) >= LEAST_OF_TEXT, ground


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("sight", [PROTANOPIA, DEUTERANOPIA], ids=["protanopia", "deuteranopia"])
def test_the_colours_of_marks_stay_apart_for_colour_blind_eyes(scheme, sight):
    palette = palettes()[scheme]
    seen_as = {name: lab(seen(palette[name], sight)) for name in MARKS}
    near = {
        (one, other): round(dist(seen_as[one], seen_as[other]), 1)
        for one, other in combinations(MARKS, 2)
        if dist(seen_as[one], seen_as[other]) < LEAST_APART
    }
    assert not near

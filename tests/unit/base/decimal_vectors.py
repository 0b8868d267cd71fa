#!/usr/bin/env python3
"""Prints the table of tests/unit/base/decimal_vectors.inc: a * b / c rounded in four ways, by Python's fractions.

    tests/unit/base/decimal_vectors.py > tests/unit/base/decimal_vectors.inc
"""
from fractions import Fraction
import math

EDGES = [0, 1, -1, 2, -3, 5, 7, 10, 15, -25, 999999, 1000000, -1000000, 1500000, 2500001, -2500000, 3037000500,
         2**62, 2**63 - 1, -2**63, -2**63 + 1, 9223372036854, -9223372036855]


def half_up(value):
    whole = math.floor(abs(value) + Fraction(1, 2))
    return whole if value >= 0 else -whole


def down(value):
    return math.trunc(value)


def up(value):
    return math.ceil(value) if value >= 0 else math.floor(value)


def written(value):
    fits = -2**63 <= value < 2**63
    number = "INT64_MIN" if value == -2**63 else f"INT64_C({value})"
    return f"{{true, {number}}}" if fits else "{false, 0}"


def literal(n):
    return "INT64_MIN" if n == -2**63 else f"INT64_C({n})"


print("/* Made by decimal_vectors.py with Python's fractions: a * b / c, rounded half up, down, up, to the floor. */")
state = 1
rows = []
for a in EDGES:
    for b in EDGES:
        for c in EDGES:
            state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
            if c != 0 and state >> 33 & 63 == 0:
                rows.append((a, b, c))
for a, b, c in rows:
    value = Fraction(a * b, c)
    results = [written(way(value)) for way in (half_up, down, up, math.floor)]
    print(f"{{{literal(a)}, {literal(b)}, {literal(c)},")
    print(f"    {{{results[0]}, {results[1]},")
    print(f"        {results[2]}, {results[3]}}}}},")

#!/usr/bin/env python3
"""Compares the statistics of `fumikura crosstab` with those of scipy.

Usage: tools/contingency_witness.py PROGRAM INDEX [INDEX...]   compares the tables of each index, to 1e-9
       tools/contingency_witness.py --tables                   prints twenty seeded tables with scipy's statistics
                                                               (tests/tables/contingency.json)
"""
import json
import random
import subprocess
import sys

import numpy
from scipy.stats import chi2_contingency

PAIRS = [
    ("partner", "year"), ("partner", "fiscal-year"), ("partner", "theme"), ("partner", "commitment"),
    ("theme", "year"), ("theme", "commitment"), ("theme", "month"), ("commitment", "year"),
    ("series", "theme"), ("year", "partner"), ("commitment", "partner"),
]
MEASURES = ["passages", "documents"]


def statistics(counts):
    """Returns scipy's χ², degrees of freedom, V, expected counts and adjusted residuals."""
    counts = numpy.array(counts, dtype=float)
    chi2, _, df, expected = chi2_contingency(counts, correction=False)
    total, rows, cols = counts.sum(), counts.sum(1, keepdims=True), counts.sum(0, keepdims=True)
    residual = (counts - expected) / numpy.sqrt(expected * (1 - rows / total) * (1 - cols / total))
    return chi2, df, (chi2 / (total * (min(counts.shape) - 1))) ** 0.5, expected, residual


def tables():
    """Prints twenty tables of two to six rows and columns."""
    draw, out = random.Random(23), []
    while len(out) < 20:
        size = draw.randint(2, 6), draw.randint(2, 6)
        counts = [[draw.choice([0, 1, 2, 5, 12, 40, 300]) for _ in range(size[1])] for _ in range(size[0])]
        array = numpy.array(counts)
        if not (array.sum(0) > 0).all() or not (array.sum(1) > 0).all():
            continue
        chi2, df, v, expected, residual = statistics(counts)
        out.append({"counts": counts, "chi2": chi2, "df": int(df), "v": v, "expected": expected.tolist(),
                    "residual": residual.tolist()})
    print("[\n" + ",\n".join(json.dumps(table) for table in out) + "\n]")


def compare(table, name):
    """Compares one table of the JSON; returns 1 where it could be tested."""
    counts = numpy.array([[cell["count"] for cell in row] for row in table["cells"]])
    if counts.size == 0:
        return 0
    rows, cols = numpy.flatnonzero(counts.sum(1)), numpy.flatnonzero(counts.sum(0))
    if min(len(rows), len(cols)) < 2:
        assert table["chi2"] is None, name
        return 0
    chi2, df, v, expected, residual = statistics(counts[numpy.ix_(rows, cols)])
    near = lambda a, b: abs(a - b) <= 1e-9 * max(1.0, abs(b))
    assert near(table["chi2"], chi2) and table["df"] == df and near(table["v"], v), (name, table["chi2"], chi2)
    for i, row in enumerate(rows):
        for j, col in enumerate(cols):
            cell = table["cells"][row][col]
            assert near(cell["expected"], expected[i][j]), (name, cell, expected[i][j])
            if numpy.isfinite(residual[i][j]):
                assert near(cell["residual"], residual[i][j]), (name, cell, residual[i][j])
    return 1


def main(program, indexes):
    tested = 0
    for index in indexes:
        for rows, cols in PAIRS:
            for measure in MEASURES:
                arguments = [program, "--index", index, "crosstab", "--rows", rows, "--cols", cols,
                             "--measure", measure, "--timeout", "0", "--format", "json"]
                run = subprocess.run(arguments, capture_output=True, text=True)
                assert run.returncode in (0, 1), run.stderr
                tested += compare(json.loads(run.stdout), " ".join(arguments))
    print(f"{tested} tables equal to scipy")
    return 0 if tested else 1


if __name__ == "__main__":
    if sys.argv[1:] == ["--tables"]:
        tables()
    elif len(sys.argv) < 3:
        sys.exit(__doc__)
    else:
        sys.exit(main(sys.argv[1], sys.argv[2:]))

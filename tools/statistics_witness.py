#!/usr/bin/env python3
"""Compares the statistics that the program prints with those of scipy and nltk, to 1e-9, on twenty tables.

Usage: tools/statistics_witness.py [target/quick/fumikura]

The tables are those of commands over corpus/, with words drawn by a seeded generator. One function a kind of table
reads the counts of a table and computes its measures anew. scipy and nltk: make witness.
"""
import json, math, pathlib, random, subprocess, sys, tempfile

from nltk.metrics import BigramAssocMeasures
from scipy.stats import chi2, chi2_contingency, power_divergence

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAM = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "target" / "quick" / "fumikura").resolve()
TABLES = 20
SEED = 23
WITHIN = 1e-9
compared = 0


def same(name, ours, theirs):
    """Compares two numbers by their relative difference; below 1 by their difference."""
    global compared
    compared += 1
    if abs(ours - theirs) > WITHIN * max(1.0, abs(theirs)):
        sys.exit(f"{name}: the program says {ours!r}, the witness {theirs!r}")


def log_ratio(a, c, b, d):
    return math.log2(((a or 0.5) / c) / ((b or 0.5) / d))


def collocates(table):
    """Measures of association: logDice, MI3 and t of nltk, G² of scipy and of nltk, Log Ratio by its definition."""
    same("bonferroni", table["bonferroni"], chi2.isf(0.05 / max(table["compared"], 1), 1))
    window, words = table["window_words"], table["collection"]["words"]
    for row in table["rows"]:
        name = f"{table['query']} + {row['word']}"
        both, f_x, f_y, n = row["f_xy"], row["f_x"], row["f_y"], row["n"]
        assert n == words and f_x == table["occurrences"] and both <= min(window, f_y), name
        pair = (both, (f_x, f_y), n)
        same(f"logDice of {name}", row["log_dice"], 14 + math.log2(BigramAssocMeasures.dice(*pair)))
        same(f"MI3 of {name}", row["mi3"], math.log2(BigramAssocMeasures.mi_like(*pair, power=3) * n))
        same(f"t of {name}", row["t"], BigramAssocMeasures.student_t(*pair))
        cells = [[both, window - both], [f_y - both, n - window - f_y + both]]
        g2 = chi2_contingency(cells, correction=False, lambda_="log-likelihood").statistic
        same(f"G² of {name}", abs(row["g2"]), g2)
        same(f"G² of {name}", abs(row["g2"]), BigramAssocMeasures.likelihood_ratio(both, (window, f_y), n))
        assert (row["g2"] >= 0) == (both * n >= window * f_y), name
        same(f"Log Ratio of {name}", row["log_ratio"], log_ratio(both, window, f_y - both, n - window))
    return len(table["rows"])


def compare(table):
    """Keyness: G² of two corpora as a goodness of fit of scipy, Log Ratio and %DIFF by their definitions."""
    same("bonferroni", table["bonferroni"], chi2.isf(0.05 / max(table["compared"], 1), 1))
    c, d = table["a"]["words"], table["b"]["words"]
    rows = table["a"]["keywords"] + table["b"]["keywords"]
    for row in rows:
        name = f"{table['a']['query']} / {table['b']['query']}: {row['word']}"
        a, b = row["a"]["count"], row["b"]["count"]
        share = (a + b) / (c + d)
        g2 = power_divergence([a, b], [c * share, d * share], lambda_="log-likelihood").statistic
        same(f"G² of {name}", abs(row["g2"]), g2)
        assert (row["g2"] >= 0) == (a * d >= b * c), name
        same(f"Log Ratio of {name}", row["log_ratio"], log_ratio(a, c, b, d))
        second = (b or 0.5) / d
        same(f"%DIFF of {name}", row["percent_difference"], (a / c - second) / second * 100)
    return len(rows)


def run(index, *arguments):
    command = [PROGRAM, "--index", index, *arguments, "--json", "--min-documents", "1", "--timeout", "0"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode > 1:
        sys.exit(f"{arguments}: {done.stderr}")
    return json.loads(done.stdout)


with tempfile.TemporaryDirectory() as folder:
    index = str(pathlib.Path(folder) / "index")
    subprocess.run([PROGRAM, "--index", index, "index", ROOT / "corpus"], check=True, capture_output=True)
    draw = random.Random(SEED)
    known = [row["word"] for row in run(index, "collocates", "情報", "--window", "passage", "-n", "200")["rows"]]
    sets = ["partner:米国", "partner:EU", "partner:ASEAN", "date:..2010", "date:2011..", "情報", "協力", "セキュリティ"]
    rows = 0
    for number in range(TABLES):
        if number % 2 == 0:
            window = draw.choice(["2", "5", "sentence", "passage"])
            more = draw.choice([[], ["--compound"], ["--partner", "米国"], ["--date", "..2012"]])
            rows += collocates(run(index, "collocates", draw.choice(known), "--window", window, *more))
        else:
            rows += compare(run(index, "compare", *draw.sample(sets, 2), *draw.choice([[], ["--compound"]])))
    if not rows:
        sys.exit("no table has a row: nothing was compared")
    print(f"{TABLES} tables, {rows} rows, {compared} numbers: equal to scipy and nltk within {WITHIN}")

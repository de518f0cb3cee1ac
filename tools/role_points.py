#!/usr/bin/env python3
"""Learns the points of data/role_points.tsv from labelled texts. Standard library only.

    python3 tools/role_points.py --bin target/release/fumikura LABELLED.jsonl...            # cross-validation
    python3 tools/role_points.py --bin target/release/fumikura LABELLED.jsonl... --write    # and write the table

A labelled text is one JSON object per line: id, title, text (the title where absent), year or date, parties (the names
that are counterparts of Japan in it) and optional (names that are not scored). The program reads the texts and reports
which features of the table hold for each name. This script weighs the features by logistic regression with an L2
penalty and rounds the weights to whole points. The rows themselves (words and their places) are written by hand. Build
again after --write: the table is part of the program. Texts after --twice weigh twice as much.

The folds of the cross-validation contain whole documents: no name is judged by other names of its own text.
"""
import argparse
import hashlib
import json
import math
import pathlib
import subprocess
import sys

TABLE = pathlib.Path(__file__).resolve().parent.parent / "data" / "role_points.tsv"
FOLDS = 5
# Features without penalty: the points that a government or a body starts with.
INTERCEPTS = ("country", "body")
PENALTIES = (1.0, 2.0, 3.0, 5.0, 8.0)
# Points per unit of log odds: a finer scale changed no figure.
SCALE = 3.0


def labelled(paths, weight):
    items = []
    for path in paths:
        for line in pathlib.Path(path).read_text(encoding="utf-8").splitlines():
            if line.strip():
                items.append(json.loads(line) | {"weight": weight})
    return items


def half_of(item):
    return int(hashlib.md5(item["id"].encode()).hexdigest(), 16) // FOLDS % 2


def examples(binary, items):
    """Returns one example per name of a document (fold, features, label, weight), and the folds of missed parties."""
    documents = []
    for number, item in enumerate(items):
        date = item.get("date") or item.get("month") or (f"{item['year']}-07-01" if item.get("year") else None)
        document = {"id": str(number), "title": item["title"], "text": item.get("text") or item["title"]}
        documents.append(json.dumps(document | ({"date": date} if date else {}), ensure_ascii=False))
    run = subprocess.run([binary, "inspect", "-", "--stage", "metadata", "--format", "jsonl"],
                         input="\n".join(documents) + "\n", capture_output=True, text=True)
    if run.returncode not in (0, 1):
        sys.exit(f"inspect failed ({run.returncode}): {run.stderr.strip()[:2000]}")
    found = {int(d["id"]): d["partners"] for d in map(json.loads, run.stdout.splitlines())}
    rows, missed = [], []
    for number, item in enumerate(items):
        optional, parties = set(item.get("optional", [])), set(item["parties"])
        fold = int(hashlib.md5(item["id"].encode()).hexdigest(), 16) % FOLDS
        names = set()
        for partner in found.get(number, []):
            names.add(partner["value"])
            features = [reason["feature"] for reason in partner["reasons"]]
            # Regions and cities have no features: they are never parties.
            if partner["value"] not in optional and features:
                rows.append((fold, features, partner["value"] in parties, item["weight"]))
        missed += [fold] * len(parties - optional - names)
    return rows, missed


def learn(rows, features, penalty, rounds=400):
    """Learns weights by gradient descent with momentum."""
    column = {feature: at for at, feature in enumerate(features)}
    data = [([column[f] for f in names if f in column], label, weight) for _, names, label, weight in rows]
    weights, ahead, momentum = [0.0] * len(features), [0.0] * len(features), 1.0
    total = sum(weight for *_, weight in data)
    step = 6.0 / max(1.0, sum(len(names) * weight for names, _, weight in data) / total) / total
    penalties = [0.0 if feature in INTERCEPTS else penalty for feature in features]
    for _ in range(rounds):
        gradient = [one * weight for one, weight in zip(penalties, ahead)]
        for names, label, weight in data:
            error = 1 / (1 + math.exp(-max(-30, min(30, sum(ahead[at] for at in names))))) - label
            for at in names:
                gradient[at] += error * weight
        moved = [w - step * g for w, g in zip(ahead, gradient)]
        following = (1 + math.sqrt(1 + 4 * momentum * momentum)) / 2
        ahead = [new + (momentum - 1) / following * (new - old) for new, old in zip(moved, weights)]
        weights, momentum = moved, following
    return dict(zip(features, weights))


def whole(weights):
    return {feature: round(weight * SCALE) for feature, weight in weights.items()}


def score(points, rows, missed):
    right = wrong = lost = 0
    for _, names, label, _ in rows:
        party = sum(points.get(feature, 0) for feature in names) > 0
        right += party and label
        wrong += party and not label
        lost += label and not party
    lost += len(missed)
    return right, wrong, lost


def f1(right, wrong, lost):
    return 2 * right / max(1, 2 * right + wrong + lost)


def told(name, counts):
    right, wrong, lost = counts
    print(f"{name}: precision {right / max(1, right + wrong):.3f} recall {right / max(1, right + lost):.3f} "
          f"F1 {f1(*counts):.3f} ({right} right, {wrong} wrong, {lost} missed)")


def cross_validated(rows, missed, features, penalty):
    total = [0, 0, 0]
    for fold in range(FOLDS):
        points = whole(learn([row for row in rows if row[0] != fold], features, penalty))
        counts = score(points, [row for row in rows if row[0] == fold], [one for one in missed if one == fold])
        total = [a + b for a, b in zip(total, counts)]
    return total


def write(points, rows):
    lines = []
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        cells = line.split("\t")
        if not line.startswith("#"):
            having = [label for _, names, label, _ in rows if cells[0] in names]
            # A feature that no name has is a definition: its points were set by hand.
            if having:
                cells[5:8] = [str(points.get(cells[0], 0)), str(len(having)), str(sum(having))]
        lines.append("\t".join(cells))
    TABLE.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("labelled", nargs="+")
    parser.add_argument("--twice", nargs="*", default=[], help="more labelled texts, which weigh twice as much")
    parser.add_argument("--bin", default="target/release/fumikura")
    parser.add_argument("--penalty", type=float, help="instead of the best by cross-validation")
    parser.add_argument("--half", type=int, choices=(0, 1), help="learn from this half of the documents alone")
    parser.add_argument("--write", action="store_true", help="write data/role_points.tsv")
    args = parser.parse_args()
    features = [line.split("\t")[0] for line in TABLE.read_text(encoding="utf-8").splitlines() if line[:1] != "#"]
    every = items = labelled(args.labelled, 1) + labelled(args.twice, 2)
    if args.half is not None:
        items = [item for item in every if half_of(item) == args.half]
    rows, missed = examples(args.bin, items)
    print(f"{len(items)} texts, {len(rows)} names, {sum(row[2] for row in rows)} of them parties; {len(missed)} not found")
    told("rules alone", score({"rules": 1}, rows, missed))
    tried = {}
    for penalty in [args.penalty] if args.penalty else PENALTIES:
        tried[penalty] = cross_validated(rows, missed, features, penalty)
        told(f"penalty {penalty}, cross-validated by document", tried[penalty])
    # Among penalties of nearly equal F1 the greatest wins: it leaves the smallest table.
    best = max(f1(*counts) for counts in tried.values())
    penalty = max(penalty for penalty, counts in tried.items() if f1(*counts) >= best - 0.002)
    points = whole(learn(rows, features, penalty))
    told(f"penalty {penalty}, on what it was learned from", score(points, rows, missed))
    for feature, value in sorted(points.items(), key=lambda pair: -abs(pair[1])):
        if value:
            having = [label for _, names, label, _ in rows if feature in names]
            print(f"  {value:+d}\t{feature}\t{len(having)}\t{sum(having)}")
    if args.half is not None:
        others, lacking = examples(args.bin, [item for item in every if half_of(item) != args.half])
        told("the other half, which was not learned from", score(points, others, lacking))
    if args.write:
        write(points, rows)
        print(f"wrote {TABLE.name}")


if __name__ == "__main__":
    main()

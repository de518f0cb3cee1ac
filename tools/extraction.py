#!/usr/bin/env python3
"""Measures extraction: `extraction.py PATH...`. The reference is NAME.truth.txt beside a file, else the output of poppler.

Recall is the share of the reference's characters that were extracted (as a multiset). 6-gram recall is the same share of
its substrings of six characters: it estimates whether a phrase search would hit. Precision swaps the two sides. All are
computed after NFKC and without white space. Standard library only.
"""
import argparse, collections, json, pathlib, subprocess, time, unicodedata


def squash(text):
    return "".join(unicodedata.normalize("NFKC", text).split())


def grams(text, n):
    return collections.Counter(text[i:i + n] for i in range(len(text) - n + 1))


def share(wanted, found):
    total = sum(wanted.values())
    return sum(min(count, found[gram]) for gram, count in wanted.items()) / total if total else 1.0


def ours(binary, path, stage):
    run = subprocess.run([binary, "inspect", path, "--stage", stage, "--format", "jsonl"], capture_output=True, text=True)
    lines = [json.loads(line) for line in run.stdout.splitlines()]
    if not lines:
        return None, run.stderr.strip()
    if stage == "passages":
        return "\n".join(p["text"] for p in lines[0]["passages"]), run.stderr.strip()
    return lines[0]["text"], run.stderr.strip()


def reference(path, twin):
    truth = path.with_suffix(".truth.txt")
    if twin:
        return ours(twin[0], twin[1], "extracted")[0], "twin"
    if truth.exists():
        return truth.read_text(encoding="utf-8"), "truth"
    run = subprocess.run(["pdftotext", "-raw", "-enc", "UTF-8", path, "-"], capture_output=True)
    return run.stdout.decode("utf-8", "replace"), "poppler"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="+", type=pathlib.Path)
    parser.add_argument("--bin", default="target/release/fumikura")
    parser.add_argument("--stage", default="extracted", choices=["extracted", "passages"])
    parser.add_argument("--twin", help="folder with files of the same stem in another format, as the reference")
    args = parser.parse_args()
    print(f"{'file':<42} {'against':<8} recall  6-gram  precision  6-gram  seconds")
    for path in sorted(args.paths):
        if path.name.endswith(".truth.txt"):
            continue
        twin = next(iter(pathlib.Path(args.twin).glob(path.stem + ".*")), None) if args.twin else None
        if args.twin and not twin:
            continue
        started = time.time()
        text, said = ours(args.bin, path, args.stage)
        took = time.time() - started
        if text is None:
            print(f"{path.name:<42} {said}")
            continue
        wanted, kind = reference(path, (args.bin, twin) if twin else None)
        wanted, found = squash(wanted), squash(text)
        one = share(grams(wanted, 1), grams(found, 1)), share(grams(found, 1), grams(wanted, 1))
        six = share(grams(wanted, 6), grams(found, 6)), share(grams(found, 6), grams(wanted, 6))
        print(f"{path.name:<42} {kind:<8} {one[0]:.3f}   {six[0]:.3f}   {one[1]:.3f}      {six[1]:.3f}   {took:.2f}")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Measures extraction: `extraction.py PATH...`, where a folder stands for the files below it.

The reference is NAME.truth.txt beside a file; else poppler for PDF, and for Office the XML itself or, with
`--libreoffice`, the text that LibreOffice writes. `--latin` counts the Latin words of six letters and more that came
out with a blank inside.

Recall is the share of the reference's characters that were extracted (as a multiset). 6-gram recall is the same share of
its substrings of six characters: it estimates whether a phrase search would hit. Precision swaps the two sides. All are
computed after NFKC and without white space. Standard library only.
"""
import argparse, collections, json, pathlib, re, subprocess, tempfile, time, unicodedata, zipfile
import xml.etree.ElementTree as ElementTree


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


def of_xml(path):
    """The text of an Office file from its XML: paragraphs without deleted text, readings and second forms."""
    hidden = {"del", "moveFrom", "rt", "rPh", "Fallback", "instrText", "delText", "phoneticPr"}
    parts = {
        ".docx": r"word/(document\d*|footnotes|endnotes|charts/chart\d+|diagrams/data\d+)\.xml",
        ".pptx": r"ppt/(slides/slide|notesSlides/notesSlide|charts/chart|diagrams/data)\d+\.xml",
        ".xlsx": r"xl/(sharedStrings|worksheets/sheet\d+|drawings/drawing\d+|comments\d*)\.xml",
    }
    out = []

    def walk(node):
        name = node.tag.rsplit("}", 1)[-1]
        if name in hidden:
            return
        if name == "t" and node.text:
            out.append(node.text)
        for child in node:
            walk(child)
        if name in ("p", "si", "c", "br"):
            out.append("\n")

    with zipfile.ZipFile(path) as archive:
        for name in sorted(archive.namelist()):
            if re.fullmatch(parts[path.suffix.lower()], name):
                walk(ElementTree.fromstring(archive.read(name)))
    return "".join(out)


def of_libreoffice(path):
    kind = {".xlsx": "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"}
    with tempfile.TemporaryDirectory() as folder:
        to = kind.get(path.suffix.lower(), "txt:Text" if path.suffix.lower() != ".pptx" else "pdf")
        subprocess.run(["soffice", "--headless", "--convert-to", to, "--outdir", folder, path], capture_output=True)
        made = sorted(pathlib.Path(folder).iterdir())
        if to == "pdf" and made:
            return of_poppler(made[0])
        return "\n".join(file.read_text(encoding="utf-8", errors="replace") for file in made)


def of_poppler(path):
    """Poppler's text without page numbers, and with the text of every page once, as fumikura keeps it."""
    run = subprocess.run(["pdftotext", "-raw", "-enc", "UTF-8", path, "-"], capture_output=True)
    text = re.sub("[\u200e\u200f\u202a-\u202e\0]", "", run.stdout.decode("utf-8", "replace"))
    pages = [page.splitlines() for page in text.split("\f")]
    often = collections.Counter(line for page in pages for line in {squash(line) for line in page})
    out, seen = [], set()
    for page in pages:
        for at, line in enumerate(page):
            key = squash(line)
            number = re.fullmatch(r"[-–/ .]*(\d{1,4}|[ivx]{1,6})[-–/ .\d]*", key)
            everywhere = len(pages) > 4 and often[key] * 2 > len(pages) - 1
            if number and len(pages) > 2 and at in (0, len(page) - 1) or everywhere and key in seen:
                continue
            seen.add(key)
            out.append(line)
    return "\n".join(out)


def reference(path, twin, libreoffice):
    truth = path.with_suffix(".truth.txt")
    if twin:
        return ours(twin[0], twin[1], "extracted")[0], "twin"
    if truth.exists():
        return truth.read_text(encoding="utf-8"), "truth"
    if path.suffix.lower() in (".docx", ".pptx", ".xlsx"):
        return (of_libreoffice(path), "lo") if libreoffice else (of_xml(path), "xml")
    return of_poppler(path), "poppler"


def split_words(wanted, found):
    """The Latin words of six letters and more, and those of them that are found only with a blank inside."""
    wanted, found = (unicodedata.normalize("NFKC", text) for text in (wanted, found))
    words = set(re.findall("[A-Za-z]{6,}", wanted))
    known = set(re.findall("[A-Za-z]+", found))
    flowed = re.sub(r"\s+", " ", found)
    return words, sorted(word for word in words - known if re.search(" ?".join(word), flowed))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="+", type=pathlib.Path)
    parser.add_argument("--bin", default="target/release/fumikura")
    parser.add_argument("--stage", default="extracted", choices=["extracted", "passages"])
    parser.add_argument("--twin", help="folder with files of the same stem in another format, as the reference")
    parser.add_argument("--libreoffice", action="store_true", help="compare Office files with LibreOffice's text")
    parser.add_argument("--latin", action="store_true", help="name the Latin words with a blank inside")
    args = parser.parse_args()
    kinds = {".pdf", ".docx", ".pptx", ".xlsx"}
    below = [file for path in args.paths if path.is_dir() for file in path.rglob("*") if file.suffix.lower() in kinds]
    paths = [path for path in args.paths if not path.is_dir()] + below
    sums, words, split = collections.defaultdict(list), 0, 0
    print(f"{'file':<42} {'against':<8} recall  6-gram  precision  6-gram  seconds")
    for path in sorted(paths):
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
        wanted, kind = reference(path, (args.bin, twin) if twin else None, args.libreoffice)
        if args.latin:
            all_words, cut = split_words(wanted, text)
            words, split = words + len(all_words), split + len(cut)
            if cut:
                print(f"  {path.name}: {', '.join(cut)}")
        lines = [[squash(line) for line in side.splitlines()] for side in (wanted, text)]
        wanted, found = squash(wanted), squash(text)
        one = share(grams(wanted, 1), grams(found, 1)), share(grams(found, 1), grams(wanted, 1))
        six = share(grams(wanted, 6), grams(found, 6)), share(grams(found, 6), grams(wanted, 6))
        if kind == "xml":
            # A paragraph is compared by itself: Word's numbers and notes stand between paragraphs.
            inside = [sum((grams(line, 6) for line in side), collections.Counter()) for side in lines]
            six = share(inside[0], grams(found, 6)), share(inside[1], grams(wanted, 6))
        print(f"{path.name:<42} {kind:<8} {one[0]:.3f}   {six[0]:.3f}   {one[1]:.3f}      {six[1]:.3f}   {took:.2f}")
        if wanted:
            sums[path.suffix.lower()].append((six[0], six[1]))
    for kind, shares in sorted(sums.items()):
        recall, precision = (sum(share[side] for share in shares) / len(shares) for side in (0, 1))
        print(f"{kind}: {len(shares)} files, 6-gram recall {recall:.4f}, precision {precision:.4f}")
    if args.latin:
        print(f"Latin words: {words}, with a blank inside: {split}")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Measures how much of a document's text the program extracts, and how much of what it extracts is the document's.

    tools/extraction_recall.py PATH...                   # a folder stands for the files below it
    tools/extraction_recall.py --show 5 FILE             # and the longest stretches that are missing or extra
    tools/extraction_recall.py --latin PATH...           # and the Latin words that came out with a blank inside
    tools/extraction_recall.py --no-office PATH...       # without LibreOffice, which takes seconds a file

6-gram recall is the share of the reference's stretches of six characters that the program extracted, each as often as
it occurs: nearly the chance that a search for a phrase finds it. Precision is the share of the program's stretches that
the reference has. Characters are folded (NFKC; blanks, line ends and invisible characters out), so that spaces do not
count here; --latin counts the spaces that matter.

References:
  PDF    poppler, in its own order (pdftotext -bbox-layout, without small raised figures and readings of ruby, which the
         program leaves out by design) and in the order of the file (pdftotext -raw). A stretch is wanted where both have
         it: one that only one of them has comes from an order of lines and columns and says nothing of the document. A
         stretch of the program is right where either has it. "agreed" is the wanted share of -raw: where it is low,
         the recall says little. NAME.truth.txt beside a file goes before poppler, which guesses too.
  Word, Excel, PowerPoint
         the XML, a paragraph or cell by itself: each text that a reader sees. What the program leaves out by design is
         counted apart ("left out" with --jsonl; see LEFT_OUT below), deleted revisions and readings of ruby not at all.
         LibreOffice is a second reader where it is installed, and tells how a person sees the numbers of cells. A
         stretch of the program is right where either has it. The column "office" is the recall against LibreOffice.
  HTML   NAME.truth.json beside it, else the page without the elements that are marked as menus, headers or footers, and
         without its long lists of links, which may be there or not.

Exit code 1 where a format is under its aim or a file that has text was not read. Standard library only.
"""
import argparse
import collections
import html.parser
import itertools
import json
import os
import pathlib
import posixpath
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unicodedata
import xml.etree.ElementTree as ElementTree
import zipfile

N = 6
# Least mean of recall, and least recall of one file; None where single files are not judged.
AIMS = {"pdf": (0.985, 0.90), "docx": (0.995, None), "xlsx": (0.995, None), "pptx": (0.995, None), "html": (0.995, None)}
MOST_SPLIT_WORDS = 10
KINDS = {".pdf": "pdf", ".docx": "docx", ".docm": "docx", ".xlsx": "xlsx", ".xlsm": "xlsx", ".pptx": "pptx",
         ".pptm": "pptx", ".ppsx": "pptx", ".html": "html", ".htm": "html", ".shtml": "html"}
# Parts of Office files that the program does not read by design. Their characters are counted, not wanted.
LEFT_OUT = ("head or foot of pages", "comments of readers", "hidden sheet", "head or foot of slides", "numbers of charts")


# ---------------------------------------------------------------------------------------------------------------------
# Comparison
# ---------------------------------------------------------------------------------------------------------------------

def folded(text):
    text = unicodedata.normalize("NFKC", text)
    # One glyph of an old font is U+2010 to one reader and the hyphen of ASCII to the other; searches fold them.
    text = re.sub("[\u2010-\u2012\u2212]", "-", text)
    text = text.replace("\u2014", "\u2015")
    # Zero-width and other format characters, soft hyphens, controls: no reader sees them.
    return "".join(c for c in text if not c.isspace() and unicodedata.category(c) not in ("Cf", "Cc"))


def grams(text):
    return collections.Counter(text[at:at + N] for at in range(len(text) - N + 1))


def grams_of_pieces(pieces):
    """The stretches inside pieces. A piece that is shorter than a stretch counts as one: headings and cells are short."""
    out = collections.Counter()
    for piece in pieces:
        if len(piece) >= N:
            out.update(grams(piece))
        elif len(piece) >= 2:
            out[piece] += 1
    return out


class Text:
    """A text to look stretches up in. Readings of one document are several texts: the best count holds."""

    def __init__(self, *texts):
        self.texts = texts
        self.counts = [grams(text) for text in texts]
        self.short = {}

    def count(self, gram):
        if len(gram) == N:
            return max(counts[gram] for counts in self.counts)
        if gram not in self.short:
            self.short[gram] = max(text.count(gram) for text in self.texts)
        return self.short[gram]


def share(wanted, found):
    total = sum(wanted.values())
    return sum(min(count, found.count(gram)) for gram, count in wanted.items()) / total if total else None


def stretches(pieces, wanted, found, most):
    """The longest stretches of the pieces that are wanted and not found, for a person to look at."""
    left = {gram: count - found.count(gram) for gram, count in wanted.items() if count > found.count(gram)}
    out = collections.Counter()
    for piece in pieces:
        at, size = 0, min(N, len(piece))
        while size >= 2 and at + size <= len(piece):
            start = at
            while at + size <= len(piece) and left.get(piece[at:at + size], 0) > 0:
                left[piece[at:at + size]] -= 1
                at += 1
            if at > start:
                out[piece[start:at + size - 1]] += 1
            at += at == start
    return sorted(out.items(), key=lambda item: -len(item[0]) * item[1])[:most]


# ---------------------------------------------------------------------------------------------------------------------
# The program
# ---------------------------------------------------------------------------------------------------------------------

def extracted(binary, path, stage):
    """The program's text, the title beside it, its warnings, the seconds it took; the text is None where it failed."""
    started = time.time()
    command = [binary, "inspect", str(path), "--stage", stage, "--format", "jsonl"]
    run = subprocess.run(command, capture_output=True, text=True, errors="replace")
    took = time.time() - started
    lines = run.stdout.splitlines()
    if not lines:
        return None, "", [run.stderr.strip().splitlines()[0] if run.stderr.strip() else "no output"], took
    document = json.loads(lines[0])
    if stage == "passages":
        # A passage repeats its headings, which therefore stand in its text once and beside it.
        return "\n".join(p["text"] for p in document["passages"]), document.get("title") or "", [], took
    return document["text"], document.get("title") or "", document.get("warnings", []), took


# ---------------------------------------------------------------------------------------------------------------------
# PDF
# ---------------------------------------------------------------------------------------------------------------------

def lines_in_file_order(path):
    run = subprocess.run(["pdftotext", "-raw", "-enc", "UTF-8", str(path), "-"], capture_output=True)
    text = run.stdout.decode("utf-8", "replace")
    return [page.splitlines() for page in text.removesuffix("\f").split("\f")]


def lines_in_own_order(path):
    """The lines of the pages without the numbers of notes beside words and without readings above them: both are small."""
    run = subprocess.run(["pdftotext", "-bbox-layout", "-enc", "UTF-8", str(path), "-"], capture_output=True)
    page_text = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", run.stdout.decode("utf-8", "replace"))
    root = ElementTree.fromstring(page_text) if page_text.strip() else ElementTree.Element("empty")
    pages = []
    for page in (node for node in root.iter() if name_of(node) == "page"):
        lines = []
        for line in (node for node in page.iter() if name_of(node) == "line"):
            words = [(word.text or "", float(word.get("yMax")) - float(word.get("yMin"))) for word in line]
            lines.append((words, max((height for _, height in words), default=0)))
        heights = sorted(height for words, height in lines for _ in words)
        usual = heights[len(heights) // 2] if heights else 0
        kept = []
        for words, height in lines:
            is_reading = height < 0.7 * usual and re.fullmatch("[ぁ-ゖァ-ヺー\\s]+", "".join(word for word, _ in words))
            if not is_reading:
                kept.append(" ".join(word for word, own in words
                                     if not (own < 0.8 * height and re.fullmatch(r"[\d,、*※†‡()（）注]+", word))))
        pages.append(kept)
    return pages


PAGE_NUMBER = re.compile(r"[-–—―/・.pP頁]*#{1,4}[-–—―/・.#頁]*|[ivx]{1,6}")


def without_furniture(pages):
    """The lines of the pages without page numbers, and what is printed on most pages once, as the program keeps it.

    A running head in the middle of a sentence would break the sentence in the reference, and as often as there are
    pages. It stands apart here: whether it is there at all is judged, its place is not.
    """
    keys = [[re.sub(r"\d", "#", folded(line)) for line in page] for page in pages]
    often = collections.Counter(key for page in keys for key in set(page) if key)
    body, apart = [], {}
    for lines, masks in zip(pages, keys):
        printed = [at for at, key in enumerate(masks) if key]
        for at in printed:
            key = masks[at]
            at_edge = at in printed[:2] + printed[-2:]
            if len(pages) > 1 and at_edge and PAGE_NUMBER.fullmatch(key):
                continue
            if len(pages) >= 4 and often[key] * 2 > len(pages):
                apart.setdefault(key, lines[at])
                continue
            body.append(lines[at])
    return body, list(apart.values())


def of_pdf(path):
    own, raw = lines_in_own_order(path), lines_in_file_order(path)
    plain = "\n".join(line for page in raw for line in page)
    texts, counts, heads = [], [], []
    for pages in (own, raw):
        body, apart = without_furniture(pages)
        heads = [folded(line) for line in apart]
        texts.append(folded("".join(body)))
        # A stretch over two lines counts, because a line's end is no end of a sentence; one over the end of a sentence
        # does not: a note or a figure may stand there. Running heads count by themselves.
        counts.append(grams_of_pieces(re.split("(?<=。)", texts[-1]) + heads))
    wanted, whole = counts[0] & counts[1], sum(counts[1].values())
    # What the program repeats is right as often as it is printed.
    right = texts + [folded(plain), "\n".join(heads)]
    reference = {"against": "poppler", "pieces": re.split("(?<=。)", texts[1]) + heads, "wanted": wanted, "right": right,
                 "plain": ["\n".join(line for page in own for line in page), plain],
                 "agreed": sum(wanted.values()) / whole if whole else None}
    truth = path.with_suffix(".truth.txt")
    # A truncated or locked file has a truth too, which nobody can read out of it.
    if truth.exists() and texts[1]:
        lines = [folded(line) for line in truth.read_text(encoding="utf-8").splitlines()]
        reference |= {"against": "truth", "pieces": lines, "wanted": grams_of_pieces(lines), "agreed": None,
                      "right": right + ["".join(lines)]}
    return reference


# ---------------------------------------------------------------------------------------------------------------------
# Office
# ---------------------------------------------------------------------------------------------------------------------

def name_of(node):
    return node.tag.rsplit("}", 1)[-1]


def attribute(node, name):
    return next((value for key, value in node.attrib.items() if key.rsplit("}", 1)[-1] == name), None)


class Package:
    def __init__(self, path):
        self.archive = zipfile.ZipFile(path)
        self.names = set(self.archive.namelist())

    def xml(self, part):
        try:
            return ElementTree.fromstring(self.archive.read(part)) if part in self.names else None
        except ElementTree.ParseError:
            return None

    def relations(self, part):
        """The relations of a part: id, kind (the last word of the type), part."""
        folder, file = posixpath.split(part)
        root = self.xml(posixpath.join(folder, "_rels", file + ".rels"))
        out = []
        for node in root if root is not None else []:
            target = node.get("Target", "")
            if node.get("TargetMode") != "External":
                target = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
                out.append((node.get("Id"), node.get("Type", "").rsplit("/", 1)[-1], target))
        return out

    def related(self, part, kind):
        return [target for _, own, target in self.relations(part) if own == kind]


# Deleted text, readings, the second form of a drawing, the code of a field.
UNSEEN = {"del", "moveFrom", "rt", "rPh", "phoneticPr", "Fallback", "delText", "instrText", "delInstrText"}


def paragraphs(root, skip=lambda node: False):
    """The texts of the paragraphs below an element; a paragraph inside another (a text box) stands by itself."""
    pieces = []

    def walk(node, out):
        name = name_of(node)
        if name in UNSEEN or skip(node):
            return
        if name == "p":
            inner = []
            for child in node:
                walk(child, inner)
            pieces.extend(part for part in "".join(inner).split("\n"))
            return
        if name == "t" and node.text:
            out.append(node.text)
        elif name in ("br", "cr"):
            out.append("\n")
        elif name == "sym":
            out.append(chr(int(attribute(node, "char") or "20", 16)))
        elif name == "noBreakHyphen":
            out.append("-")
        for child in node:
            walk(child, out)

    walk(root, [])
    return pieces


def chart(root):
    """Titles, names of series and categories of a chart; its numbers apart."""
    pieces, numbers = [], []

    def walk(node, path):
        name = name_of(node)
        if name == "p" and ("rich" in path or "txPr" in path):
            pieces.extend(paragraphs(node))
            return
        if name == "v" and node.text:
            (pieces if "cat" in path or "tx" in path else numbers).append(node.text)
        for child in node:
            walk(child, path + (name,))

    walk(root, ())
    # The program names a series or a category once.
    return list(dict.fromkeys(pieces)), numbers


def drawings(package, part, left):
    pieces = []
    for _, kind, target in package.relations(part):
        root = package.xml(target) if kind in ("chart", "chartEx", "diagramData") else None
        if root is not None and kind == "diagramData":
            pieces += paragraphs(root)
        elif root is not None:
            texts, numbers = chart(root)
            pieces += texts
            left["numbers of charts"] += numbers
        elif kind == "aFChunk" and target.endswith((".html", ".htm", ".xhtml")):
            pieces += visible(decoded(package.archive.read(target)))[0]
    return pieces


def of_word(package, main, left):
    pieces = paragraphs(package.xml(main)) + drawings(package, main, left)
    for kind in ("footnotes", "endnotes"):
        for part in package.related(main, kind):
            pieces += paragraphs(package.xml(part))
    for kind, reason in (("header", LEFT_OUT[0]), ("footer", LEFT_OUT[0]), ("comments", LEFT_OUT[1])):
        for part in package.related(main, kind):
            root = package.xml(part)
            left[reason] += paragraphs(root) if root is not None else []
    return pieces


def of_slides(package, main, left):
    def marginal(node):
        return name_of(node) == "sp" and any(
            name_of(inner) == "ph" and inner.get("type") in ("sldNum", "dt", "ftr", "hdr", "sldImg")
            for inner in node.iter())

    pieces = []
    for slide in package.related(main, "slide"):
        notes = package.related(slide, "notesSlide")
        for part in [slide] + notes:
            root = package.xml(part)
            if root is None:
                continue
            pieces += paragraphs(root, marginal)
            for node in root.iter():
                if marginal(node):
                    left[LEFT_OUT[3]] += paragraphs(node)
        pieces += drawings(package, slide, left)
        for part in package.related(slide, "comments"):
            root = package.xml(part)
            left[LEFT_OUT[1]] += [node.text or "" for node in root.iter() if name_of(node) in ("text", "t")]
    return pieces


def string_of(node):
    """The text of a shared or inline string: its runs, without readings."""
    if name_of(node) in UNSEEN:
        return ""
    own = node.text or "" if name_of(node) == "t" else ""
    return own + "".join(string_of(child) for child in node)


def of_sheets(package, main, left, numbers):
    """Cells of text, names of sheets, text boxes, notes. Numbers go to a list of their own: their format decides how a
    person sees them, and LibreOffice tells it."""
    shared = []
    for part in package.related(main, "sharedStrings"):
        shared = [string_of(item) for item in package.xml(part)]
    places = {relation: target for relation, _, target in package.relations(main)}
    pieces = []
    for sheet in (node for node in package.xml(main).iter() if name_of(node) == "sheet"):
        part = places.get(attribute(sheet, "id"), "")
        root = package.xml(part)
        if root is None:
            continue
        own = [sheet.get("name", "")]
        for cell in (node for node in root.iter() if name_of(node) == "c"):
            kind = cell.get("t", "n")
            value = next((node.text or "" for node in cell if name_of(node) == "v"), "")
            if kind == "s" and value.isdigit() and int(value) < len(shared):
                own += shared[int(value)].split("\n")
            elif kind == "inlineStr":
                own += "".join(string_of(node) for node in cell if name_of(node) == "is").split("\n")
            elif kind == "str":
                own += value.split("\n")
            else:
                numbers.append(value)
        for drawing in package.related(part, "drawing"):
            own += paragraphs(package.xml(drawing)) + drawings(package, drawing, left)
        for notes in package.related(part, "comments"):
            own += [line for node in package.xml(notes).iter() if name_of(node) == "comment"
                    for line in string_of(node).split("\n")]
        if sheet.get("state", "visible") == "visible":
            pieces += own
        else:
            left[LEFT_OUT[2]] += own
    return pieces


def of_office(path, kind):
    package, left, numbers = Package(path), collections.defaultdict(list), []
    main = next(iter(package.related("", "officeDocument")), None)
    if kind == "docx":
        pieces = of_word(package, main or "word/document.xml", left)
    elif kind == "pptx":
        pieces = of_slides(package, main or "ppt/presentation.xml", left)
    else:
        pieces = of_sheets(package, main or "xl/workbook.xml", left, numbers)
    pieces = [piece for piece in map(folded, pieces) if piece]
    return {"against": "xml", "pieces": pieces, "wanted": grams_of_pieces(pieces),
            # Cells and paragraphs follow each other in the file as in the program's text.
            "right": ["".join(pieces), "\n".join(map(folded, numbers))],
            "left_out": {reason: sum(map(len, texts)) for reason, texts in left.items() if any(texts)}}


JAPANESE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry"><item oor:path="/org.openoffice.Setup/L10N">
<prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>ja-JP</value></prop></item></oor:items>
"""
# In LibreOffice's XML: numbers of notes, readings, deleted text, comments, and fields that stand in the margins of slides.
UNSEEN_OPEN = {"note-citation", "ruby-text", "tracked-changes", "annotation", "forms", "page-number", "date-time", "footer",
               "header", "binary-data", "desc", "title", "settings"}


def open_paragraphs(root):
    pieces = []

    def walk(node, out):
        if name_of(node) in UNSEEN_OPEN:
            return
        own = [] if name_of(node) in ("p", "h") else out
        own.append(node.text or "")
        own.append("\n" * (name_of(node) == "line-break"))
        for child in node:
            walk(child, own)
            own.append(child.tail or "")
        if own is not out:
            pieces.extend("".join(own).split("\n"))

    walk(root, [])
    return pieces


def libreoffice(program, path, kind, timeout):
    """The lines of LibreOffice's text; None where it fails. Excel: cells as shown. Word and PowerPoint: the paragraphs of
    the flat XML, in which the numbers of notes are marked and can be left out."""
    to = {"docx": "fodt", "pptx": "fodp",
          "xlsx": "csv:Text - txt - csv (StarCalc):9,34,76,1,,0,false,true,false,false,false,-1"}[kind]
    with tempfile.TemporaryDirectory() as folder:
        # A profile of its own: a running LibreOffice of the user would take the file over and answer nothing.
        profile = pathlib.Path(folder) / "profile"
        (profile / "user").mkdir(parents=True)
        # Dates and eras as a Japanese reader sees them, wherever this runs.
        (profile / "user" / "registrymodifications.xcu").write_text(JAPANESE, encoding="utf-8")
        out = pathlib.Path(folder) / "out"
        command = [program, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", to, "--outdir",
                   str(out), str(path)]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        try:
            process.wait(timeout)
        except subprocess.TimeoutExpired:
            # The program is a script that starts others: they form a group of their own.
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            return None
        made = sorted(out.iterdir()) if out.exists() else []
        if not made:
            return None
        if kind != "xlsx":
            root = ElementTree.parse(made[0]).getroot()
            return open_paragraphs(next((node for node in root if name_of(node) == "body"), root))
        texts = [file.read_text(encoding="utf-8-sig", errors="replace") for file in made]
        cells = re.compile('[\t\n]') if kind == "xlsx" else re.compile("\n")
        return [line.strip('"').replace('""', '"') for text in texts for line in cells.split(text)]


# ---------------------------------------------------------------------------------------------------------------------
# HTML
# ---------------------------------------------------------------------------------------------------------------------

def decoded(data):
    """The text of a page: of the encodings that may be meant, the one with the fewest bad and the most kana characters.
    The label is one vote among others, because labels are wrong."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    label = re.search(rb"(?:charset|encoding)\s*=\s*[\"']?\s*([\w-]+)", data[:4096])
    # Bytes of any encoding make characters of UTF-16: it is tried only where the tags have its zero bytes.
    names = ["utf-8-sig", "cp932", "euc_jp", "iso2022_jp"] + ["utf-16-le"] * (data.count(b"\0") * 10 > len(data))
    named = label.group(1).decode().lower().replace("x-sjis", "cp932").replace("shift_jis", "cp932") if label else ""
    best = None
    for name in names + [named]:
        try:
            text = data.decode(name, "replace")
        except LookupError:
            continue
        kana = len(re.findall("[ぁ-んァ-ヶー、。]", text))
        score = kana - 20 * text.count("\ufffd") + (3 if name == named else 0)
        if best is None or score > best[0]:
            best = score, text
    return best[1]


class Visible(html.parser.HTMLParser):
    """The lines that a browser shows, without elements that are marked as menus, headers or footers of the page."""
    # An end tag of these may be missing: they are left at the next of their kind, or with the element around them.
    LINES = {"address", "article", "aside", "blockquote", "br", "caption", "center", "dd", "details", "dialog", "div", "dl",
             "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr",
             "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead",
             "tr", "ul", "title", "option", "body"}
    EMPTY = {"br", "hr", "img", "input", "meta", "link", "area", "base", "col", "embed", "source", "track", "wbr", "param"}
    HIDDEN = {"script", "style", "noscript", "template", "rt", "rp", "select", "textarea", "button", "head", "iframe",
              "object"}
    MENUS = {"nav", "footer", "aside"}
    MARKS = re.compile(r"\b(nav|gnav|menu|breadcrumb|topic-?path|pankuzu|footer|header|skip|sns|social|share|banner|toolbar"
                       r"|wm-ipp|warp)", re.I)
    # So many lines of nothing but links are a menu or an index, and nobody can tell which.
    INDEX = 8

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.lines, self.text = [], [], []
        self.plain = False

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag in self.LINES:
            self.end_line()
            # The end of the head may be left out.
            if tag != "title" and ("head", True) in self.open:
                del self.open[self.open.index(("head", True)):]
        # The pictures of characters and headings are text.
        if tag == "img" and given.get("alt") and not self.unseen():
            self.text.append(given["alt"])
        if tag in self.EMPTY:
            return
        marks = " ".join(given.get(name) or "" for name in ("id", "class", "role"))
        unseen = (tag in self.HIDDEN or tag in self.MENUS or "hidden" in given or bool(self.MARKS.search(marks))
                  and tag not in ("body", "html", "main", "article"))
        if tag == "header" and not any(name in ("article", "main", "section") for name, _ in self.open):
            unseen = True
        self.open.append((tag, unseen))

    def handle_endtag(self, tag):
        if tag in self.LINES:
            self.end_line()
        if any(name == tag for name, _ in self.open):
            while self.open.pop()[0] != tag:
                pass

    def handle_data(self, data):
        if not self.unseen():
            self.text.append(data)
            self.plain |= bool(data.strip()) and not any(name == "a" for name, _ in self.open)

    def unseen(self):
        return any(unseen for _, unseen in self.open)

    def end_line(self):
        line = "".join(self.text)
        if line.strip():
            self.lines.append((line, self.plain))
        self.text, self.plain = [], False


def visible(page):
    """The lines of a page, and apart from them those of its long lists of links."""
    reader = Visible()
    reader.feed(page)
    reader.close()
    reader.end_line()
    lines, indexes = [], []
    for plain, group in itertools.groupby(reader.lines, key=lambda line: line[1]):
        group = [line for line, _ in group]
        (indexes if not plain and len(group) >= Visible.INDEX else lines).extend(group)
    return lines, indexes


def of_html(path):
    truth = path.with_suffix(".truth.json")
    page = decoded(path.read_bytes())
    if not truth.exists():
        lines, indexes = visible(page)
        pieces = [piece for piece in map(folded, lines) if piece]
        return {"against": "page", "pieces": pieces, "wanted": grams_of_pieces(pieces),
                "right": ["".join(pieces + [folded(line) for line in indexes])]}
    said = json.loads(truth.read_text(encoding="utf-8"))
    # The title may be one of the lines; where it is not, the program gives it beside the text.
    wanted = [said["title"]] * (said["title"] not in "\n".join(said["body"])) + said["body"]
    # Names of papers and neutral lines may be there or not; so may the lines of the page that no list names.
    unwanted = {folded(line) for line in said["unwanted"]}
    lines = [folded(line) for line in re.split(r"<[^>]*>|\n", re.sub(r"(?s)<(script|style).*?</\1>", "", page))]
    allowed = said.get("neutral", []) + said.get("attachments", []) + said.get("links", []) \
        + [heading["text"] for heading in said.get("headings", [])] + [line for line in lines if line not in unwanted]
    pieces = [piece for piece in map(folded, wanted) if piece]
    return {"against": "truth", "pieces": pieces, "wanted": grams_of_pieces(pieces),
            "right": ["".join(pieces), "".join(map(folded, map(str, allowed)))]}


# ---------------------------------------------------------------------------------------------------------------------
# Latin words
# ---------------------------------------------------------------------------------------------------------------------

def split_words(references, text):
    """The Latin words of six letters and more that both readings of poppler have whole, and those of them that the program
    has with a blank inside more often than poppler. A line end counts as a blank for all, so a word cut at the end of a
    printed line is no fault of any."""
    flowed = [re.sub(r"\s+", " ", unicodedata.normalize("NFKC", side)) for side in (*references, text)]
    alone = "(?<![A-Za-z]){}(?![A-Za-z])"
    words = set.intersection(*(set(re.findall(alone.format("[A-Za-z]{6,}"), side)) for side in flowed[:-1]))
    split = []
    for word in words:
        loose = re.compile(alone.format(" ?".join(word)))
        cut = [sum(" " in found for found in loose.findall(side)) for side in flowed]
        if cut[-1] > max(cut[:-1]):
            split.append(word)
    return words, sorted(split)


# ---------------------------------------------------------------------------------------------------------------------

def measured(args, path, kind, office):
    row = {"file": str(path), "kind": kind}
    text, title, said, row["seconds"] = extracted(args.bin, path, args.stage)
    try:
        if kind == "pdf":
            reference = of_pdf(path)
        elif kind == "html":
            reference = of_html(path)
        else:
            reference = of_office(path, kind)
    except (zipfile.BadZipFile, KeyError, AttributeError) as error:
        # A file that is not what its name says.
        return row | {"against": "none", "note": f"no reference: {type(error).__name__}", "recall": None, "precision": None}
    row["against"] = reference["against"]
    for name in ("agreed", "left_out"):
        if reference.get(name):
            row[name] = reference[name]
    wanted = reference["wanted"]
    row["grams"] = sum(wanted.values())
    if text is None:
        # A file without text for the reference too (a password, nothing in it) says nothing of the program.
        return row | {"recall": 0.0 if wanted else None, "precision": None, "note": "; ".join(said)}
    right = reference["right"]
    if office and kind in ("docx", "xlsx", "pptx"):
        lines = libreoffice(office, path, kind, args.timeout)
        second = [line for line in map(folded, lines or []) if line]
        if second:
            right = right + ["".join(second)]
            row["office_recall"] = share(grams_of_pieces(second), Text(folded(text)))
            reference["second"] = second
    right = Text(*right)
    found = Text(folded(text), folded(title))
    # A blank of full width parts the cells of a row; a stretch over two cells is not the document's.
    # The bullets and numbers of lists are computed: they stand in no reference but on paper.
    ends = "\n" if kind == "pdf" else r"[\n　](?:・|[（(]?[0-9０-９]+(?:[.．-][0-9０-９]+)*[)）.．]?[ 　]?|[①-⑳] ?)?"
    pieces = [piece for piece in map(folded, re.split(ends, "\n" + text)) if piece]
    own = grams_of_pieces(pieces)
    row |= {"recall": share(wanted, found), "precision": share(own, right)}
    if args.latin and kind == "pdf":
        words, split = split_words(reference["plain"], text)
        row |= {"latin_words": len(words), "split_words": split}
    if args.show:
        row["missing"] = stretches(reference["pieces"], wanted, found, args.show)
        row["extra"] = stretches(pieces, own, right, args.show)
        if "second" in reference:
            second = reference["second"]
            row["missing_office"] = stretches(second, grams_of_pieces(second), found, args.show)
    if args.warnings and said:
        row["warnings"] = said
    return row


def figure(value):
    return "    -" if value is None else f"{value:.3f}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="+", type=pathlib.Path, metavar="PATH", help="files, or folders to walk")
    parser.add_argument("--bin", default="target/release/fumikura", help="the program (default: %(default)s)")
    parser.add_argument("--stage", default="extracted", choices=["extracted", "passages"],
                        help="passages: what a search sees, after repairs (default: %(default)s)")
    parser.add_argument("--kind", action="append", choices=sorted(AIMS), help="only this format; may be repeated")
    parser.add_argument("--no-office", action="store_true", help="leave LibreOffice out")
    parser.add_argument("--timeout", type=float, default=120, help="seconds for LibreOffice, a file (default: %(default)s)")
    parser.add_argument("--latin", action="store_true",
                        help=f"count the Latin words of 6 letters and more with a blank inside (aim: {MOST_SPLIT_WORDS})")
    parser.add_argument("--show", type=int, default=0, metavar="N", help="show the N longest stretches missing and extra")
    parser.add_argument("--warnings", action="store_true", help="show the program's warnings")
    parser.add_argument("--jsonl", action="store_true", help="one JSON object a file, and one for the summary")
    args = parser.parse_args()
    office = None if args.no_office else shutil.which("soffice") or shutil.which("libreoffice")
    if not shutil.which("pdftotext"):
        sys.exit("pdftotext is needed (Debian: poppler-utils)")
    if not office and not args.no_office:
        print("without LibreOffice (Debian: libreoffice-writer, -calc, -impress)", file=sys.stderr)
    files = [file for path in args.paths for file in (sorted(path.rglob("*")) if path.is_dir() else [path])]
    rows = []
    if not args.jsonl:
        print("recall precision office agreed  against  file")
    for path in files:
        kind = KINDS.get(path.suffix.lower())
        if not kind or not path.is_file() or args.kind and kind not in args.kind:
            continue
        row = measured(args, path, kind, office)
        rows.append(row)
        if args.jsonl:
            print(json.dumps(row, ensure_ascii=False), flush=True)
            continue
        figures = [figure(row.get(name)) for name in ("recall", "precision", "office_recall", "agreed")]
        note = f"  ({row['note']})" if row.get("note") else ""
        columns = f" {figures[0]}   {figures[1]}   {figures[2]}  {figures[3]}  {row['against']:<8}"
        print(f"{columns} {row['file']}{note}", flush=True)
        for name in ("missing", "missing_office", "extra"):
            for stretch, count in row.get(name, []):
                print(f"    {name} {count}x {len(stretch)}: {stretch[:120]}")
        if row.get("split_words"):
            print(f"    split: {', '.join(row['split_words'])}")
        for line in row.get("warnings", []):
            print(f"    warning: {line}")
    met = True
    for kind, (mean_aim, least_aim) in AIMS.items():
        judged = [row for row in rows if row["kind"] == kind and row.get("recall") is not None]
        if not judged:
            continue
        summary = {"summary": kind, "files": len(judged)}
        for name in ("recall", "precision", "office_recall"):
            values = [row[name] for row in judged if row.get(name) is not None]
            if values:
                summary |= {name: sum(values) / len(values), f"least_{name}": min(values)}
        summary["met"] = summary["recall"] >= mean_aim and (least_aim is None or summary["least_recall"] >= least_aim)
        if kind == "pdf" and args.latin:
            # Counted over all files together: a word that two files have is one word.
            summary["split_words"] = len({word for row in judged for word in row.get("split_words", [])})
            summary["met"] &= summary["split_words"] <= MOST_SPLIT_WORDS
        met &= summary["met"]
        if args.jsonl:
            print(json.dumps(summary))
            continue
        parts = [f"{name.replace('_', ' ')} {value:.4f}" for name, value in summary.items() if isinstance(value, float)]
        split = f", split Latin words {summary['split_words']}" if "split_words" in summary else ""
        aim = f"mean {mean_aim}" + (f", least {least_aim}" if least_aim else "")
        print(f"{kind}: {len(judged)} files, {', '.join(parts)}{split}; aim {aim}: {'met' if summary['met'] else 'NOT met'}")
    sys.exit(0 if met and rows else 1)


if __name__ == "__main__":
    main()

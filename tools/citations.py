#!/usr/bin/env python3
"""Reads our references back with the parsers of other programs and compares title, author, date, address and type.

Usage: tools/citations.py PROGRAM INDEX [MODULES]

Needs rispy, bibtexparser 2 and pybtex (pip), calamine (pip: python-calamine); optional: citation-js (npm, in the folder
MODULES/node_modules), bibutils (ris2xml) and LibreOffice (soffice) on the path. Prints a line for each format and parser and
exits with 1 where a field was lost.
"""
import csv, io, json, os, re, shutil, subprocess, sys, tempfile, unicodedata

PROGRAM, INDEX = sys.argv[1], sys.argv[2]
MODULES = sys.argv[3] if len(sys.argv) > 3 else None
LIMIT = 400
failures = 0


def run(*arguments, data=None):
    done = subprocess.run([PROGRAM, "--index", INDEX, *arguments], capture_output=True, input=data)
    if done.returncode not in (0, 1):
        sys.exit(f"{arguments}: {done.stderr.decode()}")
    return done.stdout


def hits(*arguments):
    lines = run("search", "--path", "*", "--all", "--duplicates", "--format", "jsonl", *arguments).decode().splitlines()
    return [json.loads(line) for line in lines]


def iso(parts):
    return "/".join("-".join(f"{part:02d}" if at else f"{part:04d}" for at, part in enumerate(day)) for day in parts)


def plain(text):
    """Undoes what LaTeX needs."""
    for command, character in [("textbackslash", "\\"), ("textbraceleft", "{"), ("textbraceright", "}"),
                               ("textasciicircum", "^"), ("textasciitilde", "~")]:
        text = text.replace("\\%s{}" % command, "\0" + str(ord(character)) + "\0")
    text = re.sub(r"\\([%&$#_])", r"\1", text)
    text = text.replace("{", "").replace("}", "")
    return re.sub("\0(\\d+)\0", lambda match: chr(int(match[1])), text)


def compare(name, wanted, found):
    """Compares records field by field, by key."""
    global failures
    lost = []
    for key, fields in wanted.items():
        other = found.get(key)
        if other is None:
            lost.append((key, "record", "", ""))
            continue
        for field, value in fields.items():
            if field in other and other[field] != value:
                lost.append((key, field, value, other[field]))
    read = sum(len(set(fields) & set(found.get(key, {}))) for key, fields in wanted.items())
    print(f"{name}: {len(wanted)} records, {read} fields compared, {len(lost)} lost")
    for key, field, value, other in lost[:8]:
        print(f"  {key} {field}: {value!r} became {other!r}")
    failures += len(lost)


# One hit for each document; the ids stand in their order.
ids = list(dict.fromkeys(hit["document"]["id"] for hit in hits("--group", "document")))[:LIMIT]
stdin = "\n".join(ids).encode()
items = json.loads(run("cite", "-", "--style", "csl-json", data=stdin))
print(f"{len(ids)} documents, {len(items)} items")
assert len(items) == len(ids) == len({item["id"] for item in items}), "a key stands twice"
truth = {
    item["id"]: {
        "title": item["title"],
        "author": [name["literal"] for name in item.get("author", [])],
        "date": iso(item["issued"]["date-parts"]) if "issued" in item else "",
        "url": item.get("URL", ""),
        "type": item["type"],
    }
    for item in items
}

# BibTeX
bibtex = run("cite", "-", "--style", "bibtex", data=stdin).decode()
KINDS = {"techreport": "report", "misc": "webpage"}
import bibtexparser

library = bibtexparser.parse_string(bibtex)
assert not library.failed_blocks, library.failed_blocks
found = {}
for entry in library.entries:
    fields = {field.key: field.value for field in entry.fields}
    found[entry.key] = {
        "title": plain(fields["title"]),
        "author": [plain(name) for name in fields.get("author", "").split(" and ") if name],
        "date": fields.get("date", "").replace("~", ""),
        "url": fields.get("url", ""),
        "type": KINDS[entry.entry_type],
    }
treaties = {key: dict(fields, type="report") if fields["type"] == "treaty" else fields for key, fields in truth.items()}
compare("bibtex, bibtexparser", treaties, found)

import pybtex.database

# This parser and citation-js make one blank of any white space, U+3000 too.
narrow = {key: dict(fields, title=re.sub(r"\s+", " ", fields["title"])) for key, fields in treaties.items()}
found = {}
for key, entry in pybtex.database.parse_string(bibtex, "bibtex").entries.items():
    persons = entry.persons.get("author", [])
    assert all(not person.first_names and len(person.last_names) == 1 for person in persons), "a body became a person"
    found[key] = {
        "title": plain(entry.fields["title"]),
        "author": [plain(" ".join(person.last_names)) for person in persons],
        "date": entry.fields.get("date", "").replace("~", ""),
        "url": entry.fields.get("url", ""),
        "type": KINDS[entry.type],
    }
compare("bibtex, pybtex", narrow, found)

# RIS
ris = run("cite", "-", "--style", "ris", data=stdin).decode()
import rispy

found = {}
for record in rispy.loads(ris):
    found[record["id"]] = {
        "title": record["title"],
        "author": record.get("authors", []),
        "year": record.get("year", ""),
        "day": record.get("date", ""),
        "url": record.get("urls", [""])[0],
        "type": {"RPRT": "report", "ELEC": "webpage"}[record["type_of_reference"]],
    }
def of_ris(item):
    """Year, and the first day as YYYY/MM/DD/."""
    parts = item.get("issued", {}).get("date-parts", [[]])[0]
    fiscal = len(item.get("issued", {}).get("date-parts", [])) == 2 and "年度" in found[item["id"]]["day"]
    parts = parts[:1] if fiscal else parts
    day = "/".join([f"{parts[0]:04d}"] + [f"{part:02d}" for part in parts[1:]] + [""] * (3 - len(parts))) if parts else ""
    return f"{parts[0]:04d}" if parts else "", day
wanted = {}
for item in items:
    fields = dict(treaties[item["id"]])
    fields.pop("date")
    fields["year"], day = of_ris(item)
    fields["day"] = found[item["id"]]["day"] if day and found[item["id"]]["day"].startswith(day) else day
    wanted[item["id"]] = fields
compare("ris, rispy", wanted, found)

if shutil.which("ris2xml"):
    import xml.etree.ElementTree as tree

    mods = subprocess.run(["ris2xml", "-i", "utf8", "-o", "utf8"], input=ris.encode(), capture_output=True).stdout
    space = "{http://www.loc.gov/mods/v3}"
    found = {}
    for record in tree.fromstring(mods).iter(space + "mods"):
        title = record.find(f"{space}titleInfo")
        parts = [title.findtext(space + "title") or "", title.findtext(space + "subTitle") or ""]
        found[record.get("ID")] = {
            "url": (record.findtext(f"{space}location/{space}url") or ""),
            "title": ": ".join(part for part in parts if part),
        }
    # bibutils splits a title at its first colon and trims blanks; Latin blanks are compared folded.
    folded = lambda text: re.sub(r"\s+", "", text.replace(":", ""))
    compare("ris, bibutils", {key: {"title": folded(f["title"]), "url": f["url"]} for key, f in wanted.items()},
            {key: {"title": folded(f["title"]), "url": f["url"]} for key, f in found.items()})

# CSL-JSON and BibTeX in citation-js
if MODULES:
    script = """
const Cite = require('citation-js');
const input = require('fs').readFileSync(0, 'utf8');
process.stdout.write(JSON.stringify(new Cite(input).data));
"""
    def read(text):
        done = subprocess.run(["node", "-e", script], input=text.encode(), capture_output=True, cwd=MODULES)
        if done.returncode:
            sys.exit(done.stderr.decode()[:2000])
        return json.loads(done.stdout)

    def fields_of(item):
        issued = item.get("issued", {})
        return {
            "title": item["title"],
            "author": [name.get("literal") or name.get("family", "") for name in item.get("author", [])],
            "date": iso([[int(part) for part in day] for day in issued.get("date-parts", [])]),
            "url": item.get("URL", ""),
            "type": item["type"],
        }

    compare("csl-json, citation-js", truth, {item["id"]: fields_of(item) for item in read(json.dumps(items))})
    found = {item["citation-key"]: fields_of(item) for item in read(bibtex)}
    for item in found.values():
        # The program knows @misc as a document.
        item["type"] = {"document": "webpage"}.get(item["type"], item["type"])
    compare("bibtex, citation-js", narrow, found)

# XLSX
sheet = run("search", "--path", "*", "--all", "--duplicates", "--format", "xlsx")
rows = hits()
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "hits.xlsx")
    open(path, "wb").write(sheet)
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(path)
    print("sheets:", book.sheet_names)
    table = book.get_sheet_by_name(book.sheet_names[0]).to_python()
    def compare_table(name, table):
        global failures
        header, body = table[0], table[1:]
        at = {column: header.index(column) for column in ["passage", "title", "text", "rank", "first_line"]}
        lost = 0 if len(body) == len(rows) else 1
        for row, hit in zip(body, rows):
            text = hit["passage"]["text"]
            units = len(text.encode("utf-16-le")) // 2
            for column, value in [("passage", hit["passage"]["id"]), ("title", hit["document"]["title"]), ("text", text)]:
                cell = str(row[at[column]]).replace("\r\n", "\n")
                whole = column != "text" or units <= 32767
                if cell != value if whole else not value.startswith(cell[:-1]):
                    lost += 1
                    if lost < 6:
                        print(f"  {name} {column}: {value[:80]!r} became {cell[:80]!r}")
            if int(float(row[at["rank"]])) != hit["rank"]:
                lost += 1
        print(f"{name}: {len(body)} of {len(rows)} rows, {lost} cells lost")
        failures += lost
    compare_table("xlsx, calamine", table)
    for row in book.get_sheet_by_name("条件").to_python():
        print("  ", *row, sep="\t")
    if shutil.which("soffice"):
        done = subprocess.run(["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to",
                               "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,1", "--outdir",
                               folder, path], capture_output=True)
        name = [entry for entry in os.listdir(folder) if entry.endswith(".csv")]
        if not name:
            sys.exit(f"LibreOffice: {done.stderr.decode()}")
        csv.field_size_limit(1 << 30)
        compare_table("xlsx, LibreOffice", list(csv.reader(io.StringIO(open(os.path.join(folder, name[0]), encoding="utf-8", newline="").read()))))
print("lost:", failures)
sys.exit(1 if failures else 0)

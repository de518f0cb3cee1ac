#!/usr/bin/env python3
"""CPU time of a query, by class of queries.

    benches/classes.py --binary BIN --index INDEX [--binary2 BIN | --engine URL --wall] [--index2 INDEX] [--only NAME]...
        [--json]

Starts `BIN serve` over an index and sends each query to its API, so process start and the opening of the index are not
counted. The time of a query is the processor time that the server used from before the request to after the answer, all
threads together (the CPU clock of the process), ten hits as JSON included; the least of --rounds repetitions counts.
The queries are made with a fixed seed from the words of texts of the index (or of --texts FILE, lines of JSON with
"text"), in bands of frequency; those of --queries FILE (lines: class, tab, query) replace them. With --binary2, both
servers run and take each query in turn. --index2 is measured with the same queries as --index. A row of the table: the
class, number of queries, and milliseconds at the median, at p95, and the worst, with its query. `cut` counts the answers
that say a limit cut them; `differ` the queries to which the binaries give other totals or other hits. Linux only: it
reads the CPU clock of another process. With --engine, a cluster with the documents of --index is the second; --wall
measures the time that passes, because the work of the nodes is not in the clock of the program.
"""

import argparse
import collections
import json
import math
import random
import re
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

# Words by which texts are sampled: frequent in official documents of any kind.
SEEDS = ["規定", "場合", "こと", "日本", "大臣", "年", "情報", "の"]
# Names with many spellings.
NAMES = ["米国", "中国", "英国", "韓国", "フランス", "ドイツ", "ロシア", "EU"]
TOPICS = ["情報", "協力", "教育", "環境", "安全", "条約", "経済", "技術"]
RUN = re.compile("[一-龠々]{2,}|[ァ-ヴー]{3,}")


class Server:
    """A running `serve` over one index."""

    def __init__(self, binary, place, is_wall):
        """`place` are arguments: --index and a folder, or --engine and URLs."""
        command = [binary, "serve", *place, "--port", "0", "--print-url", "--log", "off", "--timeout", "60"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().strip().rstrip("/")
        if not self.url:
            sys.exit(f"{binary} does not serve {place[1]}")
        # The id of the CPU clock of a process, as of clock_getcpuclockid(3).
        self.clock = time.CLOCK_MONOTONIC if is_wall else ~self.process.pid << 3 | 2

    def ask(self, parameters):
        """Returns the milliseconds of a request by the clock, and its answer."""
        url = f"{self.url}/api/v1/search?{urllib.parse.urlencode(parameters)}"
        before = time.clock_gettime(self.clock)
        try:
            with urllib.request.urlopen(url, timeout=120) as reply:
                body = reply.read()
        except urllib.error.HTTPError as error:
            # A refusal and a time-out are answers too; their cost counts.
            body = error.read()
        after = time.clock_gettime(self.clock)
        return (after - before) * 1000, json.loads(body)

    def close(self):
        self.process.terminate()
        self.process.wait()


def sampled(server):
    """Returns texts of the index, the same ones for the same index."""
    texts = []
    for seed in SEEDS:
        total = server.ask({"q": seed, "n": 1})[1].get("total", {}).get("passages", 0)
        for part in range(4):
            answer = server.ask({"q": seed, "n": 200, "offset": min(total, 20000) * part // 4})[1]
            texts += [hit["passage"]["text"] for hit in answer.get("hits", [])]
    return texts


def made(texts, count, rng):
    """Returns the queries of each class as lists of parameters of the API."""
    frequency = collections.Counter(run for text in texts for run in set(RUN.findall(text)))
    ranked = [word for word, _ in sorted(frequency.items(), key=lambda pair: (-pair[1], pair[0]))]
    short = [word for word in ranked if len(word) <= 6]
    common, middle = short[:40], short[40:1000]
    rare = [word for word in short if frequency[word] == 1] or short[-100:]
    compounds = [word for word in ranked if len(word) >= 8] or ranked[:10]
    chars = collections.Counter("".join(re.findall("[一-龠ぁ-ん]", "".join(texts))))
    letters = [char for char, _ in sorted(chars.items(), key=lambda pair: (-pair[1], pair[0]))]
    pieces = [piece for text in texts for piece in re.findall("[ぁ-ん一-龠]{6,14}", text)]
    clauses = [piece for text in texts for piece in re.findall("[^。、\n「」（）() 　\"=~*]{12,30}", text)]

    def pick(words, number=1):
        return [rng.choice(words) for _ in range(number)]

    def of(make):
        return [{"q": make()} for _ in range(count)]

    def slipped(word):
        at = rng.randrange(len(word))
        return word[:at] + rng.choice(letters[200:600] or letters) + word[at + 1:]

    mixed = lambda: rng.choice(pick(common) + pick(middle) + pick(rare))
    classes = {
        "word": of(lambda: pick(middle)[0]),
        "rare": of(lambda: pick(rare)[0]),
        "common": [{"q": word} for word in common[:count]],
        "and2": of(lambda: " ".join([pick(common)[0], mixed()])),
        "and3": of(lambda: " ".join(pick(common, 2) + pick(middle))),
        "or2": of(lambda: " OR ".join([pick(common)[0], mixed()])),
        "or20": of(lambda: " OR ".join(pick(middle, 16) + pick(common, 4))),
        "not": of(lambda: f"{pick(common)[0]} NOT {pick(middle)[0]}"),
        "phrase": of(lambda: f'"{pick(pieces)[0]}"'),
        "w": of(lambda: f'w:"{mixed()}"'),
        "verbatim": of(lambda: f'="{mixed()}"'),
        "char": [{"q": char} for char in letters[: count // 2] + pick(letters[50:1500], count - count // 2)],
        "near2": [{"q": f"NEAR/{q}"} for q in ["10(の を)", "30(条 法)", "30(規定 場合)"]]
        + of(lambda: f"NEAR/30({pick(common)[0]} {pick(common + middle)[0]})")[3:],
        "near3": of(lambda: f"NEAR/50({' '.join(pick(common, 2) + pick(common + middle))})"),
        "near-name": of(lambda: f"NEAR/30({pick(NAMES)[0]} {pick(TOPICS)[0]})"),
        "sent": [{"q": "SENT(の を)"}, {"q": "SENT(規定 場合)"}]
        + of(lambda: f"SENT({pick(common)[0]} {pick(common + middle)[0]})")[2:],
        "wild": [{"q": q} for q in ["国*会", "国*法"]] + of(lambda: "*".join(pick(letters[40:400], 2)))[2:],
        "wild-kana": [{"q": q} for q in ["の*の", "に*を", "は*の"]] + of(lambda: "*".join(pick(letters[:20], 2)))[3:],
        "fuzzy": of(lambda: f"{slipped(pick([w for w in middle if len(w) > 3] or middle)[0])}~"),
        "question": of(lambda: f"{pick(clauses)[0]}とはどのようなことですか?"),
        "compound": of(lambda: pick(compounds)[0]),
        "zero": of(lambda: slipped(slipped(pick(compounds)[0]))),
        "facets": [{"q": pick(common + middle)[0], "facets": ""} for _ in range(count)],
        "filter": of(lambda: f"{pick(common)[0]} " + rng.choice(["date:1990..2015", "partner:米国", "theme:法制度・権利"])),
        "by-date": [{"q": pick(common)[0], "sort": rng.choice(["date", "-date"])} for _ in range(count)],
        "deep": [{"q": pick(common)[0], "offset": 2000} for _ in range(count)],
    }
    return classes


def gist(answer):
    """Returns the part of an answer that must not differ between binaries."""
    hits = [(hit["passage"]["id"], hit["tier"]) for hit in answer.get("hits", [])]
    return answer.get("total"), hits, answer.get("status")


def measured(servers, queries, rounds):
    """Returns the row of each server for one class."""
    rows = [{"times": [], "cut": 0, "differ": 0, "failed": 0} for _ in servers]
    for query in queries:
        gists = []
        for server, row in zip(servers, rows):
            least, answer = server.ask(query)
            # An expensive query varies little, so it is not repeated as often.
            for _ in range(rounds - 1 if least < 500 else 1):
                least = min(least, server.ask(query)[0])
            row["times"].append((least, query["q"]))
            row["cut"] += bool(answer.get("timed_out"))
            row["failed"] += "total" not in answer
            gists.append(gist(answer))
        for row, other in zip(rows, gists):
            row["differ"] += other != gists[0]
    for row in rows:
        times = sorted(row.pop("times"))
        at = lambda share: round(times[math.ceil(len(times) * share) - 1][0], 2)
        row.update(queries=len(times), p50=at(0.5), p95=at(0.95), worst=round(times[-1][0], 2), query=times[-1][1])
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", required=True, help="the program")
    parser.add_argument("--binary2", help="another version, measured in turn with the first")
    parser.add_argument("--index", required=True, help="folder of an index")
    parser.add_argument("--index2", help="folder of a further index")
    parser.add_argument("--engine", help="nodes of a cluster with the same documents, measured in turn with --index")
    parser.add_argument("--wall", action="store_true", help="time that passes, in place of CPU time")
    parser.add_argument("--only", action="append", help="only this class; repeatable")
    parser.add_argument("--count", type=int, default=20, help="queries of a class (default: 20)")
    parser.add_argument("--rounds", type=int, default=3, help="repetitions of a query (default: 3)")
    parser.add_argument("--texts", help="lines of JSON with texts, in place of those sampled from the index")
    parser.add_argument("--queries", help="lines of class, tab, query, in place of those made")
    parser.add_argument("--json", action="store_true", help="one object a row")
    options = parser.parse_args()
    classes = None
    for index in filter(None, [options.index, options.index2]):
        binaries = filter(None, [options.binary, options.binary2])
        servers = [Server(binary, ["--index", index], options.wall) for binary in binaries]
        if options.engine:
            servers.append(Server(options.binary, ["--engine", options.engine], options.wall))
        try:
            if classes is None and options.queries:
                classes = collections.defaultdict(list)
                with open(options.queries, encoding="utf-8") as lines:
                    for line in filter(str.strip, lines):
                        name, _, query = line.rstrip("\n").partition("\t")
                        classes[name].append({"q": query})
            elif classes is None:
                if options.texts:
                    with open(options.texts, encoding="utf-8") as lines:
                        texts = [json.loads(line)["text"] for number, line in enumerate(lines) if number % 17 == 0]
                else:
                    texts = sampled(servers[0])
                classes = made(texts, options.count, random.Random(1868))
            if unknown := set(options.only or ()) - set(classes):
                parser.error(f"no class {', '.join(sorted(unknown))}; there are {', '.join(classes)}")
            if not options.json:
                print(f"{'class':10} {'binary':>6} {'n':>3} {'p50':>9} {'p95':>9} {'worst ms':>9} cut differ failed query")
            for name, queries in classes.items():
                if options.only and name not in options.only:
                    continue
                for number, row in enumerate(measured(servers, queries, options.rounds), 1):
                    row = {"class": name, "binary": number, "index": index, **row}
                    if options.json:
                        print(json.dumps(row, ensure_ascii=False), flush=True)
                        continue
                    print(
                        f"{name:10} {number:6} {row['queries']:3} {row['p50']:9.2f} {row['p95']:9.2f} "
                        f"{row['worst']:9.2f} {row['cut']:3} {row['differ']:6} {row['failed']:6} {row['query']}",
                        flush=True,
                    )
        finally:
            for server in servers:
                server.close()


if __name__ == "__main__":
    main()

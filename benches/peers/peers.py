#!/usr/bin/env python3
"""Sets fumikura beside Lucene (through the jar in PyPI's pyserini), Groonga, SQLite FTS5 and Xapian on the same files.

`peers.py --work DIR --docs DOCS.jsonl [--queries Q.jsonl --qrels QRELS.tsv] [--keywords N] [--rounds 3] [--peers a,b]`
Interleaved rounds; CPU seconds are user+sys of the whole process and its children; ratios are of medians. Standard library only; needs
java 17, groonga with TokenMecab and python3-xapian (Debian), which `make bench-peers` installs.
"""
import argparse, collections, json, math, os, pathlib, random, re, resource, shutil, sqlite3, statistics, subprocess, sys, time

HERE = pathlib.Path(__file__).resolve().parent
BIN = os.environ.get("FUMIKURA", str(HERE.parents[1] / "target/release/fumikura"))


def measured(command, **more):
    """CPU seconds, wall seconds, peak MB and output of a command."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.time()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more)
    out, err = process.communicate()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if process.returncode:
        sys.exit(f"{command[0]} failed: {err[-2000:]}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, time.time() - started, out


def size_mb(path):
    path = pathlib.Path(path)
    files = [path] if path.is_file() else list(path.rglob("*"))
    return sum(file.stat().st_size for file in files + (list(path.parent.glob(path.name + ".*")) if path.is_file() else []) if file.is_file()) / 1e6


def ndcg(run, qrels):
    wanted, found = collections.defaultdict(dict), collections.defaultdict(list)
    for line in open(qrels, encoding="utf-8"):
        cells = line.split("\t")
        if cells[-1].strip().isdigit():
            wanted[cells[0]][cells[-2]] = int(cells[-1])
    for line in open(run, encoding="utf-8"):
        cells = line.split()
        found[cells[0]].append(cells[2])
    gain = lambda values: sum(value / math.log2(rank + 2) for rank, value in enumerate(values[:10]))
    scores = [gain([relevant.get(doc, 0) for doc in found[query]]) / gain(sorted(relevant.values(), reverse=True)) for query, relevant in wanted.items() if any(relevant.values())]
    return sum(scores) / len(scores)


class Fumikura:
    def __init__(self, args):
        self.args, self.index, self.run = args, f"{args.work}/fumikura", f"{args.work}/fumikura.run"

    def build(self):
        shutil.rmtree(self.index, ignore_errors=True)
        return measured([BIN, "--index", self.index, "index", "--jobs", "1", self.args.docs])[:2]

    def ask(self, queries, qrels, _):
        *_, out = measured([BIN, "--index", self.index, "eval", "--queries", queries, "--qrels", qrels, "--run", self.run])
        part = {share: re.search(rf"p{share} µs\s+(\d+)", out)[1] for share in (50, 95, 99)}
        # Facets and highlights too, which the others are not asked for.
        answer = re.search(r"answer µs\s+(.*)", out)[1]
        return [part[50], part[95], f"{part[99]} (with facets, texts, highlights {answer})"]


class Lucene:
    def __init__(self, args, mode):
        self.args, self.mode = args, mode
        self.index, self.run = f"{args.work}/lucene-{mode}", f"{args.work}/lucene-{mode}.run"
        jar = next(iter(pathlib.Path(args.work).glob("**/anserini-*-fatjar.jar")), None)
        if not jar:
            subprocess.run([sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", args.work, "pyserini==0.36.0"], check=True)
            subprocess.run(["unzip", "-qo", next(pathlib.Path(args.work).glob("pyserini-*.whl")), "*fatjar.jar", "-d", args.work], check=True)
            jar = next(pathlib.Path(args.work).glob("**/anserini-*-fatjar.jar"))
        subprocess.run(["javac", "-nowarn", "-cp", jar, "-d", args.work, HERE / "LuceneBench.java"], check=True, stderr=subprocess.DEVNULL)
        self.java = ["java", "-cp", f"{jar}:{args.work}", "LuceneBench"]

    def build(self):
        shutil.rmtree(self.index, ignore_errors=True)
        return measured([*self.java, "index", self.mode, self.args.docs, self.index])[:2]

    def ask(self, queries, qrels, operator):
        *_, out = measured([*self.java, "search", self.mode, queries, self.index, self.run, operator, "1.2", "0.75"])
        return [int(part) for part in out.split()[-3:]]


class Groonga:
    def __init__(self, args):
        self.args, self.index, self.run = args, f"{args.work}/groonga/db", f"{args.work}/groonga.run"

    def build(self):
        shutil.rmtree(f"{self.args.work}/groonga", ignore_errors=True)
        os.mkdir(f"{self.args.work}/groonga")
        script = f"{self.args.work}/groonga.grn"
        with open(script, "w", encoding="utf-8") as out:
            out.write("table_create D TABLE_HASH_KEY ShortText\ncolumn_create D t COLUMN_SCALAR LongText\n"
                      "table_create T TABLE_PAT_KEY ShortText --default_tokenizer TokenMecab --normalizer NormalizerNFKC100\n"
                      "column_create T i COLUMN_INDEX|WITH_POSITION D t\nload --table D\n[\n")
            for line in open(self.args.docs, encoding="utf-8"):
                doc = json.loads(line)
                out.write(json.dumps({"_key": str(doc["id"]), "t": doc.get("title", "") + "\n" + doc["text"]}, ensure_ascii=False) + ",\n")
            out.write("]\n")
        return measured(["groonga", "-n", "--file", script, self.index])[:2]

    def ask(self, queries, qrels, operator):
        if operator != "and":
            return None
        process = subprocess.Popen(["groonga", self.index], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        passes = []
        process.stdin.write("cache_limit 0\n"); process.stdin.flush(); process.stdout.readline()
        for _ in range(3):
            took = []
            passes.append(took)
            for line in open(queries, encoding="utf-8"):
                text = json.loads(line)["text"]
                process.stdin.write(f"select D --match_columns t --query {json.dumps(text, ensure_ascii=False)} --limit 10 --output_columns _key,_score --sort_keys -_score\n")
                process.stdin.flush()
                took.append(json.loads(process.stdout.readline())[0][2] * 1e6)
        process.stdin.close()
        process.wait()
        took = sorted(map(statistics.median, zip(*passes)))
        return [int(took[min(len(took) - 1, len(took) * part // 100)]) for part in (50, 95, 99)]


class Sqlite:
    def __init__(self, args):
        self.args, self.index, self.run = args, f"{args.work}/sqlite.db", None

    def build(self):
        pathlib.Path(self.index).unlink(missing_ok=True)
        code = ("import sqlite3,json,sys\nc=sqlite3.connect(sys.argv[1])\nc.execute(\"create virtual table d using fts5(id unindexed, t, tokenize='trigram')\")\n"
                "c.executemany('insert into d values(?,?)', ((str(j['id']), j.get('title','')+chr(10)+j['text']) for j in map(json.loads, open(sys.argv[2], encoding='utf-8'))))\nc.commit()")
        return measured([sys.executable, "-c", code, self.index, self.args.docs])[:2]

    def ask(self, queries, qrels, operator):
        return None


class Xapian(Sqlite):
    def __init__(self, args):
        self.args, self.index, self.run = args, f"{args.work}/xapian", None

    def build(self):
        shutil.rmtree(self.index, ignore_errors=True)
        code = ("import xapian,json,sys\nd=xapian.WritableDatabase(sys.argv[1], xapian.DB_CREATE_OR_OVERWRITE)\ng=xapian.TermGenerator()\ng.set_flags(xapian.TermGenerator.FLAG_CJK_NGRAM)\n"
                "for j in map(json.loads, open(sys.argv[2], encoding='utf-8')):\n x=xapian.Document()\n g.set_document(x)\n t=j.get('title','')+chr(10)+j['text']\n g.index_text(t)\n x.set_data(t)\n d.add_document(x)\nd.commit()")
        return measured(["/usr/bin/python3", "-c", code, self.index, self.args.docs])[:2]


def keywords(docs, count, path):
    """Queries of one to three words that stand together in one document: runs of kanji or katakana, frequent ones."""
    rng, texts, frequency = random.Random(5), [], collections.Counter()
    for line in open(docs, encoding="utf-8"):
        words = sorted(set(re.findall(r"[一-龠]{2,4}|[ァ-ヶー]{3,8}", json.loads(line)["text"])))
        texts.append(words)
        frequency.update(words)
    usual = {word for word, _ in frequency.most_common(600)}
    with open(path, "w", encoding="utf-8") as out:
        for number in range(count):
            words = []
            while len(words) <= number % 3:
                words = [word for word in rng.choice(texts) if word in usual]
            out.write(json.dumps({"id": f"k{number}", "text": " ".join(rng.sample(words, number % 3 + 1))}, ensure_ascii=False) + "\n")
    pathlib.Path(path + ".qrels").write_text("k0\tnone\t1\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", required=True)
    parser.add_argument("--docs", required=True)
    parser.add_argument("--queries")
    parser.add_argument("--qrels")
    parser.add_argument("--keywords", type=int, default=0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peers", default="fumikura,lucene-words,lucene-both,groonga,sqlite,xapian")
    args = parser.parse_args()
    os.makedirs(args.work, exist_ok=True)
    make = {"fumikura": Fumikura, "lucene-words": lambda a: Lucene(a, "words"), "lucene-both": lambda a: Lucene(a, "both"), "groonga": Groonga, "sqlite": Sqlite, "xapian": Xapian}
    peers = {name: make[name](args) for name in args.peers.split(",")}
    docs = [json.loads(line) for line in open(args.docs, encoding="utf-8")]
    text_mb = sum(len((doc.get("title", "") + doc["text"]).encode()) for doc in docs) / 1e6
    del docs
    cpu, wall = collections.defaultdict(list), collections.defaultdict(list)
    for _ in range(args.rounds):
        for name, peer in peers.items():
            took = peer.build()
            cpu[name].append(took[0])
            wall[name].append(took[1])
    print(f"\n{args.docs}: {text_mb:.1f} MB of text, {args.rounds} rounds\n\n| | MB per CPU s | CPU s | wall s | index MB | nDCG@10 | p50 / p95 / p99 µs | keywords AND p50 / p95 / p99 µs |\n|---|---|---|---|---|---|---|---|")
    if args.keywords:
        keywords(args.docs, args.keywords, f"{args.work}/keywords.jsonl")
    for name, peer in peers.items():
        quality = whole = words = "–"
        if args.queries:
            took = peer.ask(args.queries, args.qrels, "or")
            whole = " / ".join(map(str, took)) if took else "–"
            quality = f"{ndcg(peer.run, args.qrels):.4f}" if took else "–"
        if args.keywords:
            took = peer.ask(f"{args.work}/keywords.jsonl", f"{args.work}/keywords.jsonl.qrels", "and")
            words = " / ".join(map(str, took)) if took else "–"
        middle = statistics.median(cpu[name])
        print(f"| {name} | {text_mb / middle:.2f} | {middle:.1f} ({min(cpu[name]):.1f}–{max(cpu[name]):.1f}) | {statistics.median(wall[name]):.1f} | {size_mb(peer.index):.1f} | {quality} | {whole} | {words} |", flush=True)


if __name__ == "__main__":
    main()

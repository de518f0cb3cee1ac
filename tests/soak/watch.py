#!/usr/bin/env python3
"""Long tests of `index --watch`: `watch.py TEST [--files N] [--seconds S]`, run by `make soak`. Standard library only.

slow      N files are copied at the same time, each over S seconds: each is indexed once, and whole
kill      the same with kill -9 of the watch at random times in the middle: nothing lost, nothing doubled, nothing cut
unmount   a tmpfs with documents is unmounted and mounted again under a watch with --prune, once over an empty folder, once over one that
          holds another file (needs root): no document lost; then a file is removed, and its document goes
"""
import argparse, json, os, pathlib, random, signal, subprocess, sys, tempfile, threading, time

BIN = os.environ.get("FUMIKURA", str(pathlib.Path(__file__).resolve().parents[2] / "target/release/fumikura"))


class Watch:
    """A process that watches `docs`, with the reports that it wrote so far."""

    def __init__(self, folder, *options):
        self.folder, self.reports = folder, []
        self.log = open(f"{folder}/messages", "a")
        command = [BIN, "index", "docs", "--watch", "--format", "jsonl", *options]
        self.process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=self.log, text=True)
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        for line in self.process.stdout:
            self.reports.append(json.loads(line))

    def sum(self, field):
        return sum(report[field] for report in self.reports)

    def wait(self, test, seconds=120):
        until = time.time() + seconds
        while not test() and time.time() < until:
            time.sleep(0.2)
        return test()

    def end(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        code = self.process.wait(120)
        self.reader.join(10)
        return code


def copy(path, number, seconds, rng):
    """Writes a file piece by piece; it ends with its own number."""
    pieces = max(2, int(seconds / 0.8))
    with open(path, "w", encoding="utf-8") as file:
        for piece in range(pieces):
            file.write(f"第{piece}段落。両国は文書{number:05}の情報共有を進めることで一致した。\n\n" * rng.randint(1, 40))
            file.flush()
            time.sleep(seconds / pieces)
        file.write(f"文書{number:05}の終わりである。\n")


def start_copies(docs, args, rng, first=0):
    copies = []
    for number in range(first, first + args.files):
        one = random.Random(rng.random())
        copies.append(threading.Thread(target=copy, args=(f"{docs}/{number:05}.txt", number, args.seconds, one)))
        copies[-1].start()
    return copies


def state(folder):
    """The ids of the documents whose end is in the index, each with the number of passages that hold it."""
    found = {}
    command = [BIN, "search", "の終わりである", "--all", "--duplicates", "--format", "jsonl", "--no-relax"]
    hits = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    for line in hits.stdout.splitlines():
        id = json.loads(line)["document"]["id"]
        found[id] = found.get(id, 0) + 1
    return found


def verdict(folder, args, watch, first=0):
    expected = {f"{number:05}.txt": 1 for number in range(args.files)}
    found = state(folder)
    stats = json.loads(subprocess.run([BIN, "stats", "--json"], cwd=folder, capture_output=True, text=True).stdout)
    sound = subprocess.run([BIN, "check"], cwd=folder, capture_output=True).returncode == 0
    cut = sorted(set(expected) - set(found))
    return found == expected and sound and stats["documents"] == args.files, cut[:5], stats["documents"], sound


def slow(args, rng):
    with tempfile.TemporaryDirectory() as folder:
        os.mkdir(f"{folder}/docs")
        watch = Watch(folder)
        started = time.time()
        for thread in start_copies(f"{folder}/docs", args, rng):
            thread.join()
        copied = time.time() - started
        watch.wait(lambda: watch.sum("added") >= args.files)
        indexed = time.time() - started
        time.sleep(5)
        code = watch.end()
        good, cut, documents, sound = verdict(folder, args, watch)
        print(f"{args.files} files copied over {copied:.0f} s, all indexed after {indexed:.1f} s in {len(watch.reports)} reports: added {watch.sum('added')}, "
              f"changed {watch.sum('changed')}, failed {sum(len(report['failed']) for report in watch.reports)}, documents {documents}, cut {cut}, sound {sound}, exit {code}")
        return not good or watch.sum("added") != args.files or watch.sum("changed") or code


def kill(args, rng):
    with tempfile.TemporaryDirectory() as folder:
        os.mkdir(f"{folder}/docs")
        copies = []
        # A part ends every few seconds, so that kills meet commits.
        part = argparse.Namespace(files=max(1, args.files // 10), seconds=args.seconds / 10)
        feeder = threading.Thread(target=lambda: [[t.join() for t in start_copies(f"{folder}/docs", part, rng, n * part.files)] for n in range(10)])
        feeder.start()
        kills, changed = 0, 0
        while feeder.is_alive():
            watch = Watch(folder, "--settle", "1", "--every", "2")
            time.sleep(rng.uniform(0.3, 4))
            watch.end(signal.SIGKILL)
            kills += 1
            changed += watch.sum("changed")
        feeder.join()
        args.files = part.files * 10
        watch = Watch(folder)
        watch.wait(lambda: bool(watch.reports) and watch.reports[-1]["documents"] == args.files)
        time.sleep(5)
        code = watch.end()
        good, cut, documents, sound = verdict(folder, args, watch)
        print(f"{kills} kills while {args.files} files were copied over {args.seconds} s: documents {documents}, cut {cut}, changed {changed}, sound {sound}, exit {code}")
        return not good or code


def unmount(args, rng):
    bad = 0
    for other in (False, True):
        with tempfile.TemporaryDirectory() as folder:
            docs = f"{folder}/docs"
            os.mkdir(docs)
            if other:
                # What stands below the mount: the folder is not empty when the disk is gone.
                pathlib.Path(f"{docs}/below.txt").write_text("下の文書である。", encoding="utf-8")
            mount = lambda: subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", docs], check=True)
            mount()
            try:
                fill = lambda: [pathlib.Path(f"{docs}/{number:05}.txt").write_text(f"文書{number}の終わりである。", encoding="utf-8") for number in range(args.files)]
                fill()
                watch = Watch(folder, "--prune", "--settle", "0.5", "--every", "1")
                watch.wait(lambda: watch.sum("added") == args.files)
                subprocess.run(["umount", docs], check=True)
                time.sleep(8)
                away = len(state(folder))
                mount()
                fill()
                time.sleep(8)
                back = len(state(folder))
                os.unlink(f"{docs}/00003.txt")
                removed = watch.wait(lambda: watch.sum("removed") == 1, 30)
                code = watch.end()
                messages = [line[21:].strip() for line in open(f"{folder}/messages") if "watching" not in line]
                wrong = away != args.files or back != args.files or not removed or code or "mounted" not in " ".join(messages) and "empty" not in " ".join(messages)
                bad += bool(wrong)
                print(f"over {'a file' if other else 'an empty folder'}: {args.files} documents, {away} while unmounted, {back} when back, 1 removed {removed}, exit {code}; said {messages}")
            finally:
                subprocess.run(["umount", docs])
    return bad


def main():
    tests = {"slow": slow, "kill": kill, "unmount": unmount}
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("test", choices=tests)
    parser.add_argument("--files", type=int, default=300)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    sys.exit(1 if tests[args.test](args, random.Random(args.seed)) else 0)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Long tests of the promises about faults: `soak.py TEST [--rounds N] [--seed S]`, run by `make soak`. Standard library only.

kill      kill -9 at random times while indexing; nothing acknowledged lost, nothing doubled, the next run just works
rebuild   the same during --rebuild: the old index stays until the new one is whole
commits   the same with many commits in one run: each file is of the old state or of the new one
syscall   kill or fail at the Nth rename, fsync, write, read, unlink, openat (needs strace)
power     power cut on a loop-mounted ext4 (needs root): no acknowledged commit lost
full      a tmpfs too small, then enlarged (needs root)
damage    flipped bits, cut and zeroed files: `check` flags each that changes an answer; no panic, no hang
foreign   files of others in, beside and around indexes and sources, random commands and kills, for N seconds: none changed;
          beside it readers of an index that is rebuilt all the while report no damage
hostile   a tree of names, pipes, links, bombs: every path accounted for, in bounded memory and time
interrupt Ctrl-C by a real terminal at random times: no file is failed for it, no child is left, the next run reads the rest
model     random changes, crashes and rebuilds against a dictionary
lines     the same for documents that are lines of files: inserted, changed, moved within a file and between files
"""
import argparse, ctypes, json, os, pathlib, pty, random, re, shutil, subprocess, sys, tempfile, time, zipfile, zlib

BIN = os.environ.get("FUMIKURA", str(pathlib.Path(__file__).resolve().parents[2] / "target/release/fumikura"))


def run(*arguments, cwd, **more):
    return subprocess.run([BIN, *map(str, arguments)], cwd=cwd, capture_output=True, text=True, errors="replace", **more)


class World:
    """A folder of small documents and what an index of it must hold."""

    def __init__(self, folder, rng, size=40):
        self.folder, self.rng, self.number = pathlib.Path(folder), rng, 0
        self.corpus = self.folder / "corpus"
        self.corpus.mkdir()
        self.texts = {}
        for _ in range(size):
            self.add()

    def write(self, name):
        self.number += 1
        words = "".join(self.rng.choice(["情報", "共有", "協力", "会合", "開催", "の", "を", "。\n\n"]) for _ in range(self.rng.randint(20, 400)))
        text = f"文書番号{self.number:06}の本文。{words}"
        (self.corpus / name).write_text(text, encoding="utf-8")
        self.texts[name] = f"文書番号{self.number:06}"

    def add(self):
        self.write(f"{self.rng.randrange(10**9):09}.txt")

    def mutate(self, count):
        for _ in range(count):
            names = sorted(self.texts)
            what = self.rng.random()
            # An answer holds a thousand hits at most: the world stays well below.
            if len(names) < 10 or what < 0.4 and len(names) < 300:
                self.add()
            elif what < 0.8:
                self.write(self.rng.choice(names))
            else:
                name = self.rng.choice(names)
                (self.corpus / name).unlink()
                del self.texts[name]

    def indexed(self, index="index"):
        """What the index holds: name to document number; a doubled document shows as a list of two."""
        out = run("--index", index, "search", "文書番号*", "--limit", "1000", "--duplicates", "--format", "jsonl", cwd=self.folder)
        if out.returncode not in (0, 1):
            return {"error": out.stderr}
        found = {}
        for line in out.stdout.splitlines():
            hit = json.loads(line)
            found.setdefault(hit["document"]["id"], []).append(self.tell(hit))
        return {name: texts[0] if len(texts) == 1 else texts for name, texts in found.items()}

    def tell(self, hit):
        return hit["passage"]["text"][:10]

    def rename(self):
        name = self.rng.choice(sorted(self.texts))
        os.rename(self.corpus / name, self.corpus / f"renamed-{name}")
        self.texts[f"renamed-{name}"] = self.texts.pop(name)


class Lines(World):
    """Documents in the lines of three files; the model holds the line of each."""

    def __init__(self, folder, rng, size=200):
        self.files = {f"{number}.jsonl": [] for number in range(3)}
        super().__init__(folder, rng, size)
        self.save()

    def document(self, name):
        self.number += 1
        words = "".join(self.rng.choice(["情報", "共有", "協力", "会合", "開催", "の", "を", "。"]) for _ in range(self.rng.randint(20, 100)))
        return name, json.dumps({"id": name, "title": f"{name}の報告", "text": f"文書番号{self.number:06}の本文。{words}"}, ensure_ascii=False)

    def add(self):
        lines = self.files[self.rng.choice(sorted(self.files))]
        lines.insert(self.rng.randint(0, len(lines)), self.document(f"{self.rng.randrange(10**9):09}"))

    def rename(self):
        """Moves a line within its file or to another one."""
        lines = self.files[self.rng.choice(sorted(self.files))]
        if len(lines) > 10:
            moved = lines.pop(self.rng.randrange(len(lines)))
            into = self.files[self.rng.choice(sorted(self.files))]
            into.insert(self.rng.randint(0, len(into)), moved)
        self.save()

    def mutate(self, count):
        for _ in range(count):
            lines = self.files[self.rng.choice(sorted(self.files))]
            what = self.rng.random()
            if len(lines) < 10 or what < 0.4 and len(lines) < 150:
                self.add()
            elif what < 0.7:
                at = self.rng.randrange(len(lines))
                lines[at] = self.document(lines[at][0])
            else:
                lines.pop(self.rng.randrange(len(lines)))
        self.save()

    def save(self):
        self.texts = {}
        for name, lines in self.files.items():
            (self.corpus / name).write_text("".join(f"{line}\n" for _, line in lines), encoding="utf-8")
            for number, (document, line) in enumerate(lines, 1):
                self.texts[document] = f"{json.loads(line)['text'][:10]} {name}:{number}"

    def tell(self, hit):
        return f"{hit['passage']['text'][:10]} {pathlib.Path(hit['document']['path']).name}:{hit['passage']['lines'][0]}"


def current(index):
    """The folder of the generation that is searched."""
    return pathlib.Path(index) / json.loads((pathlib.Path(index) / "fumikura-index.json").read_text())["current"]


def kill(args, rng, flag=(), mixed=False):
    bad = stuck = done = 0
    with tempfile.TemporaryDirectory() as folder:
        world = World(folder, rng)
        assert run("index", "corpus", cwd=folder).returncode == 0
        acknowledged = dict(world.texts)
        longest = 0.5
        for number in range(args.rounds):
            world.mutate(rng.randint(1, 12))
            process = subprocess.Popen([BIN, "index", "corpus", "--prune-all", *flag], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            started = time.time()
            time.sleep(rng.random() * longest)
            if process.poll() is None:
                process.kill()
            else:
                longest = max(0.02, min(longest, (time.time() - started) * 1.1))
            ended = process.wait()
            state = world.indexed()
            if ended == 0:
                done += 1
                acknowledged = dict(world.texts)
            names = {*acknowledged, *world.texts, *state}
            if state not in (acknowledged, world.texts) and not (mixed and all(state.get(name) in (acknowledged.get(name), world.texts.get(name)) for name in names)):
                bad += 1
                print("bad state", number, ended, str(state)[:300])
            if mixed or state == world.texts:
                acknowledged = dict(state)
            if number % 10 == 9:
                full = run("index", "corpus", "--prune-all", *flag, cwd=folder)
                acknowledged = dict(world.texts)
                if full.returncode != 0 or world.indexed() != world.texts:
                    stuck += 1
                    print("stuck", number, full.stderr[-300:])
        sound = run("check", cwd=folder).returncode == 0
        run("index", "corpus", "--prune", cwd=folder)
        generation = current(f"{folder}/index")
        left = [name for name in os.listdir(f"{folder}/index") if name not in ("fumikura-index.json", "fumikura.lock", generation.name)]
        left += [name for name in os.listdir(generation) if name.startswith(".tmp")]
        segments = len({name.split(".")[0] for name in os.listdir(generation) if len(name.split(".")[0]) == 32})
    print(f"{args.rounds} kills ({done} runs had ended): bad {bad}, stuck {stuck}, sound at the end {sound}, segments {segments}, left over {left}")
    return bad or stuck or not sound or left


def rebuild(args, rng):
    return kill(args, rng, ("--rebuild",))


def commits(args, rng):
    return kill(args, rng, ("--commit-bytes", "2000"), mixed=True)


def syscall(args, rng):
    bad = count = 0
    cases = [("rename,renameat,renameat2", "signal=KILL"), ("fsync,fdatasync", "signal=KILL"), ("unlink,unlinkat", "signal=KILL"), ("write,pwrite64", "signal=KILL"),
             ("openat", "signal=KILL"), ("fsync,fdatasync", "error=EIO"), ("write,pwrite64", "error=ENOSPC"), ("write,pwrite64", "error=EIO"),
             ("rename,renameat,renameat2", "error=EIO"), ("read,pread64,readv,preadv", "error=EIO")]
    for calls, fault in cases:
        misses = 0
        step = {"openat": 7, "write,pwrite64": 3, "read,pread64,readv,preadv": 3}.get(calls, 1)
        for nth in range(1, args.rounds * step, step):
            with tempfile.TemporaryDirectory() as folder:
                world = World(folder, random.Random(nth), size=12)
                run("index", "corpus", cwd=folder)
                before = dict(world.texts)
                world.mutate(6)
                out = subprocess.run(["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={calls}", "-e", f"inject={calls}:{fault}:when={nth}", BIN, "index", "corpus", "--prune-all"],
                                     cwd=folder, capture_output=True, text=True, timeout=60)
                state, count = world.indexed(), count + 1
                # A source that cannot be read costs itself: the others are indexed.
                sound = state in (before, world.texts) or "read" in calls and "error" not in state and all(
                    state.get(name) in (before.get(name), world.texts.get(name)) for name in {*before, *world.texts, *state})
                if not sound or out.returncode == 0 and state != world.texts:
                    bad += 1
                    print("bad", calls, fault, nth, out.returncode, out.stderr[-200:], str(state)[:200])
                again = run("index", "corpus", "--prune-all", cwd=folder)
                if again.returncode != 0 or world.indexed() != world.texts:
                    bad += 1
                    print("no resume", calls, fault, nth, again.stderr[-300:])
                misses = misses + 1 if out.returncode == 0 else 0
            # Some reads are of things that the program can do without.
            if misses >= (9 if "read" in calls else 2):
                break
    print(f"{count} faults: bad {bad}")
    return bad


def power(args, rng):
    bad = 0
    with tempfile.TemporaryDirectory() as base:
        for number in range(args.rounds):
            image, mount = f"{base}/disk", pathlib.Path(base) / "mount"
            mount.mkdir(exist_ok=True)
            subprocess.run(["truncate", "-s", "300M", image], check=True)
            subprocess.run(["mkfs.ext4", "-qF", image], check=True)
            subprocess.run(["mount", "-o", "loop", image, mount], check=True)
            try:
                with tempfile.TemporaryDirectory() as folder:
                    world = World(folder, random.Random(number), size=10)
                    index = mount / "index"
                    # Adding only: a commit that removes syncs the folder by itself, and would hide what is tested.
                    for _ in range(3):
                        assert run("--index", index, "index", "corpus", cwd=folder).returncode == 0
                        world.add()
                    assert run("--index", index, "index", "corpus", cwd=folder).returncode == 0
                    fd = os.open(mount, os.O_RDONLY)
                    libc, flag = ctypes.CDLL(None, use_errno=True), ctypes.c_uint32(2)
                    if libc.ioctl(fd, ctypes.c_ulong(0x8004587D), ctypes.byref(flag)):
                        sys.exit("FS_IOC_SHUTDOWN is refused here")
                    os.close(fd)
                    subprocess.run(["umount", mount], check=True)
                    subprocess.run(["mount", "-o", "loop", image, mount], check=True)
                    state = world.indexed(str(index))
                    if state != world.texts:
                        bad += 1
                        print("lost", number, len(state), len(world.texts), str(state)[:200])
            finally:
                subprocess.run(["umount", mount])
            os.unlink(image)
    print(f"{args.rounds} power cuts: {bad} acknowledged commits lost")
    return bad


def full(args, rng):
    bad = refused = 0
    with tempfile.TemporaryDirectory() as base:
        mount = pathlib.Path(base) / "small"
        mount.mkdir()
        for number in range(args.rounds):
            size = rng.randint(150, 3000)
            subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}k", "tmpfs", mount], check=True)
            try:
                with tempfile.TemporaryDirectory() as folder:
                    world = World(folder, random.Random(number), size=10)
                    acknowledged = {}
                    for _ in range(8):
                        out = run("--index", mount / "index", "index", "corpus", "--prune-all", cwd=folder, timeout=60)
                        if out.returncode == 0:
                            acknowledged = dict(world.texts)
                        else:
                            refused += 1
                            state = world.indexed(str(mount / "index"))
                            # What was committed before the disk was full counts, told or not.
                            if acknowledged and state not in (acknowledged, world.texts) or "panicked" in out.stderr:
                                bad += 1
                                print("bad", number, out.stderr[-300:], len(state), len(acknowledged), len(world.texts), str(state)[:100])
                            break
                        for _ in range(60):
                            world.add()
                    subprocess.run(["mount", "-o", "remount,size=100m", mount], check=True)
                    out = run("--index", mount / "index", "index", "corpus", "--prune-all", cwd=folder, timeout=60)
                    if out.returncode != 0 or world.indexed(str(mount / "index")) != world.texts:
                        bad += 1
                        print("no resume", number, out.stderr[-300:])
            finally:
                subprocess.run(["umount", mount])
    print(f"{args.rounds} small disks, {refused} runs refused: bad {bad}")
    return bad


QUERIES = ["情報", "共有協力", "会合 開催", "情報 NOT 共有", "文書番号*", "NEAR/20(情報, 会合)", "協力の会合をどう開催するか"]


def answers(folder, index):
    found = []
    for query in QUERIES:
        out = run("--index", index, "search", query, "--limit", "1000", "--json", cwd=folder, timeout=40)
        found.append((out.returncode, out.stdout if out.returncode in (0, 1) else ""))
        if out.returncode not in (0, 1, 2, 3, 4, 5) or "panicked" in out.stderr:
            return "crash " + out.stderr[-300:]
    return found


def damage(args, rng):
    silent = crash = flagged = refused = harmless = 0
    with tempfile.TemporaryDirectory() as folder:
        world = World(folder, rng, size=200)
        run("index", "corpus", cwd=folder)
        world.mutate(30)
        run("index", "corpus", "--prune-all", cwd=folder)
        right = answers(folder, "index")
        for number in range(args.rounds):
            shutil.rmtree(f"{folder}/broken", ignore_errors=True)
            shutil.copytree(f"{folder}/index", f"{folder}/broken")
            paths = sorted(path for path in pathlib.Path(f"{folder}/broken").rglob("*") if path.is_file() and path.stat().st_size)
            path = rng.choice(paths)
            name = path.name
            data = bytearray(path.read_bytes())
            what = rng.choice(["flip", "cut", "zero", "remove"])
            if what == "flip":
                data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
            elif what == "cut":
                data = data[:rng.choice([0, 4, 5, 7, rng.randrange(len(data))])]
            elif what == "zero":
                at = rng.randrange(len(data))
                data[at:at + 4096] = bytes(len(data[at:at + 4096]))
            if what == "remove":
                path.unlink()
            else:
                path.write_bytes(data)
            checked = run("--index", "broken", "check", cwd=folder, timeout=60)
            got = answers(folder, "broken")
            if isinstance(got, str) or "panicked" in checked.stderr or checked.returncode not in (0, 2, 4):
                crash += 1
                print("crash", name, what, got if isinstance(got, str) else checked.stderr[-300:])
            elif checked.returncode in (2, 4):
                flagged += 1
            elif got != right:
                silent += 1
                print("silent", name, what)
            else:
                harmless += 1
            refused += not isinstance(got, str) and all(code == 2 for code, _ in got)
        run("--index", "broken", "index", "corpus", "--rebuild", cwd=folder)
        mended = answers(folder, "broken") == right or world.indexed("broken") == world.texts
    print(f"{args.rounds} damages: {flagged} flagged by check, {harmless} harmless, {silent} silent and wrong, {crash} crashes; {refused} refused at open; mended by --rebuild {mended}")
    return silent or crash or not mended


# What this program writes into a folder that it marked.
OURS = re.compile(r"(fumikura-index\.json(\.new)?|fumikura\.lock|g[1-9][0-9]*(/(\.?(meta|managed|closed)\.json(\.new)?|\.tantivy-(writer|meta)\.lock"
                  r"|[0-9a-f]{32}\.(idx|pos|term|store|store\.temp|fast|fieldnorm|[0-9]+\.del)))?)")
PLACES = ["", "corpus", "corpus/sub", "index", "index/g1", "index/g2", "index/g9", "index.rebuild", "other", "other/g1", "mine", "mine/g1", "g2", "index/.tmpdir"]
NAMES = ["report.txt", ".tmpabc", ".tmpXyZ123", "lock", "lock.txt", "meta.json.bak", "closed.json.old", "fumikura-index.json.bak", "index.lock", "README.md",
         "0123456789abcdef0123456789abcdef.txt", "g1.txt", "g3", "\udcff\udcfe.txt", "改行\n.txt"]


def tree(base):
    """All files, folders and links below a folder, with what they hold."""
    found = {}
    for folder, folders, files in os.walk(base):
        for name in folders + files:
            path = os.path.join(folder, name)
            if os.path.islink(path):
                found[path] = "link " + os.readlink(path)
            elif os.path.isdir(path):
                found[path] = "folder"
            else:
                status = os.stat(path)
                with open(path, "rb") as file:
                    found[path] = (status.st_ino, status.st_mtime_ns, status.st_mode, hash(file.read()))
    return found


def strangers(base, rng):
    for _ in range(rng.randrange(5)):
        place = os.path.join(base, rng.choice(PLACES))
        path = os.path.join(place, rng.choice(NAMES))
        try:
            os.makedirs(place, exist_ok=True)
        except OSError:
            continue
        if os.path.lexists(path):
            continue
        what = rng.random()
        if what < 0.2:
            os.mkdir(path)
            with open(os.path.join(path, "within.txt"), "w") as file:
                file.write("deep")
        elif what < 0.35:
            os.symlink(rng.choice(["../corpus", "corpus", "gone", ".", "..", "/", "index", "index/g1"]), path)
        else:
            with open(path, "w") as file:
                file.write(f"stranger {rng.random()}")


def foreign(args, rng):
    bad = trees = commands = kills = indexed = reads = rebuilds = faults = 0
    until = time.time() + args.rounds
    while time.time() < until:
        trees += 1
        with tempfile.TemporaryDirectory() as base:
            World(base, rng, size=12)
            os.makedirs(f"{base}/corpus/sub")
            os.symlink("other", f"{base}/link")
            for _ in range(25):
                strangers(base, rng)
                before = tree(base)
                marked = [os.path.dirname(path) for path in before if path.endswith("/fumikura-index.json")]
                # A first run that was killed before it marked its folder leaves these two, which nobody else writes.
                unmarked = ("/fumikura.lock", "/fumikura-index.json.new")
                theirs = {path: held for path, held in before.items() if not path.endswith(unmarked) and not any(path.startswith(f"{index}/") and OURS.fullmatch(path[len(index) + 1:]) for index in marked)}
                target = rng.choice(["index"] * 5 + ["other", "link", "mine", "corpus", "corpus/sub", ".", "index.rebuild", "corpus/../index", "new/../other", "index/g1", "other/g2"])
                source = rng.choice(["corpus", "corpus", ".", "corpus/sub", "link", "index"])
                command = rng.choice([("index", source)] * 3 + [("index", source, "--rebuild")] * 4 + [("index", source, "--prune"), ("index", source, "--rebuild", "--dry-run"),
                                     ("search", "情報"), ("check",), ("check", "--quick"), ("stats",)])
                commands += 1
                if rng.random() < 0.3:
                    process = subprocess.Popen([BIN, "--index", target, *command], cwd=base, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                    time.sleep(rng.random() * 0.08)
                    kills += process.poll() is None
                    process.kill()
                    process.wait()
                else:
                    out = run("--index", target, *command, cwd=base, timeout=60)
                    indexed += command[0] == "index" and out.returncode == 0
                    if out.returncode not in (0, 1, 2, 3, 4, 5) or "panicked" in out.stderr or "must not be" in out.stderr:
                        bad += 1
                        print("fails", command, target, out.returncode, out.stderr[-300:])
                after = tree(base)
                lost = [path for path, held in theirs.items() if after.get(path) != held]
                if lost:
                    bad += 1
                    print("changed", [os.path.relpath(path, base) for path in lost][:5], target, command)
        if trees % 20 > 1:
            continue
        with tempfile.TemporaryDirectory() as base:
            World(base, rng, size=5)
            run("index", "corpus", cwd=base)
            rebuild = subprocess.Popen(["sh", "-c", f"for n in $(seq 40); do {BIN!r} index corpus --rebuild > /dev/null || exit 1; done"], cwd=base)
            while rebuild.poll() is None:
                out = run(rng.choice(["stats", "check"]), cwd=base)
                reads += 1
                if out.returncode != 0:
                    faults += 1
                    print("beside a rebuild", out.stdout[-200:], out.stderr[-200:])
            rebuilds += 40
            bad += rebuild.returncode != 0
    print(f"{trees} trees, {commands} commands ({indexed} index runs done, {kills} killed): bad {bad}; {reads} reads beside {rebuilds} rebuilds: {faults} faults")
    return bad or faults or not indexed


def hostile(args, rng):
    with tempfile.TemporaryDirectory() as base:
        root = os.path.join(base, "tree")
        os.mkdir(root)
        join = lambda *parts: os.path.join(root, *parts)
        text = "情報共有の会合を開催した。\n"
        put = lambda name, data: open(join(name), "wb").write(data)
        for number in range(args.rounds):
            folder = join(f"many{number % 100}")
            os.makedirs(folder, exist_ok=True)
            with open(f"{folder}/{number}.txt", "w", encoding="utf-8") as file:
                file.write(f"{number}番の文書。{text}")
        os.mkfifo(join("pipe.txt"))
        os.mknod(join("zero.txt"), 0o600 | 0o020000, os.makedev(1, 5))
        subprocess.run(["python3", "-c", f"import socket; socket.socket(socket.AF_UNIX).bind({join('socket.txt')!r})"])
        os.symlink(".", join("loop"))
        os.symlink("/etc/passwd", join("link.txt"))
        with open(os.fsencode(root) + b"/bad\xff\xfename.txt", "w", encoding="utf-8") as file:
            file.write(text)
        put("new\nline.txt", text.encode())
        put("esc\x1b[2Jname.txt", text.encode())
        put("あ" * 80 + ".txt", text.encode())
        deep = root
        for _ in range(100):
            deep = os.path.join(deep, "d")
            os.mkdir(deep)
        open(os.path.join(deep, "deep.txt"), "w", encoding="utf-8").write(text)
        with open(join("oneline.txt"), "wb") as file:
            for _ in range(1024):
                file.write("あ".encode() * 349525)
        with open(join("sparse.txt"), "wb") as file:
            file.truncate(100 << 30)
        put("nul.txt", b"\0" * 5000)
        for name, data in [("sjis", "shift_jis"), ("euc", "euc_jp"), ("jis", "iso2022_jp"), ("utf16", "utf-16")]:
            put(f"{name}.txt", (text * 20).encode(data))
        put("mixed.txt", text.encode() + text.encode("shift_jis") + bytes(range(128, 256)))
        put("nested.html", b"<ul><li>" * 64000 + "底".encode())
        put("divs.html", b"<div>" * 320000 + "底".encode())
        put("attributes.html", b"<p " + b" ".join(b"a%d=1" % number for number in range(64000)) + ">文".encode())
        put("quotes.md", b"> " * 10000 + "底".encode())
        put("brackets.md", b"[" * 100000)
        put("bold.md", b"**a " * 60000)
        put("arrays.pdf", b"%PDF-1.4\n1 0 obj\n" + b"[" * 200000 + b"\nendobj\ntrailer<</Root 1 0 R>>")
        put("loop.pdf", b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2000000000>>endobj\ntrailer<</Root 1 0 R>>")
        bomb = zlib.compress(b" " * (240 << 20), 9)
        put("bomb.pdf", b"%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/Contents 4 0 R>>endobj\n4 0 obj<</Filter/FlateDecode/Length %d>>stream\n" % len(bomb) + bomb + b"\nendstream endobj\ntrailer<</Root 1 0 R>>")
        with zipfile.ZipFile(join("bomb.docx"), "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("word/document.xml", "<w:t>" + " " * (400 << 20))
        with zipfile.ZipFile(join("deep.docx"), "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("word/document.xml", "<a>" * 3_000_000)
        with zipfile.ZipFile(join("bomb.xlsx"), "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/workbook.xml", "<workbook/>" + " " * (300 << 20))
        put("front.md", b"---\n" + b"a: &a [x]\n" * 100000 + b"---\ntext")
        with zipfile.ZipFile(join("corner.xlsx"), "w", zipfile.ZIP_DEFLATED) as archive:
            kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
            relation = lambda of, target: f'<Relationships><Relationship Id="r1" Type="{kind}/{of}" Target="{target}"/></Relationships>'
            archive.writestr("[Content_Types].xml", "<Types/>")
            archive.writestr("_rels/.rels", relation("officeDocument", "xl/workbook.xml"))
            archive.writestr("xl/workbook.xml", '<workbook><sheets><sheet name="t" sheetId="1" r:id="r1"/></sheets></workbook>')
            archive.writestr("xl/_rels/workbook.xml.rels", relation("worksheet", "worksheets/sheet1.xml"))
            cell = '<c r="%s" t="inlineStr"><is><t>隅の文章</t></is></c>'
            archive.writestr("xl/worksheets/sheet1.xml", f'<worksheet><sheetData><row r="1">{cell % "A1"}</row><row r="1048576">{cell % "XFD1048576"}</row></sheetData></worksheet>')
        # Side files of every kind that is none: each costs its document.
        for number, make in enumerate([os.mkfifo, lambda path: os.mknod(path, 0o600 | 0o020000, os.makedev(1, 5)), lambda path: os.symlink("/dev/zero", path),
                                       os.mkdir, lambda path: open(path, "wb").truncate(1 << 40), lambda path: open(path, "w").write("[" * 60_000)]):
            put(f"side{number}.txt", text.encode())
            make(join(f"side{number}.txt.meta.toml"))
        os.mkfifo(join("pipe.jsonl"))
        with open(join("long.jsonl"), "wb") as file:
            for number in range(20):
                file.write(b'{"id": "long%d", "text": "' % number + b"a" * (33 << 20 if number % 2 else 33) + b'"}\n')
        put("lists.jsonl", b'{"id": "lists", "text": "a", "partners": [' + b'"",' * 8_000_000 + b'""]}\n{"id": [' + b"1," * 8_000_000 + b'1], "text": "a"}\n')
        put("broken.jsonl", b'{"id": 1, "text": "a"}\n{"id"\n' + b"[" * 100000 + b"\n")
        put("moving.txt", text.encode())
        mover = subprocess.Popen(["sh", "-c", f"while :; do printf x >> {join('moving.txt')!r}; done"])
        started = time.time()
        # A process begins with the memory of the one that forks it: time is small, this one is not.
        command = ["/usr/bin/time", "-f", "%M", "-o", f"{base}/peak", BIN, "--index", f"{base}/index", "index", root, "--json"]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        out, err = process.communicate(timeout=900)
        mover.kill()
        took = time.time() - started
        report = json.loads(out)
        paths = {item["path"] for item in report["skipped"]} | {item["path"].rsplit(":", 1)[0] if item["path"].rsplit(":", 1)[-1].isdigit() else item["path"] for item in report["failed"]}
        walked = sum(len(files) for _, _, files in os.walk(root)) + 1
        documents = report["added"]
        peak = int(open(f"{base}/peak").read().split()[-1]) // 1024
        for item in report["skipped"] + report["failed"]:
            print("  ", repr(item["path"].split("tree/")[-1][:40]), item["reason"][:110])
        print(f"walked {report['walked']} of {walked}; {documents} documents added, {len(report['skipped'])} skipped, {len(report['failed'])} failed; "
              f"{took:.1f} s, peak of any process {peak} MB")
        # Eleven documents come from JSONL files that have failed lines too.
        accounted = documents - 11 + len(paths) == report["walked"]
        print("every path accounted for:", accounted)
        return not accounted or b"panicked" in err or peak > 512


class Pages(World):
    """The same in HTML that takes its reader up to a tenth of a second, so that a child is at work at any time."""

    def write(self, name):
        self.number += 1
        nested = "<table><tr><td>" * self.rng.randint(0, 60_000)
        (self.corpus / name).write_text(f"<body><p>文書番号{self.number:06}の本文。</p>{nested}底の文章</body>", encoding="utf-8")
        self.texts[name] = f"文書番号{self.number:06}"

    def add(self):
        self.write(f"{self.rng.randrange(10**9):09}.html")


def children_in(folder):
    """Processes of this program that read documents and work in a folder."""
    found = 0
    for entry in os.listdir("/proc"):
        try:
            command = open(f"/proc/{entry}/cmdline", "rb").read().split(b"\0")
            found += command[1:2] == [b"extract-worker"] and os.readlink(f"/proc/{entry}/cwd") == os.path.realpath(folder)
        except OSError:
            pass
    return found


def in_terminal(folder, arguments, act):
    """Runs the program in a terminal of its own; `act` is given the terminal. Returns exit status and what was said."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(folder)
        os.execv(BIN, [BIN, *arguments])
    said = b""
    act(terminal)
    while True:
        try:
            part = os.read(terminal, 4096)
        except OSError:
            break
        if not part:
            break
        said += part
    _, status = os.waitpid(pid, 0)
    try:
        os.close(terminal)
    except OSError:
        pass
    return os.waitstatus_to_exitcode(status), said.decode(errors="replace")


def interrupt(args, rng):
    bad = left = 0
    ends = {}
    with tempfile.TemporaryDirectory() as folder:
        world = Pages(folder, rng, size=60)
        longest = 0.5
        for number in range(args.rounds):
            before = dict(world.texts) if number else {}
            world.mutate(rng.randint(5, 40))
            started = time.time()
            how = rng.choices(["once", "twice", "hang up"], [8, 1, 1])[0]

            def act(terminal):
                time.sleep(rng.random() * longest)
                try:
                    if how == "hang up":
                        os.close(terminal)
                        return
                    os.write(terminal, b"\x03")
                    if how == "twice":
                        time.sleep(rng.random() * 0.1)
                        os.write(terminal, b"\x03")
                except OSError:
                    pass

            code, said = in_terminal(folder, ["index", "corpus", "--prune"], act)
            ends[code] = ends.get(code, 0) + 1
            if code == 0:
                longest = max(0.1, min(longest, (time.time() - started) * 0.8))
            time.sleep(0.2)
            orphans = children_in(folder)
            left += orphans
            state = world.indexed() if os.path.exists(f"{folder}/index") else {}
            mixed = {} if "error" in state and not before else state
            wrong = [name for name, text in mixed.items() if text not in (before.get(name), world.texts.get(name))]
            # Pages that were read before are there still, old or new; those taken away may be gone.
            lost = [name for name in before if name in world.texts and name not in mixed]
            rest = run("index", "corpus", "--prune", "--json", cwd=folder)
            report = json.loads(rest.stdout or "{}")
            if "failed:" in said or wrong or lost or rest.returncode or report.get("failed") or report.get("skipped") or world.indexed() != world.texts:
                bad += 1
                print("bad", number, how, code, said[-200:], wrong[:3], lost[:3], rest.returncode, str(report.get("failed"))[:300], rest.stderr[-200:])
        sound = run("check", cwd=folder).returncode == 0
    print(f"{args.rounds} interrupts, ends {dict(sorted(ends.items()))}: bad {bad}, children left {left}, sound {sound}")
    return bad or left or not sound


def model(args, rng, kind=World):
    bad = steps = 0
    until = time.time() + args.rounds
    with tempfile.TemporaryDirectory() as folder:
        world = kind(folder, rng)
        acknowledged = {}
        while time.time() < until:
            steps += 1
            world.mutate(rng.randint(0, 8))
            what = rng.random()
            flags = ["--rebuild"] if what < 0.1 else []
            if what > 0.7:
                process = subprocess.Popen([BIN, "index", "corpus", "--prune-all", *flags], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                time.sleep(rng.random() * 0.08)
                process.kill()
                process.wait()
                state = world.indexed()
                good = state in (acknowledged, world.texts) or not acknowledged and "error" in state
                acknowledged = dict(world.texts) if state == world.texts else acknowledged
            else:
                if rng.random() < 0.1 and world.texts:
                    world.rename()
                out = run("index", "corpus", "--prune-all", *flags, cwd=folder)
                good = out.returncode == 0 and world.indexed() == world.texts
                acknowledged = dict(world.texts)
            if not good:
                bad += 1
                print("differs", steps, str(world.indexed())[:300])
                acknowledged = world.indexed()
        sound = run("check", cwd=folder).returncode == 0
    print(f"{steps} steps in {args.rounds} s: {bad} differ from the model; sound {sound}")
    return bad or not sound


def lines(args, rng):
    return model(args, rng, Lines)


def main():
    tests = {"kill": (kill, 300), "rebuild": (rebuild, 100), "commits": (commits, 200), "syscall": (syscall, 60), "power": (power, 20), "full": (full, 40), "damage": (damage, 200),
             "foreign": (foreign, 600), "hostile": (hostile, 100_000), "interrupt": (interrupt, 200), "model": (model, 600), "lines": (lines, 600)}
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("test", choices=tests)
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    test, rounds = tests[args.test]
    args.rounds = args.rounds or rounds
    sys.exit(1 if test(args, random.Random(args.seed)) else 0)


if __name__ == "__main__":
    main()

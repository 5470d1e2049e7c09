# The vocabulary of this project. `make help` lists it.

SHELL := /bin/sh
TARGET := $(or $(CARGO_TARGET_DIR),target)
TOOLS := $(TARGET)/tools
# The tools of the test run (Python, Node.js, buf, cargo-deny) come before those of the machine.
WITH_TOOLS := PATH="$(abspath $(TOOLS))/bin:$$PATH"
PYTHON := $(TOOLS)/bin/python
# The image servers that are compared with; DARKROOM_PEERS names another place, which several checkouts may share.
PEERS := $(abspath $(or $(DARKROOM_PEERS),$(TARGET)/peers))
# Photographs that nothing was tuned on; DARKROOM_UNSEEN_PHOTOS names others.
UNSEEN := $(abspath $(or $(DARKROOM_UNSEEN_PHOTOS),$(TARGET)/unseen-photos))

.DEFAULT_GOAL := help
.PHONY: help run test test-parts check bench bench-peers bench-photos docs golden clients tools fresh

help: ## Lists what there is
	@sed -n 's/^\([a-z-]*\):.*## /make \1\t/p' $(MAKEFILE_LIST) | expand -t 20

run: ## Installs what is missing, builds, starts a demo and prints the URLs to open
	@deploy/install-build-deps.sh build
	cargo build --locked --release --bin darkroom
	exec $(TARGET)/release/darkroom serve --demo

test: ## Installs what tests need and runs all of them; PARTS="…" picks some, as tests/run.py names them
	@deploy/install-build-deps.sh test
	@$(MAKE) --no-print-directory tools
	$(WITH_TOOLS) $(PYTHON) tests/emulators/run.py python tests/run.py $(PARTS)

check: ## Formatting, lints, documentation, licences, the contract, directions of dependencies
	@deploy/install-build-deps.sh test
	@$(MAKE) --no-print-directory tools
	cargo fmt --all --check
	cargo clippy --locked --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings -A rustdoc::private_intra_doc_links" cargo doc --locked --workspace --no-deps --document-private-items
	$(WITH_TOOLS) python tests/run.py "dependency directions" "proto files linted" "generated files compared" "licence checks"

docs: ## Writes the tables and pictures of docs/ anew, from the parameters of the engine
	cargo build --locked --bin darkroom
	DARKROOM_WRITE_DOCS=1 cargo test --locked --test tests documentation -- --test-threads 1

golden: tools ## Writes the goldens of the fidelity tests anew, with the server that was built last
	$(WITH_TOOLS) python tests/run.py "goldens written anew"

clients: tools ## Generates the code of the clients from proto/
	$(WITH_TOOLS) clients/generate.sh

bench: tools ## Compares with other image servers; DARKROOM_BENCH_PHOTOS is a folder of photographs
	@deploy/install-build-deps.sh build
	cargo build --locked --release --package darkroom-server --bin darkroom --example grpc
	$(WITH_TOOLS) DARKROOM_PEERS="$(PEERS)" python benches/run.py $(BENCH)

bench-peers: tools ## Installs the other image servers, and the tools, that `make bench` measures with
	@deploy/install-build-deps.sh bench
	@$(WITH_TOOLS) DARKROOM_PEERS="$(PEERS)" benches/peers/install.sh

bench-photos: ## Brings photographs that nothing was tuned on, out of Debian packages, for `make bench BENCH="unseen"`
	@benches/photos/install.sh "$(UNSEEN)"

fresh: ## Tries `make run` and `make test` in new Debian 12 and 13 systems (root, debootstrap)
	tests/fresh/try.sh bookworm trixie

tools: $(TOOLS)/python.stamp tests/emulators/node_modules/.stamp tests/sdk/node_modules/.stamp \
	tests/fidelity/node_modules/.stamp clients/typescript/node_modules/.stamp

# Stamps are older than what they were made from when that has changed; then everything of theirs is made anew.
$(TOOLS)/python.stamp: tests/requirements.txt
	rm -rf $(TOOLS)
	python3 -m venv $(TOOLS)
	$(TOOLS)/bin/pip install --quiet --disable-pip-version-check --requirement tests/requirements.txt
	@touch $@

%/node_modules/.stamp: %/package-lock.json $(TOOLS)/python.stamp
	cd $* && $(WITH_TOOLS) npm ci --silent --no-audit --no-fund --ignore-scripts $(OMIT)
	@touch $@

# The emulators run without their optional parts.
tests/emulators/node_modules/.stamp: OMIT = --omit=optional

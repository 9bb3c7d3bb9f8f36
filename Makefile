# make run    set up what is missing, build, convert the corpus, verify it and ask it something
# make test   set up what is missing and run all tests
# make build  the release build: .build/release/bhtpack
# make lint   what the rooms of the library may not use, and what the formatter would change
# make results  measure the corpora and write RESULTS.md
# make bench-search   a search beside DuckDB over Parquet and chDB (wants duckdb pyarrow chdb of PyPI)
# make install PREFIX=/usr/local DESTDIR=   the program, manual pages, completions and documents
# make uninstall PREFIX=… DESTDIR=…         takes them away again
# make deb       a Debian package in packages/
# make test-deb  install it in a bare Debian 12 and use it there (as root; wants debootstrap)
# make clean  forget all builds and outputs

BHTPACK := .build/release/bhtpack
OUT := out
PACKAGES := packages
PREFIX := /usr/local
DESTDIR :=
RELEASE := swift build -c release --static-swift-stdlib --product bhtpack

.PHONY: run test build lint results bench-search install uninstall deb test-deb setup clean

setup:
	@.ci/setup

build: setup
	$(RELEASE)

run: build
	@mkdir -p $(OUT)
	@.ci/demo $(BHTPACK) $(OUT)

test: setup
	@.ci/python
	swift test --disable-xctest

lint:
	@.ci/rooms
	swift format lint --strict --parallel --recursive Package.swift Sources Tests

results: build
	.ci/results $(BHTPACK)

bench-search: build
	.ci/bench-search $(BHTPACK)

# What is built already is installed as it is: as root there may be no Swift.
$(BHTPACK):
	$(MAKE) build

install: $(BHTPACK)
	.ci/install $(BHTPACK) "$(DESTDIR)" "$(PREFIX)"

uninstall:
	.ci/install --remove "$(DESTDIR)" "$(PREFIX)"

deb: build
	.ci/deb $(BHTPACK) $(PACKAGES)

test-deb: deb
	.ci/test-deb "$$(ls -t $(PACKAGES)/*.deb | head -n 1)"

clean:
	rm -rf .build $(OUT) $(PACKAGES)

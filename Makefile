# make run    set up what is missing, build, convert the corpus, verify it and ask it something
# make test   set up what is missing and run all tests
# make build  the release build: .build/release/bhtpack
# make lint   what the rooms of the library may not use, and what the formatter would change
# make results  measure the corpora and write RESULTS.md
# make clean  forget all builds and outputs

BHTPACK := .build/release/bhtpack
OUT := out
RELEASE := swift build -c release --static-swift-stdlib --product bhtpack

.PHONY: run test build lint results setup clean

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

clean:
	rm -rf .build $(OUT)

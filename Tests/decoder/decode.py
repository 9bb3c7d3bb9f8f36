#!/usr/bin/env python3
"""Decodes `.bht` archives: decode.py [--structure | --sections | --verify | --trace ID] FILE...

Without an option it prints every span as a line of JSON. --structure prints the tree of each trace,
--sections what the sections beside the spans hold, --verify compares all that an archive says of
its spans with the spans, --trace finds the trace of one id (hex, or text) by look-up. With
--batch the spans and trees of every FILE go to FILE.spans and FILE.structure, and the archive is
verified, so that one process does for many.
Needs the packages zstandard and lz4.
"""
import argparse
import sys

from bht import canonical, sections, v1, verify
from bht.archive import Archive
from bht.cursor import Malformed


def lines(file, options):
    """What is asked of one file, line by line."""
    if file[:4] == v1.MAGIC:
        yield from v1.lines(file)
        return
    archive = Archive(file)
    if options.structure:
        yield from canonical.structure_lines(archive)
    elif options.sections:
        for number, segment in enumerate(archive.segments):
            for value in sections.section_lines(segment, number):
                yield canonical.line(value)
    elif options.verify:
        yield verify.verify(archive)
    elif options.trace is not None:
        spans = []
        for trace_id in candidates(options.trace):
            spans = spans or list(archive.trace(trace_id))
        for span in spans:
            yield canonical.span_line(*span)
    else:
        for span in archive.spans():
            yield canonical.span_line(*span)


def candidates(typed):
    """The ids that a typed one may mean: the bytes it is the hex of, its text."""
    try:
        yield bytes.fromhex(typed)
    except ValueError:
        pass
    yield typed.encode()


def batch(path, file, options):
    for option, ending in ((None, "spans"), ("structure", "structure"), ("verify", None)):
        options.structure, options.verify = option == "structure", option == "verify"
        found = lines(file, options)
        if ending is None:
            list(found)
            continue
        with open(f"{path}.{ending}", "w", encoding="utf-8") as out:
            out.writelines(line + "\n" for line in found)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument("--structure", action="store_true")
    parser.add_argument("--sections", action="store_true")
    parser.add_argument("--verify", action="store_true")
    parser.add_argument("--trace", metavar="ID")
    parser.add_argument("--batch", action="store_true")
    options = parser.parse_args()
    failed = False
    for path in options.files:
        with open(path, "rb") as source:
            file = source.read()
        try:
            if options.batch:
                batch(path, file, options)
            else:
                for line in lines(file, options):
                    print(line)
        except Malformed as error:
            failed = True
            print(f"{path}: {error}", file=sys.stderr)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Checks OTLP protobuf against Python's protobuf: otlp_protobuf.py SOURCE OURS AGAIN

SOURCE and OURS are bare messages; every span of the one has to be in the other, equal as
messages, under equal resources and scopes. Writes Python's own serialisation of OURS to AGAIN
and prints the number of spans. Needs the packages protobuf and opentelemetry-proto.
"""
import collections
import sys

from opentelemetry.proto.trace.v1.trace_pb2 import TracesData


def spans(data):
    """Counts the spans of a message, each with what it is grouped under."""
    found = collections.Counter()
    for group in data.resource_spans:
        resource = (group.HasField("resource"), group.resource.SerializeToString(),
                    group.schema_url)
        for scope_group in group.scope_spans:
            scope = (scope_group.HasField("scope"), scope_group.scope.SerializeToString(),
                     scope_group.schema_url)
            for span in scope_group.spans:
                found[resource, scope, span.SerializeToString()] += 1
    return found


def main():
    source, ours, again = sys.argv[1:]
    messages = []
    for path in (source, ours):
        message = TracesData()
        with open(path, "rb") as file:
            message.ParseFromString(file.read())
        messages.append(message)
    expected, found = map(spans, messages)
    if expected != found:
        missing = sum((expected - found).values())
        extra = sum((found - expected).values())
        sys.exit(f"{missing} spans of the source are missing, {extra} are not in it")
    with open(again, "wb") as file:
        file.write(messages[1].SerializeToString())
    print(sum(found.values()))


main()

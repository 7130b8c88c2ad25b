"""Responses of a file as they are stored, made so while they come: whoever reads the file, mostly a child, does it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from reviewer.core.cases import CaseKey
from reviewer.core.received import received
from reviewer.exchange.kit.records import DecisionRecord, Record, ResponseRecord


def as_received(records: Iterable[Record]) -> Iterator[Record]:
    """Each response has gone through `received`; a decision on a text of the same file as it came holds for what is
    kept of it. What has been through it comes back equal."""
    hashes: dict[tuple[str, CaseKey, int], tuple[str, str]] = {}
    for record in records:
        if type(record) is ResponseRecord:
            came = record.response
            response = received(came)
            if response is not came:
                hashes[record.run, response.case, response.repeat] = (came.hash, response.hash)
                record = replace(record, response=response)
        elif hashes and type(record) is DecisionRecord:
            before, kept = hashes.get((record.run, record.case, record.repeat), ("", ""))
            if before and record.response_hash == before:
                record = replace(record, response_hash=kept)
        yield record

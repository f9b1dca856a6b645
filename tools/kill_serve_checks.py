"""What has to hold after ``kill_serve.py``: read from the record itself, not from its tables."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from django.db import DatabaseError, connection

from comity.node.models import Incident, Job
from comity.node.services import open_record
from comity.record.payload import (
    Approval,
    Assessment,
    Carriage,
    Document,
    Import,
    Opaque,
    Payload,
    Release,
    Statement,
    unpack,
)
from comity.record.payload import Incident as Opening
from tools.kill_serve_people import Filed, Made, People

KINDS: dict[str, type] = {
    "statement": Statement,
    "document": Document,
    "approval": Approval,
    "release": Release,
    "carriage": Carriage,
}


class File(NamedTuple):
    """The record, and the jobs that were to write into it."""

    entries: dict[int, Payload | Opaque]
    jobs: dict[str, Job]

    @classmethod
    def of_node(cls) -> File:
        with open_record() as record:
            entries = {
                entry.index: unpack(entry.payload, record.blob)
                for entry in record.entries()
                if entry.payload is not None
            }
        return cls(entries, {str(job.key): job for job in Job.objects.all()})

    def imports(self) -> Counter[tuple[str | None, str]]:
        """How often each report was filed under each incident."""
        return Counter(
            (entry.incident, entry.source)
            for entry in self.entries.values()
            if isinstance(entry, Import)
        )


def lost(file: File, people: People) -> list[str]:
    """What was acknowledged and is not there."""
    times = file.imports()
    found = [*(_of_job(file, one) for one in people.imports)]
    found += [
        f"{one}: filed {times[one.incident, one.sha256]} times"
        for one in people.imports
        if times[one.incident, one.sha256] != 1
    ]
    found += [f"{one} is not in the record" for one in people.made if not _there(file, one)]
    return [problem for problem in found if problem]


def doubled(file: File) -> list[str]:
    """What was to be done once and was done again, or was left undone."""
    found = [f"{key}: {times} times" for key, times in file.imports().items() if times > 1]
    opened = Counter(e.incident for e in file.entries.values() if isinstance(e, Opening))
    found += [f"{key}: opened {times} times" for key, times in opened.items() if times > 1]
    found += [
        f"{key} is {job.state}: {job.reason}"
        for key, job in file.jobs.items()
        if job.state != Job.State.DONE
    ]
    stale = [row.key for row in Incident.objects.all() if row.stale]
    found += [f"{key} was not assessed at the end" for key in stale]
    wanted = {job.entry for job in file.jobs.values()}
    for incident, entries in _by_incident(file).items():
        for (index, entry), (_, after) in pairwise([*entries, (-1, None)]):
            # One that no job names is right only where a report or a statement overtook it.
            again = after is None or isinstance(after, Assessment)
            if isinstance(entry, Assessment) and index not in wanted and again:
                found.append(f"{incident}: entry {index} was assessed again for nothing")
    for key, job in file.jobs.items():
        made = file.entries.get(job.entry) if job.entry is not None else None
        if not isinstance(made, Assessment) or made.incident != job.incident:
            found.append(f"{key} has no assessment")
    return found


def unapproved(file: File) -> list[str]:
    """Releases that do not rest on the words of others, and documents that left twice."""
    found = []
    out: Counter[str] = Counter()
    for index, entry in file.entries.items():
        if not isinstance(entry, Release):
            continue
        out[entry.document] += 1
        authors = {
            other.account
            for other in file.entries.values()
            if isinstance(other, Document) and other.document == entry.document
        }
        for at in entry.approvals or (-1,):
            word = file.entries.get(at)
            right = (
                isinstance(word, Approval)
                and at < index
                and word.approved
                and (word.document, word.body) == (entry.document, entry.body)
                and word.account not in authors
            )
            if not right:
                found.append(f"release {index} rests on {at}")
    return found + [
        f"{document} left {times} times" for document, times in out.items() if times > 1
    ]


def broken_index() -> list[str]:
    """What the database says of its index of terms."""
    with connection.cursor() as cursor:
        try:
            cursor.execute("INSERT INTO node_terms(node_terms) VALUES('integrity-check')")
        except DatabaseError as error:
            return [f"the index of terms: {error}"]
    return []


def left_over(home: Path) -> list[str]:
    """Uploads of jobs that are done. One of a job that nobody got to ask for is pruned later."""
    kept = {folder.name for folder in (home / "node" / "uploads").glob("*")}
    done = Job.objects.filter(state=Job.State.DONE).values_list("key", flat=True)
    return sorted(kept & {str(key) for key in done})


def _of_job(file: File, one: Filed) -> str:
    job = file.jobs.get(one.job)
    if job is None:
        return f"{one}: there is no such job"
    results = [row.get("refused") or row.get("entry") for row in job.results]
    if job.state != Job.State.DONE or len(results) != 1 or not isinstance(results[0], int):
        return f"{one}: {job.state} {job.reason} {results}"
    entry = file.entries.get(results[0])
    right = isinstance(entry, Import) and (entry.incident, entry.source) == one[1:]
    return "" if right else f"{one}: entry {results[0]} is another"


def _there(file: File, one: Made) -> bool:
    kind = KINDS[one.kind]
    if one.entry is None:
        return any(
            isinstance(entry, Document)
            and (entry.incident, entry.document, entry.blobs)
            == (one.incident, one.document, (one.body,))
            for entry in file.entries.values()
        )
    entry = file.entries.get(one.entry)
    return (
        isinstance(entry, kind)
        and getattr(entry, "incident", None) == one.incident
        and (getattr(entry, "document", None) or "") == one.document
    )


def _by_incident(file: File) -> dict[str, list[tuple[int, Payload | Opaque]]]:
    """What is filed under each incident and counts for its assessment, in its order."""
    found: dict[str, list[tuple[int, Payload | Opaque]]] = defaultdict(list)
    for index, entry in sorted(file.entries.items()):
        if isinstance(entry, Import | Statement | Assessment) and entry.incident:
            found[entry.incident].append((index, entry))
    return found

"""The worker: does the node's jobs one after the other, in a process of its own.

One worker at a time holds the lock of the data folder. Whatever a job's row calls running when a
worker starts was left by one that was stopped, and is begun anew.
"""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread
from uuid import UUID

from django.conf import settings
from django_tasks.base import TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from comity.node import jobs, uploads, witnesses
from comity.node.models import Job
from comity.node.services import now

PAUSE = 0.3  # seconds between two looks for work
_KEPT = timedelta(days=30)
_PRUNED_EVERY = 3600.0  # seconds
_RESTART = 2.0  # seconds until a worker that died is started again
_LAST_JOB = 10.0  # seconds that a job in hand has left when the server stops


def work(stopping: Callable[[], bool]) -> None:
    """Do jobs until told to stop; the job in hand is finished first."""
    with _alone(stopping) as held:
        if not held:
            return
        recover()
        # A witness that is slow must not keep anybody's job waiting.
        Thread(target=witnesses.keep_asking, args=(stopping, PAUSE), daemon=True).start()
        pruned = float("-inf")
        while not stopping():
            if time.monotonic() - pruned > _PRUNED_EVERY:
                prune()
                pruned = time.monotonic()
            drain()
            time.sleep(PAUSE)


def drain() -> None:
    """Do all jobs that are due."""
    Worker(
        queue_names=["*"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=f"{os.getpid()}",
        excluded_queue_names=[],
    ).run()


def recover() -> None:
    """Put back what a worker that was stopped had in hand: django-tasks-db leaves it running."""
    DBTaskResult.objects.running().update(status=TaskResultStatus.READY)


def prune() -> None:
    """Forget jobs that were over long ago; what they did is in the record."""
    before = now() - _KEPT
    for key in Job.objects.filter(finished_at__lt=before).values_list("key", flat=True):
        jobs.clear(key)
    DBTaskResult.objects.finished().filter(finished_at__lt=before).delete()
    known = {str(key) for key in Job.objects.values_list("key", flat=True)}
    for folder in uploads.folders(older_than=before):
        if folder not in known:  # the node stopped between keeping them and asking for the job
            uploads.drop(UUID(folder))


@contextmanager
def beside() -> Iterator[None]:
    """Keep a worker going in a process beside this one, and end it with this one.

    The first one has been started when this is entered. A process that were forked meanwhile would
    hold the pipe open in which Popen waits for the end, and nobody would look after the worker.
    """
    ending = Event()
    keeper = Thread(target=_keep, args=(ending, _start()), daemon=True)
    keeper.start()
    try:
        yield
    finally:
        ending.set()
        keeper.join()


def _start() -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "comity.node.worker", str(os.getpid())],
        stdin=subprocess.DEVNULL,
    )


def _keep(ending: Event, process: subprocess.Popen[bytes]) -> None:
    while True:
        while process.poll() is None and not ending.wait(0.2):
            pass
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(_LAST_JOB)
            except subprocess.TimeoutExpired:  # the next worker goes on where it was
                process.kill()
                process.wait()
        if ending.wait(_RESTART):
            return
        process = _start()


@contextmanager
def _alone(stopping: Callable[[], bool]) -> Iterator[bool]:
    """Hold the worker's lock; False if told to stop while another worker held it."""
    path = Path(settings.HOME) / "node" / "worker.lock"
    with path.open("a") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if stopping():
                    yield False
                    return
                time.sleep(PAUSE)
            else:
                yield True
                return


def until_told(and_then: Callable[[], bool] = lambda: False) -> Callable[[], bool]:
    """Whether SIGTERM or SIGINT has come, or ``and_then`` says so."""
    told = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told.set())
    return lambda: told.is_set() or and_then()

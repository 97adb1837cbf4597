"""Starts processes and sees to it that none of them outlives this one.

Each is started in a group of its own and reports itself, before it becomes the program that it is
to be, to a reaper: a separate process that waits for our death (see reaper.py). That works
wherever there are pipes and process groups, and for SIGKILL too.
"""

import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from tidings_local import groups

STOP_SECONDS: Final = 10


class Child:
    """A started process and the group that it leads."""

    def __init__(self, name: str, process: subprocess.Popen[bytes], owner: "Owner") -> None:
        self.name: Final = name
        self.pid: Final = process.pid
        self.started: Final = time.monotonic()
        self._process = process
        self._owner = owner

    @property
    def alive(self) -> bool:
        """Whether the started process itself runs."""
        return self._process.poll() is None

    @property
    def exit_code(self) -> int | None:
        return self._process.poll()

    @property
    def pids(self) -> list[int]:
        """Every running process of the group."""
        return groups.members(self.pid)

    def stop(self, patience_seconds: float = STOP_SECONDS) -> None:
        """TERM, and KILL after `patience_seconds`; returns when the whole group is gone."""
        groups.end([self.pid], patience_seconds)
        self._gone()

    def kill(self) -> None:
        """KILL for the whole group; returns when it is gone."""
        groups.send(self.pid, signal.SIGKILL)
        groups.end([self.pid], patience_seconds=5)
        self._gone()

    def _gone(self) -> None:
        self._process.wait()
        self._owner.forget(self)


class Owner:
    """A context manager; on leaving it, whatever was started and still runs is stopped.

    `held` are file descriptors that the reaper keeps open until everything is gone: a lock among
    them is not free before that.
    """

    def __init__(self, held: Sequence[int] = ()) -> None:
        self._held = tuple(held)
        self._children: dict[int, Child] = {}
        self._start_reaper()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def start(
        self,
        name: str,
        command: Sequence[str],
        *,
        environment: Mapping[str, str],
        log: Path,
        errors_shown: bool = False,
        folder: Path | None = None,
        user: str | None = None,
    ) -> Child:
        """Starts `command`, as another user if one is named. Its output is appended to `log`, but
        for what it says on standard error where `errors_shown`: that goes where ours goes."""
        self.check()
        group = pwd.getpwnam(user).pw_gid if user else None
        with log.open("ab") as output:
            process = subprocess.Popen(
                command,
                env=dict(environment),
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=None if errors_shown else subprocess.STDOUT,
                start_new_session=True,
                user=user,
                group=group,
                extra_groups=[] if user else None,
                # In the child, so that there is no moment at which it runs and nobody knows of it.
                preexec_fn=self._announce_self,
            )
        child = Child(name, process, self)
        self._children[child.pid] = child
        return child

    def forget(self, child: Child) -> None:
        """The child's group is gone; its number may soon be somebody else's."""
        if self._children.pop(child.pid, None):
            self._tell(-child.pid)

    def check(self) -> None:
        """Starts the reaper anew if somebody has killed it."""
        if self._reaper.poll() is not None:
            os.close(self._pipe)
            self._start_reaper()
            for pid in self._children:
                self._tell(pid)

    def stop(self, children: Iterable[Child], patience_seconds: float = STOP_SECONDS) -> None:
        """Stops them all at once: TERM, and KILL after `patience_seconds`."""
        some = list(children)
        groups.end([child.pid for child in some], patience_seconds)
        for child in some:
            child.kill()

    def close(self) -> None:
        """Stops what still runs, and then the reaper."""
        self.stop(self._children.values())
        os.close(self._pipe)
        self._reaper.wait()

    def _start_reaper(self) -> None:
        reading, self._pipe = os.pipe()
        try:
            self._reaper = subprocess.Popen(
                [sys.executable, "-m", "tidings_local.reaper"],
                stdin=reading,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
                pass_fds=self._held,
            )
        finally:
            os.close(reading)

    def _announce_self(self) -> None:
        self._tell(os.getpid())

    def _tell(self, number: int) -> None:
        try:
            os.write(self._pipe, b"%d\n" % number)
        except BrokenPipeError:
            # The reaper was killed; the next check() starts another and tells it everything.
            return

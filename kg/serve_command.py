"""`kg serve`: binds the address, starts the process that serves, and starts it again whenever it dies."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import click

from kg import options
from kg.errors import KGError, UsageError
from kg.web.settings import Settings, table, variable

_PAUSE = 0.5
# How often in a row a server that is started again may say that it cannot serve, before that is believed.
_TRIES = 5
_NOTHING_TO_SERVE = 2


def settings_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """One option for each setting, each with its environment variable."""
    for name, default, more in reversed(table()):
        command = _option(name, default, more)(command)
    return command


def _option(name: str, default: Any, more: dict[str, Any]) -> Callable[..., Any]:
    flag, shared = f"--{name.replace('_', '-')}", {"envvar": variable(name), "help": more["help"], "show_envvar": True}
    if isinstance(default, bool):
        return click.option(flag, name, is_flag=True, default=default, **shared)
    if isinstance(default, tuple):
        return click.option(flag, name, multiple=True, metavar="URL", **shared)
    return click.option(flag, name, type=_type(default, more), default=default, show_default=bool(default), **shared)


def _type(default: Any, more: dict[str, Any]) -> Any:
    if isinstance(default, str):
        return str
    kind = click.IntRange if isinstance(default, int) else click.FloatRange
    return kind(min=more.get("least"), max=more.get("most"))


@click.command()
@settings_options
@options.project_option
def serve(**given: Any) -> None:
    """Serve the graph over HTTP: SPARQL, saved queries, linked data.

    Each setting is a flag or an environment variable. SIGTERM and Ctrl-C end it gracefully; a process of it that dies is started
    again.

    Example: kg serve --port 8080
    """
    if code := _Supervisor(Settings(**given)).run():
        raise click.exceptions.Exit(code)


class _Supervisor:
    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._server: subprocess.Popen[bytes] | None = None
        self._is_ending = False

    def run(self) -> int:
        """The exit code of the server, once it has ended in order."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._end)
        with _bound(self._settings) as listening:
            self._tell()
            address = "http://{}:{}".format(*listening.getsockname()[:2])
            code, failures = self._serve(listening, address), 0
            if code == _NOTHING_TO_SERVE:
                return code
            while code and failures < _TRIES:
                options.say(f"kg: the server has ended unexpectedly ({code}); starting it again")
                time.sleep(_PAUSE)
                code = self._again(listening, address)
                failures = failures + 1 if code == _NOTHING_TO_SERVE else 0
        return code

    def _again(self, listening: socket.socket, address: str) -> int:
        """How a server ended that took the place of another; what is wrong with the project's files now may be mended soon."""
        try:
            return self._serve(listening, address)
        except KGError as error:
            options.say(f"kg: {error}")
            return _NOTHING_TO_SERVE

    def _serve(self, listening: socket.socket, address: str) -> int:
        """How the server's process ended."""
        from kg.web.server import Task

        graph = options.opened_graph()
        task = Task(self._settings, str(graph.project.root), str(graph.folder))
        command = [sys.executable, "-m", "kg.web.server", str(listening.fileno()), str(os.getpid())]
        # Our own program, with nothing of a stranger's in it.
        with subprocess.Popen(command, stdin=subprocess.PIPE, pass_fds=[listening.fileno()]) as self._server:  # noqa: S603
            options.say(f"kg: serving {graph.project.called()} at {address}/sparql")
            # Who asked for the end before there was this process is obeyed, too.
            if self._is_ending:
                self._server.terminate()
            # It may be killed before it has read what to do.
            self._server.communicate(task.as_message())
            code = self._server.returncode
        return 0 if self._is_ending else code

    def _tell(self) -> None:
        """Says where what is written goes, and what a writer has to show."""
        settings = self._settings
        if not settings.writable:
            return
        from kg.web.publishing import data_folder

        options.say(f"kg: what is written is kept in {data_folder(options.chosen_project().root, settings.data)}")
        if not settings.token and not settings.no_token:
            self._settings = replace(settings, token=secrets.token_urlsafe())
            options.say(f"kg: who writes has to show this token: {self._settings.token}")

    def _end(self, *_: object) -> None:
        self._is_ending = True
        if self._server:
            self._server.terminate()


def _bound(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=1024)
    except OSError as error:
        raise UsageError(
            f"cannot listen on {settings.host}:{settings.port}: {error.strerror}", hint="choose others with --host and --port"
        ) from error

"""Downloads against a server of our own: right, wrong, cut off, slow to come right, and kept whole."""

from __future__ import annotations

import hashlib
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from pellucid.core.errors import DataError
from pellucid.datasets import remote
from pellucid.datasets.remote import RemoteFile, cache_folder, fetch

CONTENT = bytes(range(256)) * 40
FILE = RemoteFile("data.gz", len(CONTENT), hashlib.sha256(CONTENT).hexdigest())

Answer = Callable[[BaseHTTPRequestHandler], None]


def send(content: bytes, length: int | None = None, status: int = 200) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(content) if length is None else length))
        handler.end_headers()
        handler.wfile.write(content)

    return answer


RIGHT = send(CONTENT)
WRONG = send(CONTENT[::-1])
CUT_OFF = send(CONTENT[:100], length=len(CONTENT))
ABSENT = send(b"", status=404)
BUSY = send(b"", status=503)
ENDLESS = send(CONTENT * 3)


@dataclass
class Mirror:
    """A server with the answers that it gives, one for each request; the last one for all that follow."""

    answers: list[Answer] = field(default_factory=lambda: [RIGHT])
    asked: list[str] = field(default_factory=list)
    address: str = ""

    def next_answer(self, path: str) -> Answer:
        self.asked.append(path)
        return self.answers[min(len(self.asked), len(self.answers)) - 1]


@pytest.fixture
def mirror() -> Iterator[Mirror]:
    made = Mirror()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            made.next_answer(self.path)(self)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    made.address = f"http://127.0.0.1:{server.server_address[1]}/sets/"
    yield made
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(autouse=True)
def _own_folders(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("PELLUCID_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("PELLUCID_DATA", raising=False)
    monkeypatch.setattr(remote, "PAUSE", 0.0)
    monkeypatch.setenv("no_proxy", "127.0.0.1")


def cached() -> Path:
    return cache_folder() / "set" / "data.gz"


def test_downloads_once_and_keeps_it(mirror: Mirror, capsys) -> None:
    assert fetch("set", FILE, [mirror.address]) == CONTENT
    assert fetch("set", FILE, [mirror.address]) == CONTENT
    assert mirror.asked == ["/sets/data.gz"]
    assert cached().read_bytes() == CONTENT
    assert [path.name for path in cached().parent.iterdir()] == ["data.gz"]
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "downloading set/data.gz (0.0 MB)\n")


@pytest.mark.parametrize("trouble", [WRONG, CUT_OFF, BUSY, ABSENT, ENDLESS])
def test_asks_again_after_trouble(mirror: Mirror, trouble: Answer) -> None:
    mirror.answers = [trouble, RIGHT]
    assert fetch("set", FILE, [mirror.address]) == CONTENT
    assert len(mirror.asked) == 2


def test_goes_on_to_the_next_mirror(mirror: Mirror) -> None:
    assert fetch("set", FILE, ["http://127.0.0.1:1/", mirror.address]) == CONTENT


@pytest.mark.parametrize(
    ("trouble", "reason"),
    [
        (WRONG, "10,240 bytes with a wrong SHA-256"),
        (CUT_OFF, "IncompleteRead|100 bytes with a wrong SHA-256"),
        (ABSENT, "404"),
        (ENDLESS, "10,241 bytes with a wrong SHA-256"),
    ],
)
def test_gives_up_and_says_what_to_put_where(mirror: Mirror, trouble: Answer, reason: str) -> None:
    mirror.answers = [trouble]
    with pytest.raises(DataError, match=reason) as caught:
        fetch("set", FILE, [mirror.address])
    assert len(mirror.asked) == remote.ATTEMPTS
    assert f"{mirror.address}data.gz" in str(caught.value.repair)
    assert str(cached()) in str(caught.value.repair)
    assert "PELLUCID_DATA" in str(caught.value.repair)
    assert not cached().exists()


def test_no_network() -> None:
    with pytest.raises(DataError, match=r"data\.gz of set could not be downloaded.*refused"):
        fetch("set", FILE, ["http://127.0.0.1:1/"])


def test_damaged_cache_is_fetched_anew(mirror: Mirror) -> None:
    cached().parent.mkdir(parents=True)
    cached().write_bytes(CONTENT[:50])
    assert fetch("set", FILE, [mirror.address]) == CONTENT
    assert cached().read_bytes() == CONTENT


def test_local_copy_goes_first(mirror: Mirror, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("PELLUCID_DATA", str(tmp_path / "copy"))
    assert fetch("set", FILE, [mirror.address]) == CONTENT
    assert len(mirror.asked) == 1
    local = tmp_path / "copy" / "set" / "data.gz"
    local.parent.mkdir(parents=True)
    local.write_bytes(CONTENT)
    cached().unlink()
    assert fetch("set", FILE, [mirror.address]) == CONTENT
    assert len(mirror.asked) == 1
    assert not cached().exists()


def test_damaged_local_copy_is_named(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("PELLUCID_DATA", str(tmp_path))
    local = tmp_path / "set" / "data.gz"
    local.parent.mkdir()
    local.write_bytes(CONTENT[:-1])
    with pytest.raises(DataError, match="10,239 bytes and another SHA-256") as caught:
        fetch("set", FILE, ["http://127.0.0.1:1/"])
    assert str(local) in str(caught.value.repair)


def test_folder_that_cannot_be_written(mirror: Mirror, tmp_path, monkeypatch) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("PELLUCID_HOME", str(tmp_path / "file"))
    with pytest.raises(DataError, match="cannot be kept") as caught:
        fetch("set", FILE, [mirror.address])
    assert "PELLUCID_HOME" in str(caught.value.repair)


def test_a_failed_write_leaves_nothing_behind(mirror: Mirror, monkeypatch) -> None:
    def full_disk(source: str, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(remote.os, "replace", full_disk)
    with pytest.raises(DataError, match="No space left"):
        fetch("set", FILE, [mirror.address])
    assert list(cached().parent.iterdir()) == []


@pytest.mark.parametrize(
    ("platform", "variables", "expected"),
    [
        ("linux", {"XDG_CACHE_HOME": "/cache"}, "/cache/pellucid/datasets"),
        ("linux", {"HOME": "/home/ada"}, "/home/ada/.cache/pellucid/datasets"),
        ("darwin", {"HOME": "/Users/ada"}, "/Users/ada/Library/Caches/pellucid/datasets"),
        ("win32", {"LOCALAPPDATA": "/local"}, "/local/pellucid/datasets"),
        ("linux", {"PELLUCID_HOME": "/own"}, "/own/datasets"),
    ],
)
def test_cache_folder_of_each_platform(
    monkeypatch, platform: str, variables: dict, expected: str
) -> None:
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA", "PELLUCID_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "platform", platform)
    assert cache_folder().as_posix() == expected

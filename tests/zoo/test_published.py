"""Published files: local copies, caches and downloads, by a server that this test starts."""

from __future__ import annotations

import hashlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from pellucid.zoo.published import fetch_file

CONTENT = b"weights" * 1000
MD5 = hashlib.md5(CONTENT, usedforsecurity=False).hexdigest()
SHA = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def server():
    """Serve one file, and count how often it is asked for."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(200 if self.path == "/net.h5" else 404)
            self.end_headers()
            if self.path == "/net.h5":
                self.wfile.write(CONTENT)

        def log_message(self, format, *arguments):  # noqa: A002 (the base class names it so)
            pass

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{running.server_port}/", asked
    running.shutdown()
    running.server_close()


@pytest.fixture(autouse=True)
def own_folders(tmp_path, monkeypatch):
    """Read nothing of the user's own, and keep nothing."""
    monkeypatch.delenv("PELLUCID_DATA", raising=False)
    monkeypatch.setenv("PELLUCID_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))


@pytest.mark.parametrize("digest", [MD5, SHA, None])
def test_a_file_is_downloaded_once(server, digest):
    address, asked = server
    for _ in range(2):
        assert fetch_file("net.h5", f"{address}net.h5", digest).read_bytes() == CONTENT
    assert asked == ["/net.h5"]


def test_a_wrong_sum_leaves_nothing(server, tmp_path):
    address, _ = server
    with pytest.raises(ValueError, match="could not be downloaded") as caught:
        fetch_file("net.h5", f"{address}net.h5", "0" * 32)
    assert "PELLUCID_DATA" in caught.value.repair
    assert "weights=None" in caught.value.repair
    assert not list((tmp_path / "home").rglob("*.h5*"))


def test_a_missing_address_is_said(server):
    address, _ = server
    with pytest.raises(ValueError, match="404"):
        fetch_file("other.h5", f"{address}other.h5", MD5)


def test_what_keras_downloaded_is_used(server, tmp_path):
    address, asked = server
    (tmp_path / "keras" / "models").mkdir(parents=True)
    (tmp_path / "keras" / "models" / "net.h5").write_bytes(CONTENT)
    assert fetch_file("net.h5", f"{address}net.h5", MD5).read_bytes() == CONTENT
    assert not asked


def test_a_local_copy_comes_first_and_must_be_right(server, tmp_path, monkeypatch):
    address, asked = server
    folder = tmp_path / "data" / "applications"
    folder.mkdir(parents=True)
    (folder / "net.h5").write_bytes(CONTENT)
    monkeypatch.setenv("PELLUCID_DATA", str(tmp_path / "data"))
    assert fetch_file("net.h5", f"{address}net.h5", MD5).parent == folder
    (folder / "net.h5").write_bytes(b"other")
    with pytest.raises(ValueError, match="damaged or another file"):
        fetch_file("net.h5", f"{address}net.h5", MD5)
    assert not asked

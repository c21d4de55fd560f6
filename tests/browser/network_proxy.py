"""A TCP proxy between browser and server that a test can slow down, disconnect and reconnect."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from urllib.parse import urlsplit

_CHUNK_SIZE = 16 * 1024


class NetworkProxy:
    """Forwards a port of its own to a server, with an optional delay per chunk."""

    def __init__(self, origin: str) -> None:
        self._server = ("127.0.0.1", urlsplit(origin).port or 80)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.origin = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.seconds_per_chunk = 0.0
        self._is_cut = threading.Event()
        self._open: set[socket.socket] = set()
        threading.Thread(target=self._accept, daemon=True).start()

    def disconnect(self) -> None:
        """Break all connections and refuse new ones."""
        self._is_cut.set()
        for connection in list(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def reconnect(self) -> None:
        self._is_cut.clear()

    def close(self) -> None:
        self.disconnect()
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            if self._is_cut.is_set():
                near.close()
                continue
            far = socket.create_connection(self._server)
            self._open |= {near, far}
            for source, target in ((near, far), (far, near)):
                threading.Thread(target=self._pass_on, args=(source, target), daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        wait = threading.Event()
        with contextlib.suppress(OSError):
            while piece := source.recv(_CHUNK_SIZE):
                if self.seconds_per_chunk:
                    wait.wait(self.seconds_per_chunk)
                target.sendall(piece)
        for connection in (source, target):
            self._open.discard(connection)
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()


@contextlib.contextmanager
def start_proxy(origin: str) -> Iterator[NetworkProxy]:
    proxy = NetworkProxy(origin)
    try:
        yield proxy
    finally:
        proxy.close()

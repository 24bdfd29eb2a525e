"""A hub on this machine that speaks as much of the hub's protocol as a download needs, and weights to lie in it."""

import contextlib
import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import timm
import torch
from safetensors.torch import save_file

ARCHITECTURE = "test_resnet"  # timm's smallest of its kind, half a million weights
CLOSED = "http://127.0.0.1:9"  # nobody listens there


def save_random(path: Path, architecture: str = ARCHITECTURE) -> dict[str, torch.Tensor]:
    """A random initialisation in place of trained weights, as timm's hub holds them."""
    torch.manual_seed(0)
    tensors = timm.create_model(architecture, pretrained=False).state_dict()
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(tensors, path)
    return tensors


@contextlib.contextmanager
def serve(folder: Path) -> Iterator[str]:
    """The address of a hub whose files are folder/OWNER/NAME/FILE."""

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self._answer(with_content=False)

        def do_GET(self) -> None:
            self._answer(with_content=True)

        def _answer(self, with_content: bool) -> None:
            repository, _, file = self.path.strip("/").partition("/resolve/main/")
            path = folder / repository / file
            found = bool(file) and path.is_file()
            content = path.read_bytes() if found else b""
            self.send_response(200 if found or self.path == "/" else 404)
            if found:
                self.send_header("ETag", f'"{hashlib.sha256(content).hexdigest()}"')
                self.send_header("X-Repo-Commit", "0" * 40)
            else:
                self.send_header("X-Error-Code", "EntryNotFound")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if with_content:
                self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def environment(folder: Path, endpoint: str = CLOSED) -> dict[str, str]:
    """Variables under which the libraries ask that hub and no other, and keep what they download below `folder`."""
    proxies = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), CLOSED)
    kept = {"HF_HOME": str(folder / "hub"), "TORCH_HOME": str(folder / "torch")}
    return proxies | kept | {"HF_ENDPOINT": endpoint, "no_proxy": "127.0.0.1", "NO_PROXY": "127.0.0.1"}

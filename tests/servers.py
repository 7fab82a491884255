"""Real web servers for the tests, as plain processes on loopback. `python tests/servers.py` installs what it can."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

PLACES = os.pathsep.join(
    (os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin", "/opt/homebrew/bin", str(Path(sys.executable).parent))
)
NGINX = """
daemon off; master_process off; pid {own}/pid; error_log {own}/errors;
events {{}}
http {{
    access_log off; default_type application/octet-stream; include mime.types;
    client_body_temp_path {own}/body; proxy_temp_path {own}/proxy; fastcgi_temp_path {own}/fastcgi; uwsgi_temp_path {own}/uwsgi; scgi_temp_path {own}/scgi;
    {outer}
    server {{ listen 127.0.0.1:{port}; root {root}; {inner} }}
}}
"""
CADDY = """
{{
    admin off
    auto_https off
    persist_config off
}}
http://:{port} {{
    bind 127.0.0.1
    root * {root}
    file_server
    {inner}
}}
"""


def find(name: str) -> str | None:
    """The path of a server's program."""
    return shutil.which(name, path=PLACES)


def install() -> None:
    """What is missing, where this user may install it."""
    if not find("isso"):  # with a C compiler
        own = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--constraint", "constraints.txt"]
        subprocess.run([*own, "--editable", ".[isso]"], cwd=Path(__file__).parent.parent, stdin=subprocess.DEVNULL)
    if not find("nginx"):
        _install_nginx()


def _install_nginx() -> None:
    """The system's. Its service is neither needed nor wanted."""
    root = [] if os.geteuid() == 0 else ["sudo", "--non-interactive"]
    quiet = {"timeout": 300, "stdin": subprocess.DEVNULL, "env": {**os.environ, "RUNLEVEL": "1", "DEBIAN_FRONTEND": "noninteractive"}}
    if shutil.which("apt-get") and (not root or shutil.which("sudo")):
        with contextlib.suppress(subprocess.TimeoutExpired):
            for command in (["update"], ["install", "--yes", "--no-install-recommends", "nginx-light"]):
                if subprocess.run([*root, "apt-get", "--quiet", *command], **quiet).returncode:
                    return


@contextlib.contextmanager
def serving(kind: str, told: str, root: Path, own: Path) -> Iterator[str]:
    """A server that shows a folder, with what `explainer headers` says of it in its configuration; gives its address."""
    own.mkdir(parents=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = find(kind)
    assert program
    if kind == "nginx":
        outer, _, inner = told.partition("\n\n")
        shutil.copy(next(path for path in _types() if path.is_file()), own / "mime.types")
        text, command = NGINX.format(own=own, outer=outer, port=port, root=root, inner=inner), [program, "-p", str(own), "-c"]
    else:
        text, command = CADDY.format(port=port, root=root, inner=told), [program, "run", "--adapter", "caddyfile", "--config"]
    (own / "conf").write_text(text)
    with (own / "said").open("w") as said:
        home = {**os.environ, "HOME": str(own), "XDG_DATA_HOME": str(own), "XDG_CONFIG_HOME": str(own)}
        process = subprocess.Popen([*command, str(own / "conf")], stdin=subprocess.DEVNULL, stdout=said, stderr=said, env=home)
    try:
        _wait(process, port, own)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=10)


def _types() -> Iterator[Path]:
    yield from (Path("/etc/nginx/mime.types"), Path("/usr/local/etc/nginx/mime.types"), Path("/opt/homebrew/etc/nginx/mime.types"))


def _wait(process: subprocess.Popen[bytes], port: int, own: Path) -> None:
    for _ in range(400):
        assert process.poll() is None, (own / "said").read_text() + ((own / "errors").read_text() if (own / "errors").exists() else "")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.025)
    raise AssertionError((own / "said").read_text())


if __name__ == "__main__":
    install()
    for name in ("nginx", "isso"):
        sys.stdout.write(f"{name}: {find(name) or 'not found, and not installed: its tests are skipped'}\n")

"""The verdict of nginx itself on the reverse proxy that operators copy, and what comes through it."""

import os
import shutil
import socket
import ssl
import subprocess
import time
import urllib.request

import pytest

from tests.support.schedule_files import FOLDER

NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
_OTHER_FILES = """
pid {folder}/pid;
error_log {folder}/errors;
events {{}}
http {{
    client_body_temp_path {folder}/bodies;
    proxy_temp_path {folder}/answers;
    fastcgi_temp_path {folder}/none1;
    uwsgi_temp_path {folder}/none2;
    scgi_temp_path {folder}/none3;
    include {folder}/site;
}}
"""


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


@pytest.fixture
def proxied(served, tmp_path):
    """Where nginx answers for a Folkmoot, set up by the file but for ports and the place of the certificate."""
    plain, secure = free_port(), free_port()
    subject = ["-subj", "/CN=folkmoot.example", "-addext", "subjectAltName=IP:127.0.0.1"]
    files = ["-keyout", tmp_path / "key.pem", "-out", tmp_path / "fullchain.pem"]
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", *subject, *files]
    subprocess.run(make, check=True, capture_output=True)
    lines = (FOLDER / "folkmoot.nginx").read_text("utf-8").splitlines()
    text = "\n".join(line for line in lines if "[::]" not in line)
    for printed, here in (
        ("listen 80;", f"listen 127.0.0.1:{plain};"),
        ("listen 443 ssl;", f"listen 127.0.0.1:{secure} ssl;"),
        ("http://127.0.0.1:8000", served["URL"]),
        ("/etc/ssl/folkmoot", str(tmp_path)),
    ):
        assert printed in text
        text = text.replace(printed, here)
    (tmp_path / "site").write_text(text)
    (tmp_path / "conf").write_text(_OTHER_FILES.format(folder=tmp_path))
    tmp_path.chmod(0o755)
    checked = subprocess.run([NGINX, "-t", "-c", tmp_path / "conf"], check=False, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr
    nginx = subprocess.Popen([NGINX, "-c", tmp_path / "conf", "-g", "daemon off; master_process off;"])
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", secure)) == 0:
                    break
            time.sleep(0.05)
        yield f"https://127.0.0.1:{secure}", ssl.create_default_context(cafile=tmp_path / "fullchain.pem")
    finally:
        nginx.terminate()
        nginx.wait()


@pytest.mark.skipif(NGINX is None, reason="nginx is not on this machine")
def test_nginx_takes_the_file_and_brings_requests_and_answers_through(proxied, served):
    base, trust = proxied
    request = urllib.request.Request(f"{base}/v1/parties", headers={"Authorization": f"Bearer {served['KEY']}"})  # noqa: S310 - our own server
    with urllib.request.urlopen(request, context=trust) as answer:  # noqa: S310 - our own server
        assert answer.status == 200
        assert answer.headers["Request-Id"]

"""Brings the source distribution of one release: fetch_sdist.py NAME VERSION OUT.

Asks the index that pip is set to (PIP_INDEX_URL, pip's configuration, or pip's own default) by PEP 503.
"""

import html.parser
import os
import re
import ssl
import subprocess
import sys
import urllib.parse
import urllib.request


def index_url():
    if os.environ.get("PIP_INDEX_URL"):
        return os.environ["PIP_INDEX_URL"]
    asked = subprocess.run(
        [sys.executable, "-m", "pip", "config", "get", "global.index-url"],
        capture_output=True,
        text=True,
    )
    if asked.returncode == 0 and asked.stdout.strip():
        return asked.stdout.strip()
    from pip._internal.models.index import PyPI

    return PyPI.simple_url


class Links(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        if tag == "a":
            self.found.append(dict(attrs).get("href") or "")


def get(url):
    ca = os.environ.get("PIP_CERT") or os.environ.get("SSL_CERT_FILE")
    context = ssl.create_default_context(cafile=ca if ca and os.path.exists(ca) else None)
    with urllib.request.urlopen(url, timeout=60, context=context) as answer:
        return answer.read()


def normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def main():
    name, version, out = sys.argv[1:]
    page_url = index_url().rstrip("/") + "/" + normal(name) + "/"
    links = Links()
    links.feed(get(page_url).decode("utf-8", "replace"))
    for link in links.found:
        url = urllib.parse.urljoin(page_url, link)
        file = urllib.parse.unquote(urllib.parse.urlsplit(url).path.rsplit("/", 1)[-1])
        if not file.endswith(".tar.gz"):
            continue
        found_name, _, found_version = file[: -len(".tar.gz")].rpartition("-")
        if normal(found_name) == normal(name) and found_version == version:
            with open(out, "wb") as archive:
                archive.write(get(urllib.parse.urldefrag(url)[0]))
            return
    sys.exit(f"the index has no source distribution (.tar.gz) of {name} {version}")


main()

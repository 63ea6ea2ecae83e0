#!/usr/bin/env python3
"""Writes the extension for Chromium and for Firefox: `build.py FOLDER` makes FOLDER/chromium, FOLDER/firefox and a zip
of each. All that differs between the two is the manifest, so there is one source, and nothing is compiled."""

import json
import pathlib
import shutil
import sys
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
VERSION = "0.1.0"

PERMISSIONS = [
    "downloads",        # see what the browser begins to download, pause it, and take it off its list
    "nativeMessaging",  # hand it over to Windlass, the program
    "cookies",          # with the cookies of its address, or a file behind a login could not be had
    "webRequest",       # tell what was asked for with GET from what was sent with POST; nothing is held up or changed
    "contextMenus",     # download this link, this picture, all links
    "scripting",        # list the links of a page, when that is asked for in the menu, and never else
    "storage",          # the rules
]
# Cookies and requests are shown to extensions only for the addresses that are named here, and files are everywhere.
# There is no script in any page.
HOSTS = ["<all_urls>"]

SHARED = {
    "manifest_version": 3,
    "name": "Windlass",
    "version": VERSION,
    "description": "__MSG_description__",
    "default_locale": "en",
    "permissions": PERMISSIONS,
    "host_permissions": HOSTS,
    "icons": {str(size): f"icons/{size}.png" for size in (16, 32, 48, 128)},
    "action": {"default_popup": "popup.html", "default_icon": {"16": "icons/16.png", "32": "icons/32.png"}},
    "options_ui": {"page": "options.html", "open_in_tab": True},
    "commands": {
        "leave-next": {"suggested_key": {"default": "Alt+Shift+L"}, "description": "__MSG_leaveNext__"},
    },
    # Nothing is loaded from anywhere, and nothing is sent anywhere.
    "content_security_policy": {"extension_pages": "default-src 'self'"},
}

CHROMIUM = SHARED | {
    # The public half of a key, of which the id is made that the program knows.
    "key": (HERE / "key.txt").read_text().strip(),
    "minimum_chrome_version": "121",
    "background": {"service_worker": "background.js", "type": "module"},
}

FIREFOX = SHARED | {
    "background": {"scripts": ["background.js"], "type": "module"},
    "browser_specific_settings": {
        "gecko": {
            "id": "windlass@windlass.org",
            "strict_min_version": "140.0",
            "data_collection_permissions": {"required": ["none"]},
        },
    },
}


def pack(folder, archive):
    """The files of a folder in a zip that is the same each time."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(str(path.relative_to(folder)), (2026, 1, 1, 0, 0, 0))
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            packed.writestr(entry, path.read_bytes())


def build(into):
    """Both of them, in place of those that are there."""
    for name, manifest in (("chromium", CHROMIUM), ("firefox", FIREFOX)):
        folder = into / name
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(HERE / "extension", folder)
        (folder / "manifest.json").write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n")
        pack(folder, into / f"windlass-{name}.zip")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(f"usage: {sys.argv[0]} FOLDER")
    build(pathlib.Path(sys.argv[1]))

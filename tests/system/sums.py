"""What a checksum that is given makes of a download, whatever server it comes from."""

import json

from webserver import digest


def verifies(test, address, source, *arguments):
    """With the right checksum the file is there and called verified; with a wrong one there is none."""
    right = digest(source)
    wrong = ("1" if right[0] == "0" else "0") + right[1:]
    told = [get(test, address, name, f"sha-256:{sum}", code, arguments)
            for name, sum, code in [("right", right, 0), ("wrong", wrong, 1)]]
    test.assertEqual((told[0]["state"], told[0]["verified"]), ("completed", "sha-256"))
    test.assertEqual(digest(test.folder / "right"), right)
    test.assertEqual((told[1]["state"], told[1]["error"]["kind"]), ("failed", "checksum-mismatch"))
    test.assertEqual([path.name for path in test.folder.glob("wrong*") if path.suffix != ".part"], [])
    for path in [*test.folder.glob("right*"), *test.folder.glob("wrong*")]:
        path.unlink()


def get(test, address, name, sum, code, arguments):
    done = test.app.run("get", address, "-o", test.folder / name, "--checksum", sum, "--json", *arguments, code=code)
    return json.loads(done.stdout)

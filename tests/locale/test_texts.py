"""The texts of data/locale: each key that the sources name is there, in each language, with the same places for arguments."""

import pathlib
import re
import sys
import unittest

ROOT = pathlib.Path(sys.argv.pop(1))
REFERENCE = "en-US"

# "Family.Name" or "Family.Name.Detail", alone in its quotes, or alone in an element of a form.
KEY = re.compile(r'["\'>]([A-Z][A-Za-z]+(?:\.[A-Z0-9][A-Za-z0-9_]*)+)["\'<]')
SOURCES = ("src/**/*.c", "src/**/*.h", "ui/**/*.cpp", "ui/**/*.hpp", "ui/**/*.ui")


def read(path):
    """The texts of a file, and the keys that stand in it more than once."""
    texts, twice = {}, []
    for line in path.read_text("utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        match = re.fullmatch(r'([A-Za-z0-9_.]+)="(.*)"', line)
        if not match:
            raise AssertionError(f"{path.name}: {line}")
        if match[1] in texts:
            twice.append(match[1])
        texts[match[1]] = match[2]
    return texts, twice


class Texts(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        files = {path.stem: read(path) for path in (ROOT / "data/locale").glob("*.ini")}
        cls.languages = {name: texts for name, (texts, _) in files.items()}
        cls.twice = {name: twice for name, (_, twice) in files.items() if twice}
        cls.reference = cls.languages[REFERENCE]

    def test_each_key_once(self):
        self.assertEqual(self.twice, {})

    def test_all_that_the_sources_name(self):
        missing = {key for pattern in SOURCES for path in ROOT.glob(pattern)
                   for key in KEY.findall(path.read_text("utf-8")) if key not in self.reference}
        self.assertEqual(missing, set())

    def test_each_language_has_them_all(self):
        for name, texts in self.languages.items():
            self.assertEqual(texts.keys() ^ self.reference.keys(), set(), name)

    def test_arguments_are_the_same(self):
        for name, texts in self.languages.items():
            for key, text in texts.items():
                self.assertEqual(set(re.findall(r"%\d", text)), set(re.findall(r"%\d", self.reference[key])),
                                 f"{name}: {key}")

    def test_none_is_empty(self):
        for name, texts in self.languages.items():
            self.assertEqual([key for key, text in texts.items() if not text.strip()], [], name)


if __name__ == "__main__":
    unittest.main()

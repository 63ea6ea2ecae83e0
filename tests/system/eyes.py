"""Eyes for a window: its colours, and its words as a person reads them (tesseract)."""

import os
import subprocess
import typing

# Words are read in a picture that is so much larger: the letters of a window are smaller than those of books.
LARGER = 2
# A word that is read with less certainty was none.
CERTAIN = 25


class Word(typing.NamedTuple):
    """What was read, and where it stands in the window."""

    text: str
    left: float
    top: float
    right: float
    bottom: float

    @property
    def middle(self):
        return int((self.left + self.right) / 2), int((self.top + self.bottom) / 2)


class Picture:
    """What a window showed at one moment: its size, and its pixels as red, green and blue."""

    def __init__(self, width, height, data):
        self.width, self.height, self.data = width, height, data

    def rows(self):
        """Rows of (red, green, blue)."""
        row = self.width * 3
        for start in range(0, row * self.height, row):
            flat = iter(self.data[start:start + row])
            yield list(zip(flat, flat, flat))

    def words(self):
        """The words in it that are darker than what is behind them."""
        prepared = ["-colorspace", "gray", "-resize", f"{LARGER * 100}%"]
        ppm = b"P6 %d %d 255\n" % (self.width, self.height) + self.data
        grey = subprocess.run(["convert", "ppm:-", *prepared, "pgm:-"], input=ppm, capture_output=True, check=True)
        # One thread does not wait for others on a machine that has no time for them.
        read = subprocess.run(["tesseract", "-", "-", "--psm", "11", "-l", "eng", "tsv"], input=grey.stdout,
                              capture_output=True, check=True, env=os.environ | {"OMP_THREAD_LIMIT": "1"})
        lines = [line.split("\t") for line in read.stdout.decode().splitlines()[1:]]
        return [word(line) for line in lines if float(line[10]) > CERTAIN and plain(line[11])]

    def phrase(self, phrase):
        """Where these words stand one after the other, top ones first; nothing if they cannot be read."""
        return sorted(stands(plain(phrase), self.words()), key=lambda word: (word.top, word.left))


def word(line):
    """A word from a line of what tesseract says."""
    left, top, width, height = (int(number) / LARGER for number in line[6:10])
    return Word(line[11], left, top, left + width, top + height)


def plain(text):
    """Letters and digits alone: signs are read in too many ways."""
    return "".join(letter for letter in text.lower() if letter.isalnum())


def stands(wanted, words):
    """Where words that follow each other in a line are `wanted`."""
    for at, first in enumerate(words):
        # Of a path, its end.
        text, last = plain(first.text.rsplit("/", 1)[-1]), first
        for following in words[at + 1:]:
            if text == wanted or not wanted.startswith(text):
                break
            beside = following.left - last.right < 16 and abs(following.bottom - last.bottom) < 8
            if beside:
                text, last = text + plain(following.text), following
        if text == wanted:
            yield Word(text, first.left, min(first.top, last.top), last.right, max(first.bottom, last.bottom))

"""livextrem-cli irc parse against a slow and simple reading of the same rules, on real lines and on ruined ones."""

import json
import os
import random
import re
import subprocess
import time
import unittest

CLI = os.environ["LIVEXTREM_CLI"]
ESCAPES = {b":": b";", b"s": b" ", b"r": b"\r", b"n": b"\n"}
PIECES = [b" ", b":", b"@", b";", b"=", b"\\", b"s", b"\0", b"\xff", b"\xe2\x82", b"\xf0\x9f\x98\x82", b"\xed\xa0\x80",
          b"a", b"b", b"\r", b"\x01", b'"', b"\x7f", b"\xc3\xa4"]


def run(data):
    done = subprocess.run([CLI, "irc", "parse"], input=data, stdout=subprocess.PIPE, timeout=60, check=True)
    return done.stdout.decode("utf-8").split("\n")[:-1]


def text(part):
    return part.decode("utf-8", "replace")


def unescape(value):
    return re.sub(rb"\\(.?)", lambda match: ESCAPES.get(match[1], match[1]), value, flags=re.DOTALL)


def split(line):
    """None for what is no message."""
    tags = source = None
    line = line.rstrip(b"\r").lstrip(b" ")
    if line.startswith(b"@"):
        head, _, line = line[1:].partition(b" ")
        pairs = (tag.partition(b"=") for tag in head.split(b";") if tag)
        tags = {text(key): text(unescape(value)) for key, _, value in pairs}
        line = line.lstrip(b" ")
    if line.startswith(b":"):
        source, _, line = line[1:].partition(b" ")
        source, line = text(source), line.lstrip(b" ")
    if not line:
        return None
    command, _, line = line.partition(b" ")
    params = []
    while line := line.lstrip(b" "):
        if line.startswith(b":"):
            params.append(text(line[1:]))
            break
        param, _, line = line.partition(b" ")
        params.append(text(param))
    message = {"tags": tags, "source": source, "command": text(command), "params": params}
    if tags and "emotes" in tags:
        message["emotes"] = emotes(tags["emotes"], params[-1] if len(params) > 1 else "")
    return message


def emotes(value, message):
    if message.startswith("\x01ACTION "):
        message = message[8:].removesuffix("\x01")
    found = []
    for emote in value.split("/"):
        name, colon, ranges = emote.partition(":")
        if not colon or not re.fullmatch("[A-Za-z0-9_-]+", name):
            continue
        for part in ranges.split(","):
            if match := re.fullmatch("([0-9]+)-([0-9]+)", part):
                first, last = int(match[1]), min(int(match[2]), len(message) - 1)
                if first <= last and int(match[1]) <= int(match[2]):
                    found.append({"id": name, "first": first, "last": last, "text": message[first:last + 1]})
    return found


def real_lines():
    with open(os.path.join(os.environ["TEST_DATA_DIR"], "irc", "twitch.txt"), "rb") as file:
        return file.read().split(b"\n")[:-1]


def ruin(lines, chance):
    """Some line with pieces put in and taken out at random, or nothing but pieces."""
    if chance.random() < 0.4:
        return b"".join(chance.choice(PIECES) for _ in range(chance.randrange(60)))
    line = bytearray(chance.choice(lines))
    for _ in range(chance.randrange(1, 6)):
        at = chance.randrange(len(line) + 1)
        if chance.random() < 0.5:
            line[at:at] = chance.choice(PIECES)
        else:
            del line[at:at + chance.randrange(1, 9)]
    return bytes(line)


class Parse(unittest.TestCase):
    def check(self, lines, end=b"\n"):
        answers = run(b"".join(line + end for line in lines))
        self.assertEqual(len(answers), len(lines))
        for line, answer in zip(lines, answers):
            expected, found = split(line), json.loads(answer)
            if expected is None:
                self.assertEqual(list(found), ["error"], line)
            else:
                self.assertEqual(found, expected, line)

    def test_real_lines(self):
        self.check(real_lines())
        self.check(real_lines(), b"\r\n")

    def test_ruined_lines(self):
        chance = random.Random(1)
        lines = real_lines()
        self.check([ruin(lines, chance) for _ in range(20000)])

    def test_no_messages(self):
        self.check([b"", b"   ", b"@a=b", b":source", b"@a :b ", b":"])
        self.assertEqual(run(b""), [])

    def test_last_line_without_an_end(self):
        self.assertEqual(json.loads(run(b"PING :a\nPING :b")[1])["params"], ["b"])

    def test_each_tag_once_with_its_last_value(self):
        for count in (3, 47, 48, 49, 500):
            tags = b";".join(b"k%d=%d" % (i % 7, i) for i in range(count))
            pairs = json.loads(run(b"@" + tags + b" PING\n")[0], object_pairs_hook=list)
            found = dict(pairs)["tags"]
            self.assertEqual(len(found), min(count, 7))
            self.assertEqual(dict(found), {f"k{i % 7}": str(i) for i in range(count)})

    def test_time_grows_with_the_size_only(self):
        """A line of a megabyte, of each part that could tempt a parser into reading it again and again."""
        size = 1 << 20
        many = size // 4
        lines = [b"@" + b"a=1;" * many + b" PING", b"PING " + b"x " * many, b"PING " + b" " * size + b"x",
                 b"@a=" + b"\\s" * many + b" PING", b":" + b"x" * size + b" PING", b"PING :" + b"\xff" * size,
                 b"@emotes=1:" + b"0-9,9999999-1," * (many // 4) + b" PRIVMSG # :" + "ä".encode() * many]
        begin = time.monotonic()
        answers = run(b"\n".join(lines))
        self.assertEqual(len(answers), len(lines))
        for answer in answers:
            self.assertNotIn("error", json.loads(answer))
        self.assertLess(time.monotonic() - begin, 20)


if __name__ == "__main__":
    unittest.main()

"""The chat log from the command line, as somebody uses it in a shell: importing, searching, exporting, markers; and whatever is called wrong."""

import contextlib
import csv
import io
import json
import os
import pathlib
import shutil
import sqlite3
import subprocess
import tempfile
import unittest

NOW = 1790000000000  # 2026-09-21 14:13:20 UTC
MINUTE = 60000
ID_URL = "https://id.example/oauth2"


def chat_line(login, text, time_ms, number, tags=""):
    return (
        f"@badges=;color=#FF0000;display-name={login.capitalize()};emotes=;id=00000000-0000-4000-8000-{number:012};mod=0;"
        f"room-id=100;tmi-sent-ts={time_ms};user-id={int.from_bytes(login.encode()) % 100003};user-type={tags} "
        f":{login}!{login}@{login}.tmi.twitch.tv PRIVMSG #ilse :{text}"
    )


LINES = [
    chat_line("anna", "Kappa hello @Ilse", NOW, 1).replace("emotes=;", "emotes=25:0-4;"),
    chat_line("otto1", "你好吗 😂 = \"quote\", comma", NOW + MINUTE, 2),
    chat_line("ilse", "hello, I am ilse", NOW + 2 * MINUTE, 3),
    "no line of IRC at all",
    "@msg-id=raid;id=00000000-0000-4000-8000-000000000004;room-id=100;display-name=Raider;login=raider;user-id=9;"
    f"system-msg=15\\sraiders\\sfrom\\sRaider;tmi-sent-ts={NOW + 3 * MINUTE};msg-param-viewerCount=15 :tmi.twitch.tv USERNOTICE #ilse",
    "@login=otto1;room-id=;target-msg-id=00000000-0000-4000-8000-000000000002;"
    f"tmi-sent-ts={NOW + 4 * MINUTE} :tmi.twitch.tv CLEARMSG #ilse :x",
]


class ChatLog(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="livextrem-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.log = self.folder / "chat.sqlite"
        self.lines = self.folder / "lines.txt"
        self.lines.write_text("\r\n".join(LINES) + "\r\n", "utf-8")

    def call(self, *args):
        own = {"LIVEXTREM_CONFIG_DIR": str(self.folder), "LIVEXTREM_ID_URL": ID_URL, "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        environment = {**os.environ, **own}
        done = subprocess.run(
            [os.environ["LIVEXTREM_CLI"], "chat", *args], env=environment, capture_output=True, timeout=60, check=False
        )
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    def run_well(self, *args):
        status, out, err = self.call(*args)
        self.assertEqual((status, err), (0, ""), args)
        return out

    def texts(self, *args):
        return [json.loads(line)["text"] for line in self.run_well("search", "--json", *args).splitlines()]

    def fill(self):
        return json.loads(self.run_well("import", str(self.lines)))

    def database(self):
        return contextlib.closing(sqlite3.connect(self.log))

    def test_what_is_imported_is_counted_and_found(self):
        self.assertEqual(self.fill(), {"imported": 5, "known": 0, "skipped": 1})
        self.assertEqual(self.fill(), {"imported": 0, "known": 5, "skipped": 1})
        stats = json.loads(self.run_well("log", "--stats"))
        expected = {"messages": 4, "deleted": 1, "users": 4, "channels": 1, "moderation": 1, "first_ms": NOW}
        self.assertEqual({key: stats[key] for key in expected}, expected)
        self.assertEqual(stats["path"], str(self.log))

        self.assertEqual(self.texts("hello"), ["hello, I am ilse", "Kappa hello @Ilse"])
        self.assertEqual(self.texts("hello", "from:anna"), ["Kappa hello @Ilse"])
        self.assertEqual(self.texts("hello", "--limit", "1"), ["hello, I am ilse"])
        self.assertEqual(self.texts("--", "--hello"), ["", "你好吗 😂 = \"quote\", comma"])
        self.assertEqual(self.texts("好"), ["你好吗 😂 = \"quote\", comma"])
        self.assertEqual(self.texts("/h.llo$/"), [])
        self.assertEqual(self.run_well("search", "--count", "/l+o/"), "2\n")
        self.assertEqual(self.run_well("search", "is:deleted"), '2026-09-21 14:14:20 #ilse Otto1: 你好吗 😂 = "quote", comma (x)\n')
        self.assertEqual(self.run_well("search", "is:raid"), "2026-09-21 14:16:20 #ilse Raider: 15 raiders from Raider\n")
        self.assertEqual(len(self.texts()), 4)

    def test_a_mention_is_of_somebody(self):
        self.fill()
        self.assertEqual(self.texts("is:mention", "--me", "ilse"), ["Kappa hello @Ilse"])
        self.assertEqual(self.texts("is:mention", "--me", "@Ilse"), ["Kappa hello @Ilse"])
        self.assertEqual(self.texts("is:mention", "--me", "nobody"), [])
        status, out, err = self.call("search", "is:mention")
        self.assertEqual((status, out), (2, ""))
        self.assertIn("--me", err)
        # Who is signed in is known from the folder of the settings.
        (self.folder / "settings.json").write_text(json.dumps({"token_file": True, "tokens_in_file": 1}))
        record = {"client_id": "c", "user_id": "1", "login": "ilse", "token": "t", "scopes": ""}
        tokens = self.folder / "tokens.json"
        tokens.write_text(json.dumps({f"main@{ID_URL}": json.dumps(record)}))
        tokens.chmod(0o600)
        self.assertEqual(self.texts("is:mention"), ["Kappa hello @Ilse"])

    def test_all_formats_are_what_they_say(self):
        self.fill()
        text = self.run_well("export", "--format", "txt", "--deleted")
        self.assertEqual(text.splitlines()[1], '[2026-09-21T14:14:20.000Z] Otto1: 你好吗 😂 = "quote", comma (x)')
        self.assertEqual(len(self.run_well("export", "--format", "txt").splitlines()), 3)
        rows = list(csv.DictReader(io.StringIO(self.run_well("export", "--format", "csv", "--deleted"))))
        self.assertEqual(rows[1]["text"], '你好吗 😂 = "quote", comma')
        self.assertEqual([row["deleted"] for row in rows], ["0", "1", "0", "0"])
        events = [json.loads(line) for line in self.run_well("export", "--format", "jsonl").splitlines()]
        self.assertEqual([event["time_ms"] for event in events], [NOW, NOW + 2 * MINUTE, NOW + 3 * MINUTE])
        srt = self.run_well("export", "--format", "srt", "--shift-ms", "5000").split("\n\n")
        self.assertEqual(srt[1].splitlines()[1].split(" --> ")[0], "00:02:05,000")
        ass = self.run_well("export", "--format", "ass")
        self.assertEqual(ass.count("Dialogue:"), 3)
        self.assertTrue(ass.startswith("[Script Info]"))

        # What TwitchDownloader's renderers take, this takes too.
        chat = self.run_well("export", "--format", "twitchdownloader", "--deleted")
        comments = json.loads(chat)["comments"]
        self.assertEqual([comment["content_offset_seconds"] for comment in comments], [0, 60, 120, 180])
        self.assertEqual(comments[0]["message"]["fragments"][0]["emoticon"]["emoticon_id"], "25")
        file = self.folder / "chat.json"
        file.write_text(chat, "utf-8")
        other = ("--db", str(self.folder / "other.sqlite"))
        self.assertEqual(json.loads(self.run_well("import", str(file), *other)), {"imported": 4, "known": 0, "skipped": 0})
        self.assertEqual(self.run_well("search", "raiders", *other), "2026-09-21 14:16:20 #ilse Raider: 15 raiders from Raider\n")
        self.assertEqual(self.texts("has:emote", *other), ["Kappa hello @Ilse"])
        self.assertEqual(self.run_well("search", "--count", *other), self.run_well("search", "--count"))

    def make_markers(self):
        """One stream of an hour, recorded from its fifth minute on, and four markers; the last one after all of that."""
        with self.database() as database, database:
            database.execute(f"INSERT INTO stream VALUES(1, 1, 's1', {NOW}, {NOW + 60 * MINUTE}, 'Evening', 'Chess')")
            database.execute(f"INSERT INTO recording VALUES(1, {NOW + 5 * MINUTE}, {NOW + 50 * MINUTE}, 0)")
            database.execute(
                "INSERT INTO recording_span VALUES(1, 1, '/films/evening.mkv', ?, ?, 0)", (NOW + 5 * MINUTE, NOW + 50 * MINUTE)
            )
            for number, (minute, kind, count, text) in enumerate(
                [(1, "manual", 0, "begins"), (10, "peak", 40, ""), (20, "words", 7, "clip it"), (90, "manual", 0, "later")]
            ):
                database.execute(
                    "INSERT INTO marker VALUES(?, 'ilse', ?, ?, ?, ?, ?, '', 0)",
                    (number + 1, NOW + minute * MINUTE, kind, count, text, "clip" if kind == "words" else ""),
                )

    def test_markers_have_their_places(self):
        self.fill()
        self.assertEqual(self.run_well("markers"), "")
        self.make_markers()
        markers = [json.loads(line) for line in self.run_well("markers", "--json").splitlines()]
        self.assertEqual([marker["at_ms"] - NOW for marker in markers], [minute * MINUTE for minute in (1, 10, 20, 90)])
        self.assertEqual([marker["kind"] for marker in markers], ["manual", "peak", "words", "manual"])
        self.assertEqual([marker["stream_ms"] for marker in markers], [MINUTE, 10 * MINUTE, 20 * MINUTE, -1])
        self.assertEqual([marker["recording_ms"] for marker in markers], [-1, 5 * MINUTE, 15 * MINUTE, -1])
        self.assertEqual([marker["recording"] for marker in markers], ["", "/films/evening.mkv", "/films/evening.mkv", ""])
        self.assertEqual(markers[0]["label"], "begins")

        lines = self.run_well("markers").splitlines()
        self.assertEqual(lines[0], "2026-09-21 14:14:20 1:00 - begins")
        self.assertTrue(lines[1].startswith("2026-09-21 14:23:20 10:00 5:00 "), lines[1])
        self.assertEqual(lines[3], "2026-09-21 15:43:20 - - later")
        self.assertEqual(len(self.run_well("markers", "--stream", "last").splitlines()), 3)
        self.assertEqual(len(self.run_well("markers", "--recording", "/films/evening.mkv").splitlines()), 2)
        self.assertEqual(self.run_well("markers", "--channel", "somebody"), "")

        chapters = self.run_well("markers", "--youtube").splitlines()
        self.assertEqual([line.split(" ", 1)[0] for line in chapters], ["0:00", "1:00", "10:00", "20:00"])
        self.assertEqual(chapters[1], "1:00 begins")
        chapters = self.run_well("markers", "--youtube", "--recording", "/films/evening.mkv").splitlines()
        self.assertEqual([line.split(" ", 1)[0] for line in chapters], ["0:00", "5:00", "15:00"])

    def test_whatever_is_wrong_is_said(self):
        for args, words in [
            (("log", "--stats"), "There is no chat log"),
            (("search", "x"), "There is no chat log"),
            (("export", "--format", "txt"), "There is no chat log"),
            (("markers",), "There is no chat log"),
            (("import", "/not/there"), "cannot be read"),
            (("import", str(self.folder)), "cannot be read"),
        ]:
            status, out, err = self.call(*args)
            self.assertEqual((status, out), (1, ""), args)
            self.assertIn(words, err)
            self.assertEqual(err.count("\n"), 1, err)
        self.assertEqual(list(self.folder.glob("*.sqlite*")), [])

        self.fill()
        strange = self.folder / "strange.bin"
        strange.write_bytes(bytes(range(256)) * 64)
        for args, words in [
            (("import", str(strange)), "holds neither"),
            (("import", str(self.lines), "--db", "/proc/none.sqlite"), "/proc/none.sqlite"),
            (("log", "--stats", "--db", str(strange)), "is no chat log"),
            (("export", "--format", "txt", "--stream", "last"), "no stream"),
            (("export", "--format", "srt", "--recording", "/x.mkv"), "no recording"),
            (("markers", "--recording", "/x.mkv"), "no recording"),
            (("markers", "--youtube"), "no stream"),
        ]:
            status, out, err = self.call(*args)
            self.assertEqual((status, out), (1, ""), args)
            self.assertIn(words, err)
        for args in [
            ("log",),
            ("log", "--stats", "more"),
            ("search", "--limit", "0"),
            ("search", "--limit"),
            ("search", "--nonsense"),
            ("search", '"open'),
            ("search", "after:never"),
            ("export",),
            ("export", "--format", "mp3"),
            ("export", "--format", "txt", "more"),
            ("export", "--format", "srt", "--shift-ms", "soon"),
            ("markers", "--youtube", "--json"),
            ("markers", "more"),
            ("import",),
            ("import", str(self.lines), str(self.lines)),
            ("nonsense",),
        ]:
            status, out, err = self.call(*args)
            self.assertEqual((status, out), (2, ""), args)
            self.assertTrue(err.strip(), args)
        # The mark is below what is wrong, whatever stands before it.
        _, _, err = self.call("search", "好 after:never")
        self.assertEqual(err.splitlines()[2], "  ^")
        self.assertIn("chat nonsense", self.call("nonsense")[2])


if __name__ == "__main__":
    unittest.main()

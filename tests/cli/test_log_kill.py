"""The log's writer is killed in any moment, again and again, and what is left is compared with what the simulator sent.

Time in which the writer or the simulator was ready to run and got no processor, because others had it, is left out (Linux counts it),
so each death is asked for the same bound on a busy machine, too. Ten deaths each day; LIVEXTREM_KILLS=100 makes it a hundred.
"""

import contextlib
import json
import os
import pathlib
import random
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time
import unittest
import urllib.request

RATE = 500
KILLS = int(os.environ.get("LIVEXTREM_KILLS", "10"))
LOST_MS = 250  # the most that may not be in the file yet: 100 for a batch, the rest for writing it and for the way from the simulator


def of_threads(pid, name):
    """A file of /proc for each thread that a process has at the moment."""
    found = []
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(OSError):  # it has just ended
            found.append((task / name).read_text())
    return found


def waited_ms(pid):
    """How long the threads of a process were ready to run and did not."""
    return sum(int(line.split()[1]) for line in of_threads(pid, "schedstat")) / 1e6


def stop(pid):
    """Returns when none of its threads runs any more."""
    os.kill(pid, signal.SIGSTOP)
    while any(line.rpartition(")")[2].split()[0] not in "TZ" for line in of_threads(pid, "stat")):
        time.sleep(0.001)


class Simulator:
    def __enter__(self):
        self.process = subprocess.Popen(
            [os.environ["TWITCHSIM"], "--rate", str(RATE), "--steady", "--exit-with-stdin"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self.addresses = json.loads(self.process.stdout.readline())
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(30)
        self.process.stdout.close()

    def control(self, command, **parameters):
        request = urllib.request.Request(f"{self.addresses['control']}/{command}", json.dumps(parameters).encode())
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)


class LogKill(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="livextrem-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.path = self.folder / "chat.sqlite"

    def rows(self, sql):
        database = sqlite3.connect(self.path)
        try:
            return database.execute(sql).fetchall()
        finally:
            database.close()

    def live_and_die(self, simulator, environment):
        """One life of the writer: what was sent while it read, and when it died by the clock that leaves out waiting."""
        command = [os.environ["LIVEXTREM_CLI"], "chat", "watch", simulator.addresses["channel"], "--log", str(self.path)]
        writer = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        pids = (writer.pid, simulator.process.pid)
        try:
            joined = None
            end = time.monotonic() + 30
            while joined is None and time.monotonic() < end:
                links = simulator.control("state")["irc"]
                joined = next((channel["sent_before"] for link in links for channel in link["channels"]), None)
            self.assertIsNotNone(joined, "the writer does not join")
            waited = -sum(waited_ms(pid) for pid in pids)
            time.sleep(random.uniform(0.02, 0.3))
            killed_ms = time.time() * 1000
            stop(writer.pid)
            waited += sum(waited_ms(pid) for pid in pids)
        finally:
            writer.kill()
            writer.wait()
        # The simulator sees the end of the link a moment later.
        while simulator.control("state")["irc"]:
            time.sleep(0.01)
        sent = simulator.control("sent", after=joined, kind="PRIVMSG")["entries"]
        return [entry for entry in sent if entry["ms"] <= killed_ms], killed_ms - waited

    def test_each_death_takes_little_with_it(self):
        random.seed(7)
        with Simulator() as simulator:
            environment = {**os.environ, **simulator.addresses["environment"], "LIVEXTREM_TOKEN": ""}
            runs = [self.live_and_die(simulator, environment) for _ in range(KILLS)]
        self.assertEqual(self.rows("PRAGMA integrity_check"), [("ok",)])
        self.assertEqual(list(self.folder.glob("*.broken-*")), [])
        kept = {text for (text,) in self.rows("SELECT lower(hex(uuid)) FROM message")}
        lost = []
        for sent, killed_ms in runs:
            missing = [entry for entry in sent if entry["id"].replace("-", "") not in kept]
            # What is missing is the end, and nothing in front of it.
            self.assertEqual(missing, sent[len(sent) - len(missing) :])
            lost.append(max(0, killed_ms - missing[0]["ms"]) if missing else 0)
        lost.sort()
        print(f"{KILLS} deaths, {len(kept)} of {sum(len(sent) for sent, _ in runs)} messages kept, ms lost: {[round(ms) for ms in lost]}")
        self.assertLess(lost[-1], LOST_MS)


if __name__ == "__main__":
    unittest.main()

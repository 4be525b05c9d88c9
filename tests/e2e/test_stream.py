"""OBS really streams, loses the server, comes back and ends: one stream in the log, and what is said is found in it."""

import json
import os
import sqlite3
import subprocess
import time
import unittest

from driver.case import BUILD, PLUGIN, ObsTestCase
from driver.process import wait_until
from driver.rtmp import Ingest

NUMBERS = ("livextrem_stats", "numbers", {"template": "{uptime|not live}"})
# The eye of streamer mode, in the dock's first line, and where its second one begins.
EYE_RGB = (46, 184, 110)
SECOND_LINE = 104
# How far this machine's clock and its haste may put two notes of one moment apart.
NEAR_MS = 5000


@unittest.skipUnless((PLUGIN / "obs-plugins/livextrem.so").exists(), "built without the plugin")
class Stream(ObsTestCase):
    def rows(self, sql):
        database = sqlite3.connect(f"file:{self.home / 'config/chat.sqlite'}?mode=ro", uri=True)
        try:
            return database.execute(sql).fetchall()
        finally:
            database.close()

    def streams(self):
        return self.rows("SELECT twitch_id, begin_ms, end_ms FROM stream ORDER BY id")

    def wait_streams(self, wanted, what):
        return wait_until(lambda: (rows := self.streams()) and wanted(rows) and rows, 20, what)

    def shown(self, obs):
        return obs.client.vendor("get_source_text", source="numbers")["text"]

    def hides(self):
        """Whether the dock says that streamer mode is on."""
        width, _ = self.display.size
        return self.display.look().find_colour(EYE_RGB, box=(width // 2, 0, width - 1, SECOND_LINE)) is not None

    def say(self, simulator, text):
        simulator.control("chat.message", user="anna_b", text=text)
        wait_until(lambda: self.rows(f"SELECT id FROM message WHERE text = '{text}'"), 10, f"“{text}” in the log")

    def sign_in(self, simulator, environment):
        """As somebody who gave every permission, those for markers too."""
        command = [BUILD / "src/cli/livextrem-cli", "login", "--token", "--file"]
        token = simulator.tokens["broadcaster"] + "\n"
        subprocess.run(command, env={**os.environ, **environment}, input=token, text=True, capture_output=True, timeout=60, check=True)

    def start(self, obs, ingest):
        before = ingest.published
        obs.client.request("StartStream")
        wait_until(lambda: ingest.published > before and obs.client.request("GetStreamStatus")["outputActive"], 20, "OBS streams")

    def stop(self, obs):
        obs.client.request("StopStream")
        wait_until(lambda: not obs.client.request("GetStreamStatus")["outputActive"], 20, "OBS ends the stream")

    def drop_out(self, obs, simulator, ingest):
        """The server dies and comes back; OBS tries until it has it again."""
        ingest.fail()
        wait_until(lambda: obs.client.request("GetStreamStatus")["outputReconnecting"], 30, "OBS notices")
        self.say(simulator, "while it was lost")
        ingest.open()
        wait_until(lambda: ingest.published == 2 and not obs.client.request("GetStreamStatus")["outputReconnecting"], 60, "OBS is back")

    def test_a_stream_with_a_drop_out(self):
        ingest = Ingest()
        self.addCleanup(ingest.close)
        simulator = self.simulator("--rate", "0")
        simulator.control("channel", live=False)
        (self.home / "config").mkdir()
        (self.home / "config/settings.json").write_text(json.dumps({"channel": simulator.channel, "streamer_mode": 2}))
        environment = {**simulator.environment, "LIVEXTREM_CONFIG_DIR": str(self.home / "config")}
        self.sign_in(simulator, environment)
        obs = self.obs(environment=environment, sources=[NUMBERS]).wait_ready()
        self.display.fill("^OBS ")
        wait_until(lambda: obs.client.vendor("get_state")["chat"] == "online", 30, "chat is connected")
        wait_until(lambda: obs.client.vendor("get_state")["eventsub"] == "online", 30, "events arrive")
        service = {"server": ingest.url, "key": "key", "use_auth": False}
        obs.client.request("SetStreamServiceSettings", streamServiceType="rtmp_custom", streamServiceSettings=service)
        self.say(simulator, "before it")
        wait_until(lambda: self.shown(obs) == "not live", 20, "no uptime yet")

        self.assertFalse(self.hides())

        # OBS knows first and tells at once, Twitch a while later: then the stream has a name, too.
        self.start(obs, ingest)
        began_ms = time.time() * 1000
        ((_, begin_ms, _),) = self.wait_streams(lambda rows: rows[-1][2] is None, "the stream in the log")
        self.assertAlmostEqual(begin_ms, began_ms, delta=NEAR_MS)
        wait_until(lambda: self.shown(obs) != "not live", 20, "the time it lasts, on program")
        wait_until(self.hides, 10, "streamer mode is on")
        simulator.control("channel", live=True)
        self.wait_streams(lambda rows: len(rows) == 1 and rows[0][0], "its name at Twitch")
        self.say(simulator, "in the stream")
        obs.client.vendor("add_marker", text="here")

        self.drop_out(obs, simulator, ingest)
        sent = ingest.bytes
        wait_until(lambda: ingest.bytes > sent, 20, "pictures arrive again")
        self.say(simulator, "after it")
        self.assertEqual([end for _, _, end in self.streams()], [None])

        self.stop(obs)
        ended_ms = time.time() * 1000
        # Twitch says so as well: what it answered a moment before may still be on its way, and tell of a stream.
        simulator.control("channel", live=False)
        wait_until(lambda: self.shown(obs) == "not live", 30, "no uptime any more")
        ((_, begin_ms, end_ms),) = self.wait_streams(lambda rows: rows[0][2], "its end in the log")
        self.assertAlmostEqual(end_ms, ended_ms, delta=2 * NEAR_MS)
        wait_until(lambda: not self.hides(), 10, "streamer mode is off")

        # Where each thing is in the stream.
        said = dict(self.rows("SELECT text, id / 64 FROM message"))
        self.assertLess(said["before it"], begin_ms + NEAR_MS)
        for text in ("in the stream", "while it was lost", "after it"):
            self.assertTrue(begin_ms <= said[text] <= end_ms, f"{text}: {said[text]} is not in {begin_ms} … {end_ms}")
        ((stream_ms,),) = self.rows("SELECT stream_ms FROM marker_place WHERE text = 'here'")
        self.assertAlmostEqual(stream_ms, said["in the stream"] - begin_ms, delta=NEAR_MS)
        (marker,) = simulator.wait_received(1, kind="http", method="POST", path="/streams/markers")
        self.assertEqual(marker["status"], 200)
        self.assertEqual(json.loads(marker["body"])["description"], "here")

        # Who begins again within minutes, goes on with the same stream.
        self.start(obs, ingest)
        self.wait_streams(lambda rows: rows[0][2] is None, "the same stream")
        self.stop(obs)
        self.wait_streams(lambda rows: len(rows) == 1 and rows[0][2], "its end")
        # OBS 30 loses one allocation for each time that it connects anew.
        self.end_obs(obs, its_own_leaks=1)


if __name__ == "__main__":
    unittest.main()

"""Real OBS: markers by hotkey, by script and by chat, at their place in the recording, as chapters in it, with subtitles beside it."""

import json
import pathlib
import shutil
import sqlite3
import time
import unittest

from driver.case import PLUGIN, SANITIZED, ObsTestCase
from driver.matroska import frames
from driver.process import wait_until

# OBS's own figure is what is written already: what is seen at that moment comes later in the file, by what encoders hold back,
# which can be seconds on a busy machine. How exact places are is shown in test_chat_log.py, by the film itself.
LATER_MS = 10000 if SANITIZED else 5000
EARLIER_MS = 500

PROFILE = (
    "[AdvOut]\nRecType=Standard\nRecFilePath={videos}\nRecFormat2=hybrid_mp4\nRecEncoder=obs_x264\nRecTracks=1\n"
    "RecSplitFile=true\nRecSplitFileType=Manual\n"
)
ENCODER = {"rate_control": "CRF", "crf": 28, "keyint_sec": 1, "x264opts": "bframes=0"}


@unittest.skipUnless((PLUGIN / "obs-plugins/livextrem.so").exists(), "built without the plugin")
class Markers(ObsTestCase):
    @property
    def path(self):
        return self.home / "config/chat.sqlite"

    def rows(self, sql):
        database = sqlite3.connect(f"file:{self.path}?mode=ro", uri=True)
        try:
            return database.execute(sql).fetchall()
        finally:
            database.close()

    def recorded(self, obs):
        return obs.client.request("GetRecordStatus")["outputDuration"]

    def wait_recorded(self, obs, more_ms):
        at = self.recorded(obs)
        wait_until(lambda: self.recorded(obs) > at + more_ms, 20, "it is being recorded")

    def wait_markers(self, count):
        wait_until(lambda: len(self.rows("SELECT id FROM marker")) == count, 10, f"{count} markers in the log")

    def test_markers_are_in_the_log_and_in_the_file(self):
        simulator = self.simulator("--rate", "0")
        (self.home / "config").mkdir()
        settings = {"channel": simulator.channel, "subtitles": True, "marker_lead": 1}
        (self.home / "config/settings.json").write_text(json.dumps(settings))
        environment = {**simulator.environment, "LIVEXTREM_CONFIG_DIR": str(self.home / "config")}
        obs = self.obs(environment=environment, profile=PROFILE, record_encoder=ENCODER).wait_ready()
        wait_until(lambda: obs.client.vendor("get_state")["chat"] == "online", 20, "chat connected")

        obs.client.request("StartRecord")
        self.wait_recorded(obs, 1500)
        obs.client.request("TriggerHotkeyByName", hotkeyName="livextrem.marker")
        at_key = self.recorded(obs)
        self.wait_markers(1)
        obs.client.request("PauseRecord")
        time.sleep(1)
        self.assertTrue(obs.client.vendor("add_marker", text="while it is paused")["ok"])
        time.sleep(1)
        obs.client.request("ResumeRecord")
        self.wait_recorded(obs, 1500)
        answer = obs.client.vendor("add_marker", text="Boss down")
        at_script = self.recorded(obs)
        self.assertTrue(answer["ok"])
        self.wait_markers(3)
        self.wait_recorded(obs, 2500)  # the next file begins with what the encoder still holds
        obs.client.request("SplitRecordFile")
        wait_until(lambda: len(self.rows("SELECT DISTINCT path FROM recording_span")) == 2, 20, "the next file")
        self.wait_recorded(obs, 1500)
        for user in ("anna_b", "ben_c", "carl_d"):
            simulator.control("chat.message", user=user, text="clip it please")
        event = obs.client.wait_event(
            lambda e: e["eventData"].get("eventType") == "marker" and e["eventData"]["eventData"]["kind"] == "words"
        )
        self.assertEqual(event["eventData"]["eventData"]["word"], "clip it")
        self.wait_markers(4)
        self.wait_recorded(obs, 500)
        obs.client.request("StopRecord")
        wait_until(lambda: self.rows("SELECT 1 FROM recording WHERE end_ms IS NOT NULL"), 20, "the end of the recording")

        placed = self.rows("SELECT kind, text, path, file_ms FROM marker_place ORDER BY at_ms")
        self.assertEqual([kind for kind, *_ in placed], ["manual", "manual", "manual", "words"])
        (_, _, first_file, key_ms), (_, _, no_file, _), (_, name, script_file, script_ms), (_, _, next_file, clip_ms) = placed
        self.assertIsNone(no_file)
        self.assertEqual(name, "Boss down")
        self.assertEqual(first_file, script_file)
        self.assertNotEqual(first_file, next_file)
        for place_ms, written_ms in ((key_ms, at_key), (script_ms, at_script)):
            self.assertTrue(written_ms - EARLIER_MS <= place_ms <= written_ms + LATER_MS, (place_ms, written_ms))
        self.assertTrue(0 <= clip_ms <= 1500 + LATER_MS, clip_ms)
        # Chapters are written by people only, unless the user wants more; the film itself holds them.
        film = pathlib.Path(first_file).read_bytes()
        self.assertIn(b"Boss down", film)
        self.assertNotIn(b"while it is paused", film)
        self.assertNotIn(b"clip it", pathlib.Path(next_file).read_bytes())
        self.assertEqual(simulator.received(path="/streams/markers"), [])

        subtitles = pathlib.Path(next_file).with_suffix(".srt")
        wait_until(subtitles.exists, 15, "subtitles beside the recording")
        self.assertIn("clip it please", subtitles.read_text(encoding="utf-8"))
        wait_until(subtitles.with_suffix(".ass").exists, 15, "subtitles with colours")
        self.end_obs(obs)

    def test_a_crash_in_a_recording(self):
        """OBS is killed while it records: the next start knows how long the film is, and makes up for its subtitles."""
        simulator = self.simulator("--rate", "0")
        (self.home / "config").mkdir()
        (self.home / "config/settings.json").write_text(json.dumps({"channel": simulator.channel, "subtitles": True}))
        environment = {**simulator.environment, "LIVEXTREM_CONFIG_DIR": str(self.home / "config")}
        obs = self.obs(environment=environment).wait_ready()
        wait_until(lambda: obs.client.vendor("get_state")["chat"] == "online", 20, "chat connected")
        obs.client.request("StartRecord")
        self.wait_recorded(obs, 1000)
        simulator.control("chat.message", user="anna_b", text="before the crash")
        wait_until(lambda: self.rows("SELECT 1 FROM message WHERE text = 'before the crash'"), 10, "it is in the log")
        # Nobody says anything any more, but the film goes on.
        self.wait_recorded(obs, 3000)
        obs.kill()
        ((begin_ms, nothing, film),) = self.rows("SELECT begin_ms, end_ms, path FROM recording_span")
        self.assertIsNone(nothing)
        film = pathlib.Path(film)
        self.assertFalse(film.with_suffix(".srt").exists())

        # Else OBS asks whether it shall start without plugins; 30 and 32 notice it by different files.
        (obs.settings.folder / "safe_mode").unlink(missing_ok=True)
        shutil.rmtree(obs.settings.folder / ".sentinel", ignore_errors=True)
        obs = self.obs(environment=environment).wait_ready()
        for suffix in (".srt", ".ass"):
            wait_until(film.with_suffix(suffix).exists, 30, f"{suffix} beside the film")
        self.assertIn("before the crash", film.with_suffix(".srt").read_text(encoding="utf-8"))
        ((end_ms, recording_end_ms),) = self.rows("SELECT s.end_ms, r.end_ms FROM recording_span s JOIN recording r")
        self.assertEqual(end_ms, recording_end_ms)
        length_ms = frames(film)[-1][0]
        self.assertAlmostEqual(end_ms - begin_ms, length_ms, delta=LATER_MS)
        self.assertGreater(end_ms - begin_ms, 4000)
        self.end_obs(obs)


if __name__ == "__main__":
    unittest.main()

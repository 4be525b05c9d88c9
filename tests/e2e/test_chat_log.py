"""Real OBS writes the chat into its log, knows where in a recording each message was, and leaves nothing out at the end."""

import json
import sqlite3
import time
import unittest

from driver.case import PLUGIN, SANITIZED, ObsTestCase
from driver.dock import TARGET_COLOUR, TARGET_RGB, click_ban
from driver.matroska import flashes
from driver.process import wait_until

# Milliseconds by which a place in the recording may be off: a frame or two for OBS, some more for the request and a busy machine.
EXACT_MS = 3000 if SANITIZED else 300

# As people have it who record while a replay buffer runs, with frequent keyframes. See driver/matroska.py for the rest.
PROFILE = (
    "[AdvOut]\nRecType=Standard\nRecFilePath={videos}\nRecFormat2=mkv\nRecEncoder=obs_x264\nRecTracks=1\n"
    "RecSplitFile=true\nRecSplitFileType=Manual\nRecRB=true\nRecRBTime=10\nRecRBSize=64\n"
)
ENCODER = {"rate_control": "CRF", "crf": 23, "keyint_sec": 2, "x264opts": "bframes=0"}
FLASH = ("text_ft2_source_v2", "flash", {"text": "Something new to be seen\n" * 8, "font": {"face": "DejaVu Sans", "size": 64}})


@unittest.skipUnless((PLUGIN / "obs-plugins/livextrem.so").exists(), "built without the plugin")
class ChatLog(ObsTestCase):
    @property
    def path(self):
        return self.home / "config/chat.sqlite"

    def obs_in_chat(self, simulator, **keywords):
        environment = {**simulator.environment, "LIVEXTREM_CONFIG_DIR": str(self.home / "config")}
        obs = self.obs(environment=environment, **keywords).wait_ready()
        obs.client.vendor("connect", channel=simulator.channel)
        wait_until(lambda: obs.client.vendor("get_state")["chat"] == "online", 20, "chat connected")
        return obs

    def rows(self, sql):
        database = sqlite3.connect(f"file:{self.path}?mode=ro", uri=True)
        try:
            return database.execute(sql).fetchall()
        finally:
            database.close()

    def say(self, simulator, text):
        simulator.control("chat.message", user="anna_b", text=text)

    def wait_text(self, text):
        wait_until(lambda: self.rows(f"SELECT id FROM message WHERE text = '{text}'"), 10, f"“{text}” in the log")

    def show(self, obs, visible):
        item = obs.client.request("GetSceneItemId", sceneName="Scene", sourceName="flash")["sceneItemId"]
        obs.client.request("SetSceneItemEnabled", sceneName="Scene", sceneItemId=item, sceneItemEnabled=visible)

    def flash(self, obs, simulator, text):
        """Something is to be seen for a moment, and somebody says so."""
        self.show(obs, True)
        self.say(simulator, text)
        self.wait_text(text)
        self.show(obs, False)

    def wait_recorded(self, obs, more_ms=0):
        """Waits until the file is longer than it is now."""
        at = obs.client.request("GetRecordStatus")["outputDuration"]
        wait_until(lambda: obs.client.request("GetRecordStatus")["outputDuration"] > at + more_ms, 20, "it is being recorded")

    def stop_record(self, obs, ended):
        obs.client.request("StopRecord")
        wait_until(lambda: self.rows("SELECT count(*) FROM recording WHERE end_ms IS NOT NULL") == [(ended,)], 20, "its end")

    def test_messages_are_found_in_the_recording(self):
        """What is said about something is found where it is seen: through a pause, a split, and an encoder that ran before."""
        simulator = self.simulator("--rate", "0")
        obs = self.obs_in_chat(simulator, sources=[FLASH], profile=PROFILE, record_encoder=ENCODER)
        self.show(obs, False)
        obs.client.request("StartRecord")
        self.wait_recorded(obs, 1000)
        self.flash(obs, simulator, "first")
        self.wait_recorded(obs, 1000)
        obs.client.request("PauseRecord")
        time.sleep(1)
        self.say(simulator, "while it is paused")
        self.wait_text("while it is paused")
        obs.client.request("ResumeRecord")
        self.wait_recorded(obs, 500)
        self.flash(obs, simulator, "after the pause")
        self.wait_recorded(obs, 1000)
        obs.client.request("SplitRecordFile")
        wait_until(lambda: len(self.rows("SELECT DISTINCT path FROM recording_span")) == 2, 20, "the next file")
        self.wait_recorded(obs, 500)
        self.flash(obs, simulator, "in the next file")
        self.wait_recorded(obs, 1000)
        self.stop_record(obs, 1)

        obs.client.request("StartReplayBuffer")
        wait_until(lambda: obs.client.request("GetReplayBufferStatus")["outputActive"], 20, "the replay buffer")
        time.sleep(1.3)  # not with a keyframe
        obs.client.request("StartRecord")
        self.wait_recorded(obs, 2500)
        self.flash(obs, simulator, "with a replay buffer")
        self.wait_recorded(obs, 1000)
        self.stop_record(obs, 2)
        # OBS 30 itself, without any plugin, may crash when it ends while the replay buffer runs.
        obs.client.request("StopReplayBuffer")
        wait_until(lambda: not obs.client.request("GetReplayBufferStatus")["outputActive"], 20, "the replay buffer's end")
        self.end_obs(obs)

        spans = self.rows(
            "SELECT path, s.begin_ms - skew_ms, s.end_ms - skew_ms, position_ms FROM recording_span s"
            " JOIN recording r ON r.id = s.recording ORDER BY s.id"
        )
        self.assertEqual(len({path for path, *_ in spans}), 3)

        def places(text):
            ((at,),) = self.rows(f"SELECT id / 64 FROM message WHERE text = '{text}'")
            return [(path, position + at - begin) for path, begin, end, position in spans if begin <= at < end]

        self.assertEqual(places("while it is paused"), [])
        told = {}
        for text in ("first", "after the pause", "in the next file", "with a replay buffer"):
            ((path, position),) = places(text)
            told.setdefault(path, []).append(position)
        for path, positions in told.items():
            seen = flashes(path)
            self.assertEqual(len(positions), len(seen), f"{positions} told, {seen} seen in {path}")
            for position, moment in zip(positions, seen):
                self.assertAlmostEqual(position, moment, delta=EXACT_MS, msg=f"{positions} told, {seen} seen in {path}, {spans}")
        self.assertEqual(self.rows("SELECT name FROM scene_span WHERE end_ms IS NOT NULL LIMIT 1"), [("Scene",)])

    def test_the_last_words_before_the_end_are_kept(self):
        simulator = self.simulator("--rate", "300")
        obs = self.obs_in_chat(simulator)
        wait_until(lambda: obs.client.vendor("get_stats")["messages"] > 1000, 30, "a thousand messages")
        seen = obs.client.vendor("get_stats")["messages"]
        self.end_obs(obs)
        ((kept,),) = self.rows("SELECT count(*) FROM message WHERE flags & 1024 = 0")
        self.assertGreaterEqual(kept, seen)
        self.assertEqual(self.rows("SELECT count(*) FROM gap WHERE lost > 0"), [(0,)])
        self.assertEqual(self.rows("PRAGMA integrity_check"), [("ok",)])

    def moved(self, name):
        """The box of the name with TARGET_COLOUR, when it is elsewhere and stands still."""
        found = self.display.look().find_colour(TARGET_RGB)
        time.sleep(0.3)
        return found if found and found[1] != name[1] and found == self.display.look().find_colour(TARGET_RGB) else None

    def test_a_hit_is_acted_on(self):
        """What is typed into the dock is found; one click bans who wrote it, another shows what was said around it."""
        simulator = self.simulator("--rate", "0")
        obs = self.obs_on(simulator)
        user = simulator.control("user", login="mallory_42", name="Mallory_42", color=TARGET_COLOUR)
        for text in ["hay"] * 8:
            self.say(simulator, text)
        simulator.control("chat.message", user="mallory_42", text="a needle, buy it")
        for text in ["more hay"] * 8:
            self.say(simulator, text)
        look = self.display.look
        in_chat = wait_until(lambda: look().find_colour(TARGET_RGB), 10, "the line in the chat")

        self.display.click(in_chat[2] + 10, (in_chat[1] + in_chat[3]) // 2)
        self.display.key("ctrl+2")
        everything = wait_until(lambda: self.moved(in_chat), 10, "the line in the log")
        self.display.type("needle")
        # The only hit: what was written later no longer stands above it.
        in_log = wait_until(lambda: self.moved(everything), 10, "the hit alone")
        self.assertLess(in_log[1], everything[1])
        width, height = self.display.size
        dock = (width // 2, 0, width - 1, height - 1)
        click_ban(self.display, dock)
        bans = {"kind": "http", "method": "POST", "path": "/moderation/bans"}
        request = simulator.wait_received(1, **bans)[0]
        self.assertEqual(json.loads(request["body"])["data"]["user_id"], user["id"])
        obs.client.wait_event(lambda event: event["eventData"].get("eventType") == "user_banned")

        # Struck out by now, the words stand where they were; the lines around them come in their place.
        before = look()
        around = (dock[0], in_log[3] + 40, width - 1, in_log[3] + 200)
        self.display.click(in_log[2] + 10, (in_log[1] + in_log[3]) // 2)
        wait_until(lambda: before.difference(look(), around), 10, "the lines around it")
        self.display.key("Escape")
        wait_until(lambda: not before.difference(look(), around), 10, "the hit alone again")
        self.assertEqual(len(simulator.received(**bans)), 1)
        self.end_obs(obs)


if __name__ == "__main__":
    unittest.main()

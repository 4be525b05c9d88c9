"""Exits and networks that are not kind."""

import json
import shutil
import socket
import unittest

from driver.case import BUILD, PLUGIN, SANITIZED, ObsTestCase
from driver.process import wait_until

# What OBS may take to end: the plugin's share is 0.2 s, OBS's own depends on the machine.
EXIT_SECONDS = 10 if SANITIZED else 3


class HardTimes(ObsTestCase):
    def test_exit_while_chat_runs(self):
        simulator = self.simulator("--rate", "1000", "--steady")
        obs = self.obs_on(simulator)
        wait_until(lambda: obs.client.vendor("get_stats").get("messages", 0) > 2000, 30, "chat runs")
        self.assertLess(self.end_obs(obs), EXIT_SECONDS)

    def test_exit_with_a_dead_network(self):
        simulator = self.simulator("--rate", "50")
        obs = self.obs_on(simulator)
        simulator.freeze()
        # Something to wait for in vain on the way out.
        obs.client.vendor("ban", user_login="mallory_42", reason="test", origin="test")
        self.assertLess(self.end_obs(obs), EXIT_SECONDS)

    def test_exit_at_once(self):
        simulator = self.simulator("--rate", "1000")
        obs = self.obs(environment=simulator.environment)
        obs.wait_log(r"\[liveXtrem\] version")
        obs.wait_log(r"Loaded scenes")
        self.end_obs(obs)

    def test_a_sound_server_that_never_answers(self):
        """A highlight with a sound: it is not heard, and nothing else suffers."""
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(str(self.home / "pulse"))
            server.listen()
            simulator = self.simulator("--rate", "0")
            rule = {"name": "boom", "query": "boom", "sound": "ping", "color": "#22aaff", "enabled": True}
            (self.home / "config").mkdir()
            (self.home / "config/chat-rules.json").write_text(json.dumps({"version": 1, "volume": 60, "rules": [rule]}))
            environment = {"LIVEXTREM_CONFIG_DIR": str(self.home / "config"), "PULSE_SERVER": f"unix:{self.home / 'pulse'}"}
            obs = self.obs(environment={**simulator.environment, **environment}).wait_ready()
            obs.client.vendor("connect", channel=simulator.channel)
            wait_until(lambda: obs.client.vendor("get_state").get("chat") == "online", 30, "chat is connected")
            simulator.control("chat.message", user="anna_b", text="boom")
            # Whoever asks for the sound server is let in, and waits.
            server.settimeout(30)
            with server.accept()[0]:
                obs.client.request("CreateScene", sceneName="made by OBS's window")
                # What hangs in there is left behind: neither it nor the leaks that it causes are waited for.
                self.assertLess(obs.stop(), EXIT_SECONDS)
            self.assertIn("the sound server does not answer", obs.log())

    def test_no_twitch_at_all(self):
        nowhere = {name: value for name, value in self.simulator().environment.items() if not name.endswith("_URL")}
        for name in ("IRC", "HELIX", "ID", "EVENTSUB"):
            nowhere[f"LIVEXTREM_{name}_URL"] = {"IRC": "ircs", "EVENTSUB": "wss"}.get(name, "https") + "://127.0.0.1:9"
        obs = self.obs(environment=nowhere).wait_ready()
        obs.client.vendor("connect", channel="streamer")
        wait_until(lambda: obs.client.vendor("get_state").get("chat") == "waiting", 15, "the state says that it waits")
        self.end_obs(obs)

    def test_second_copy_is_refused(self):
        copy = self.home / ".config/obs-studio/plugins/livextrem"
        (copy / "bin").mkdir(parents=True)
        shutil.copytree(PLUGIN / "obs-plugins", copy / "bin/64bit")
        (copy / "data").symlink_to((PLUGIN / "data/livextrem").resolve())
        obs = self.obs().wait_ready()
        self.assertEqual(obs.log().count("] version "), 1)
        self.assertIn("another copy is loaded", obs.log())
        self.assertEqual(obs.client.vendor("get_state")["ok"], True)
        self.end_obs(obs)

    def test_without_obs_websocket(self):
        hide = {"LIVEXTREM_TEST_HIDE": "obs-websocket.so"}
        obs = self.obs(environment=hide, preload=[BUILD / "tests/e2e/libhide_module.so"], websocket=False)
        obs.wait_log(r"\[liveXtrem\] obs-websocket is not there")
        obs.wait_log(r"Loaded scenes")
        self.assertNotIn("[obs-websocket]", obs.log())
        self.end_obs(obs)


if __name__ == "__main__":
    unittest.main()

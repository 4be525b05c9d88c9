"""A text source shows live numbers in real OBS, and follows them."""

import subprocess
import unittest

from driver.case import PLUGIN, ObsTestCase
from driver.display import Picture
from driver.process import wait_until

SOURCE = "numbers"
FONT = {"face": "DejaVu Sans", "style": "Bold", "size": 60, "flags": 1}


@unittest.skipUnless((PLUGIN / "obs-plugins/livextrem.so").exists(), "built without the plugin")
class LiveNumbers(ObsTestCase):
    def picture(self, obs):
        """The program, as pixels."""
        path = self.home / "program.png"
        obs.screenshot("Scene", path)
        command = ["convert", str(path), "-background", "black", "-flatten", "-depth", "8", "ppm:-"]
        return Picture(subprocess.run(command, capture_output=True, timeout=30, check=True).stdout)

    def text_box(self, picture):
        """Where something is written; None where all is black."""
        return picture.find_colour((255, 255, 255))

    def obs_with(self, template, **keywords):
        return self.obs(sources=[("livextrem_stats", SOURCE, {"template": template, "font": FONT})], **keywords).wait_ready()

    def test_without_account_or_network_it_shows_something(self):
        obs = self.obs(sources=[("livextrem_stats", SOURCE, {})]).wait_ready()
        box = wait_until(lambda: self.text_box(self.picture(obs)), 10, "text on program")
        self.assertGreater(box[2] - box[0], 100)
        self.end_obs(obs)

    def test_it_follows_the_chat(self):
        simulator = self.simulator("--rate", "0")
        obs = self.obs_with("{messages|0} {latest_chatter|nobody}", environment=simulator.environment)
        before = wait_until(lambda: self.text_box(self.picture(obs)), 10, "text on program")
        obs.client.vendor("connect", channel=simulator.channel)
        wait_until(lambda: obs.client.vendor("get_state")["chat"] == "online", 20, "chat connected")
        simulator.control("chat.message", user="anna_b", text="hello {viewers}")
        wait_until(lambda: obs.client.vendor("get_stats")["messages"] == 1, 10, "the message is counted")
        wait_until(lambda: self.text_box(self.picture(obs)) != before, 2, "the picture follows the numbers")
        after = self.text_box(self.picture(obs))

        # Another text, set from outside: the same picture twice while nothing changes, and an empty one is no error.
        obs.client.request("SetInputSettings", inputName=SOURCE, inputSettings={"template": "{channel}"})
        wait_until(lambda: self.text_box(self.picture(obs)) not in (None, after), 10, "the new text")
        self.assertEqual(self.picture(obs).rgb, self.picture(obs).rgb)
        obs.client.request("SetInputSettings", inputName=SOURCE, inputSettings={"template": ""})
        wait_until(lambda: self.text_box(self.picture(obs)) is None, 10, "nothing")
        self.end_obs(obs)

    def test_it_comes_and_goes_with_the_scene_collection(self):
        simulator = self.simulator("--rate", "200")
        obs = self.obs_with("{messages}", environment=simulator.environment)
        obs.client.vendor("connect", channel=simulator.channel)
        obs.client.request("CreateSceneCollection", sceneCollectionName="Other", seconds=30)
        obs.client.request("SetCurrentSceneCollection", sceneCollectionName="liveXtrem", seconds=30)
        wait_until(lambda: self.text_box(self.picture(obs)), 20, "text on program again")
        self.end_obs(obs)


if __name__ == "__main__":
    unittest.main()

"""OBS starts and ends with the plugin, and nothing is left behind."""

import unittest

from driver.case import PLUGIN, SANITIZED, ObsTestCase


class StartAndExit(ObsTestCase):
    @unittest.skipIf(SANITIZED, "there is nothing of ours in it")
    def test_without_the_plugin(self):
        """The ground the other tests stand on: this OBS itself starts, answers, and counts no leak."""
        obs = self.obs(plugin=None).wait_ready()
        self.assertEqual(obs.client.request("GetSceneList")["currentProgramSceneName"], "Scene")
        self.end_obs(obs)

    @unittest.skipUnless((PLUGIN / "obs-plugins/livextrem.so").exists(), "built without the plugin")
    def test_with_the_plugin(self):
        obs = self.obs().wait_ready()
        self.assertRegex(obs.log(), r"\[liveXtrem\] version [0-9.]+ loaded")
        self.end_obs(obs)


if __name__ == "__main__":
    unittest.main()

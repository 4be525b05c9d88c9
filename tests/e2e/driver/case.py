"""What every end-to-end test starts from: a folder, a screen, OBS, the simulator, and an orderly end of them all."""

import os
import pathlib
import re
import shutil
import tempfile
import unittest

from .display import Display
from .obs import Obs, ObsSettings
from .simulator import Simulator, sign_in

BUILD = pathlib.Path(os.environ.get("LIVEXTREM_BUILD_DIR", "build")).absolute()
PLUGIN = BUILD / "rundir"
SANITIZED = "LIVEXTREM_TEST_PRELOAD" in os.environ

# What sanitizers write, and what nobody wants to read in a log of OBS.
FINDINGS = re.compile(r"^.*(ERROR: AddressSanitizer|runtime error: ).*$", re.MULTILINE)


class ObsTestCase(unittest.TestCase):
    """A failed test leaves OBS's log and a picture of the screen in <build>/e2e/<test>/."""

    @classmethod
    def setUpClass(cls):
        cls.display = Display()

    @classmethod
    def tearDownClass(cls):
        cls.display.close()

    def setUp(self):
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="livextrem-"))
        self.left = BUILD / "e2e" / self.id().split(".", 1)[1]
        shutil.rmtree(self.left, ignore_errors=True)
        self._obs = []
        self._simulators = []
        self.addCleanup(self._clear_up)

    def _clear_up(self):
        failed = any(error for _, error in self._outcome.result.failures + self._outcome.result.errors if _ is self)
        failed = failed or bool(getattr(self._outcome, "success", True) is False)
        if failed:
            self.left.mkdir(parents=True, exist_ok=True)
            self.display.save(self.left / "screen.png")
        for obs in self._obs:
            obs.kill()
            if failed:
                shutil.copy(obs.log_path, self.left)
        for simulator in self._simulators:
            simulator.close()
        shutil.rmtree(self.home, ignore_errors=True)

    def simulator(self, *arguments):
        simulator = Simulator(*arguments)
        self._simulators.append(simulator)
        return simulator

    def obs(self, plugin=PLUGIN, environment=None, sources=(), preload=(), **settings):
        """Starts an OBS with the given sources in its scene. All those of one test share their settings folder."""
        prepared = ObsSettings(self.home, **settings)
        if not prepared.has_collection():
            prepared.write_collection(sources)
        log = self.home / f"obs-{len(self._obs) + 1}.log"
        obs = Obs(prepared, self.display.environment(), log, plugin=plugin, environment=environment, preload=preload)
        self._obs.append(obs)
        return obs

    def obs_on(self, simulator, **keywords):
        """An OBS whose Twitch is the simulator, signed in as the broadcaster, in the simulated channel."""
        obs = self.obs(environment=simulator.environment, **keywords).wait_ready()
        self.display.fill("^OBS ")
        sign_in(obs, simulator)
        return obs

    def end_obs(self, obs, its_own_leaks=0):
        """Ends OBS and checks that it went without a leak, a crash or a finding of a sanitizer. Returns the seconds it took.

        `its_own_leaks`: what OBS may lose by itself, as it does in the same test without the plugin."""
        seconds = obs.stop()
        self.assertIn(obs.leaks(), range(its_own_leaks + 1), "memory leaks counted by OBS")
        self.assertEqual([match[0] for match in FINDINGS.finditer(obs.log())], [])
        return seconds

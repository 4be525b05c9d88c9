"""What can only be measured in real OBS with the plugin, against the simulator. Each yields pairs of key and value for run.py."""

import pathlib
import shutil
import statistics
import tempfile

from driver.case import PLUGIN
from driver.obs import Obs, ObsSettings
from driver.process import wait_until
from driver.simulator import Simulator

RATE = 1000
PAIRS = 5


class NotBuilt(Exception):
    """This build has no plugin to measure."""


def _require_plugin():
    if not (PLUGIN / "obs-plugins/livextrem.so").exists():
        raise NotBuilt("built without the plugin")


def _messages(obs):
    return obs.client.vendor("get_stats").get("messages", -1)


def _exit_seconds(display, plugin):
    """How long OBS takes to end; with the plugin after its chat has gone dead in full flow."""
    home = pathlib.Path(tempfile.mkdtemp(prefix="livextrem-"))
    simulator = Simulator("--rate", str(RATE), "--steady") if plugin else None
    obs = None
    try:
        settings = ObsSettings(home)
        settings.write_collection([])
        environment = simulator.environment if simulator else None
        obs = Obs(settings, display.environment(), home / "obs.log", plugin=plugin, environment=environment)
        obs.wait_ready()
        if simulator:
            obs.client.vendor("connect", channel=simulator.channel)
            wait_until(lambda: _messages(obs) > RATE, 30, "chat flows")
            simulator.freeze()
        return obs.stop()
    finally:
        if obs:
            obs.kill()
        if simulator:
            simulator.close()
        shutil.rmtree(home, ignore_errors=True)


def exit_dead_network(display):
    _require_plugin()
    # OBS's own end takes between 160 and 360 ms, so one pair tells nothing.
    pairs = [(_exit_seconds(display, None), _exit_seconds(display, PLUGIN)) for _ in range(PAIRS)]
    without, with_plugin = (statistics.median(column) for column in zip(*pairs))
    yield "obs.exit_dead_network", 1000 * max(0.0, with_plugin - without)


SCENARIOS = {"exit_dead_network": exit_dead_network}

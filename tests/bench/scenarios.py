"""What can only be measured in real OBS with the plugin, against the simulator. Each yields pairs of key and value for run.py."""

import contextlib
import os
import pathlib
import re
import shutil
import statistics
import tempfile
import time

from driver.case import PLUGIN
from driver.obs import Obs, ObsSettings
from driver.process import wait_until
from driver.simulator import Simulator, sign_in

RATE = 1000
PAIRS = 5
LINES = 10000
WATCHED_S = 15
IDLE_S = 20
TICKS = os.sysconf("SC_CLK_TCK")


class NotBuilt(Exception):
    """This build has no plugin to measure."""


def _require_plugin():
    if not (PLUGIN / "obs-plugins/livextrem.so").exists():
        raise NotBuilt("built without the plugin")


def _messages(obs):
    return obs.client.vendor("get_stats").get("messages", -1)


def _threads(obs):
    """What each thread has used so far: id, name, seconds of CPU, how often it fell asleep to be woken again."""
    for folder in pathlib.Path(f"/proc/{obs.process.pid}/task").iterdir():
        try:
            name = (folder / "comm").read_text().strip()
            times = (folder / "stat").read_text().rsplit(")", 1)[1].split()
            sleeps = int(re.search(r"^voluntary_ctxt_switches:\s+(\d+)", (folder / "status").read_text(), re.MULTILINE)[1])
        except OSError:  # ended meanwhile
            continue
        yield int(folder.name), name, (int(times[11]) + int(times[12])) / TICKS, sleeps


class _Watch:
    """What OBS uses from its making to end()."""

    def __init__(self, obs):
        self._obs, self._before, self._begin = obs, {tid: row for tid, *row in _threads(obs)}, time.monotonic()
        self._frames = self._skipped()

    def _skipped(self):
        return self._obs.client.request("GetStats")["renderSkippedFrames"]

    def end(self):
        seconds = time.monotonic() - self._begin
        used = []
        for tid, name, cpu, sleeps in _threads(self._obs):
            _, cpu_before, sleeps_before = self._before.get(tid, (name, 0, 0))
            used.append((tid, name, (cpu - cpu_before) / seconds, (sleeps - sleeps_before) / seconds))
        self.share = 100 * sum(cpu for _, _, cpu, _ in used)
        self.share_ui = 100 * sum(cpu for tid, _, cpu, _ in used if tid == self._obs.process.pid)
        self.wakeups_ui = sum(sleeps for tid, _, _, sleeps in used if tid == self._obs.process.pid)
        self.wakeups_own = sum(sleeps for _, name, _, sleeps in used if name.startswith("livextrem"))
        self.skipped = (self._skipped() - self._frames) / seconds
        return self


def _own_memory(obs):
    """What only goes back to the system when OBS ends, in MB; not what it shares, nor pages of files that can be read again."""
    text = pathlib.Path(f"/proc/{obs.process.pid}/smaps_rollup").read_text()
    return int(re.search(r"^Private_Dirty:\s+(\d+)", text, re.MULTILINE)[1]) / 1024


@contextlib.contextmanager
def _living_obs(display, plugin, environment=None):
    home = pathlib.Path(tempfile.mkdtemp(prefix="livextrem-"))
    obs = None
    try:
        settings = ObsSettings(home)
        # Without the plugin a text of OBS's own stands where the numbers stand with it.
        settings.write_collection([("livextrem_stats", "stats", {}) if plugin else ("text_ft2_source_v2", "text", {"text": "1234 viewers"})])
        obs = Obs(settings, display.environment(), home / "obs.log", plugin=plugin, environment=environment)
        yield obs.wait_ready()
    finally:
        if obs:
            obs.kill()
        shutil.rmtree(home, ignore_errors=True)


def _watch(obs, seconds):
    watch = _Watch(obs)
    time.sleep(seconds)
    return watch.end()


def _without_plugin(display):
    with _living_obs(display, None) as obs:
        time.sleep(3)
        used = _watch(obs, WATCHED_S)
        used.memory = _own_memory(obs)
        return used


def whole_obs(display):
    """OBS with the dock in view beside OBS without the plugin, in one run."""
    _require_plugin()
    plain = _without_plugin(display)
    simulator = Simulator("--rate", "0", "--steady")
    try:
        with _living_obs(display, PLUGIN, simulator.environment) as obs:
            sign_in(obs, simulator)
            time.sleep(5)
            idle = _watch(obs, IDLE_S)
            simulator.control("chat.rate", rate=RATE, steady=True)
            wait_until(lambda: _messages(obs) > LINES, 60, "the dock is full")
            busy = _watch(obs, WATCHED_S)
            memory = _own_memory(obs)
            obs.stop()
            load = re.search(r"obs_init_module\(livextrem[^)]*\): ([0-9.]+)\s*ms", obs.log())
    finally:
        simulator.close()
    yield "obs.load", float(load[1])
    yield "obs.wakeups", idle.wakeups_own
    yield "obs.wakeups_ui", max(0.0, idle.wakeups_ui - plain.wakeups_ui)
    yield "obs.share_idle", max(0.0, idle.share - plain.share)
    yield "obs.share_1000", max(0.0, busy.share - plain.share)
    yield "obs.share_ui_1000", max(0.0, busy.share_ui - plain.share_ui)
    yield "obs.skipped_1000", max(0.0, busy.skipped - plain.skipped)
    yield "obs.memory", memory - plain.memory


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


SCENARIOS = {"whole_obs": whole_obs, "exit_dead_network": exit_dead_network}

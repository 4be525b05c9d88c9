"""What can only be measured in real OBS with the plugin, against the simulator."""

import os
import pathlib
import shutil
import signal
import tempfile

from driver.case import PLUGIN
from driver.obs import Obs, ObsSettings
from driver.simulator import Simulator


class NotBuilt(Exception):
    """This build has no plugin to measure."""


def _require_plugin():
    if not (PLUGIN / "obs-plugins/livextrem.so").exists():
        raise NotBuilt("built without the plugin")


SCENARIOS = {}

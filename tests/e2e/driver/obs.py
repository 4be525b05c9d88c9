"""OBS with a settings folder of its own: never the user's."""

import json
import os
import pathlib
import re
import signal
import socket
import time

from .process import DriverError, end, start, wait_until
from .websocket import ObsWebSocket

COLLECTION = "liveXtrem"
PROFILE = "liveXtrem"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def scene_collection(name, sources):
    """A scene collection with one scene; `sources` are (source type, name, settings[, (x, y)]), from the bottom up."""
    items = []
    for i, (_, source, _, *place) in enumerate(sources):
        x, y = place[0] if place else (40, 40)
        items.append({"id": i + 1, "name": source, "visible": True, "pos": {"x": x, "y": y}, "scale": {"x": 1, "y": 1}, "align": 5})
    scene = {"id": "scene", "versioned_id": "scene", "name": "Scene", "settings": {"id_counter": len(items), "items": items}}
    inputs = [{"id": kind, "versioned_id": kind, "name": source, "settings": settings} for kind, source, settings, *_ in sources]
    return {
        "name": name,
        "current_scene": "Scene",
        "current_program_scene": "Scene",
        "scene_order": [{"name": "Scene"}],
        "sources": [scene, *inputs],
    }


class ObsSettings:
    """Prepares $HOME/.config/obs-studio so that OBS starts without asking anything."""

    def __init__(self, home, language="en-US", theme=None, websocket=True, profile=None, record_encoder=None):
        self.home = pathlib.Path(home)
        self.folder = self.home / ".config/obs-studio"
        self.websocket_port = free_port() if websocket else None
        # The websocket's port is new each time; everything else is written once and then belongs to OBS.
        self._write_websocket()
        if not (self.folder / "global.ini").exists():
            self._write_ini(language, theme)
            self._write_profile(profile)
            if record_encoder:
                self._write(f"basic/profiles/{PROFILE}/recordEncoder.json", json.dumps(record_encoder))

    def _write(self, path, text):
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def _write_ini(self, language, theme):
        # LastVersion in the future: no page of news. OBS 30 reads global.ini, 31 and newer also user.ini.
        text = f"[General]\nFirstRun=true\nLastVersion=536870912\nConfirmOnExit=false\nLanguage={language}\n"
        text += f"[Basic]\nProfile={PROFILE}\nProfileDir={PROFILE}\nSceneCollection={COLLECTION}\nSceneCollectionFile={COLLECTION}\n"
        if theme:
            text += f"[Appearance]\nTheme={theme}\n"
        self._write("global.ini", text)
        self._write("user.ini", text)

    def _write_profile(self, profile):
        """`profile` are sections of basic.ini besides the usual ones, with {videos} where the folder for them goes."""
        videos = self.home / "Videos"
        videos.mkdir(exist_ok=True)
        mode = "Advanced" if profile and "[AdvOut]" in profile else "Simple"
        self._write(
            f"basic/profiles/{PROFILE}/basic.ini",
            f"[General]\nName={PROFILE}\n[Output]\nMode={mode}\n[SimpleOutput]\nFilePath={videos}\nRecFormat2=mkv\nRecQuality=Small\n"
            "RecEncoder=x264\nStreamEncoder=x264\n[Video]\nBaseCX=1280\nBaseCY=720\nOutputCX=1280\nOutputCY=720\nFPSCommon=30\n"
            + (profile or "").format(videos=videos),
        )

    def _write_websocket(self):
        self._write(
            "plugin_config/obs-websocket/config.json",
            json.dumps(
                {
                    "server_enabled": self.websocket_port is not None,
                    "server_port": self.websocket_port or 4455,
                    "auth_required": False,
                    "alerts_enabled": False,
                    "first_load": False,
                }
            ),
        )

    def write_collection(self, sources, name=COLLECTION):
        self._write(f"basic/scenes/{name}.json", json.dumps(scene_collection(name, sources)))

    def has_collection(self, name=COLLECTION):
        return (self.folder / f"basic/scenes/{name}.json").exists()


class Obs:
    """A running OBS. `environment` is added to that of the screen; `plugin` is the folder made by the build, None = without.

    `preload` are libraries to load before OBS's own. With `desktop` it finds the sound of the user's session, with `session_bus` also the secret store and the portals.
    """

    def __init__(
        self, settings, display_environment, log, plugin=None, environment=None, preload=(), desktop=False, session_bus=False
    ):
        self.settings = settings
        self.log_path = pathlib.Path(log)
        self._client = None
        own = ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME")
        full = {k: v for k, v in display_environment.items() if k not in own}
        full.update({"HOME": str(settings.home), "LANG": "C.UTF-8"})
        if not desktop:
            runtime = settings.home / "run"
            runtime.mkdir(mode=0o700, exist_ok=True)
            full["XDG_RUNTIME_DIR"] = str(runtime)
        if not session_bus:
            full["DBUS_SESSION_BUS_ADDRESS"] = "disabled:"
        if plugin:
            full["OBS_PLUGINS_PATH"] = str(pathlib.Path(plugin) / "obs-plugins")
            full["OBS_PLUGINS_DATA_PATH"] = str(pathlib.Path(plugin) / "data")
        full.update(environment or {})
        libraries = [*os.environ.get("LIVEXTREM_TEST_PRELOAD", "").split(), *map(str, preload)]
        if libraries:
            full["LD_PRELOAD"] = " ".join(libraries)
        # Not --disable-missing-files-check: OBS 30 itself leaks an allocation with it.
        with self.log_path.open("wb") as file:
            self.process = start(
                ["obs", "--multi", "--disable-updater", "--collection", COLLECTION],
                env=full,
                cwd=settings.home,
                stdout=file,
                stderr=file,
            )
        self.started = time.monotonic()

    def log(self):
        return self.log_path.read_text(encoding="utf-8", errors="replace")

    def running(self):
        return self.process.poll() is None

    def wait_log(self, pattern, seconds=30.0):
        """The first match of a regular expression in OBS's log."""

        def look():
            match = re.search(pattern, self.log())
            if not match and not self.running():
                raise DriverError(f"OBS ended with status {self.process.returncode} before its log had /{pattern}/")
            return match

        return wait_until(look, seconds, f"/{pattern}/ in OBS's log")

    @property
    def client(self):
        """The connection to obs-websocket, made when first asked for."""
        if not self._client:

            def connect():
                if not self.running():
                    raise DriverError(f"OBS ended with status {self.process.returncode}")
                try:
                    return ObsWebSocket(self.settings.websocket_port)
                except OSError:
                    return None

            self._client = wait_until(connect, 30, "obs-websocket answers")
        return self._client

    def wait_ready(self):
        """Waits until the main window works (requests that need it are answered)."""
        self.client.request("GetSceneList", seconds=30)
        return self

    def screenshot(self, source, path, width=None):
        """Writes what a source or scene draws to a PNG file."""
        data = {"sourceName": source, "imageFormat": "png", "imageFilePath": str(path)}
        if width:
            data["imageWidth"] = width
        self.client.request("SaveSourceScreenshot", **data)

    def stop(self, seconds=30.0):
        """Ends OBS as Ctrl-C does. Returns how many seconds it took."""
        if self._client:
            self._client.close()
            self._client = None
        begin = time.monotonic()
        if end(self.process, signal.SIGINT, seconds) != 0:
            raise DriverError(f"OBS did not end in order: status {self.process.returncode} after {time.monotonic() - begin:.1f} s")
        return time.monotonic() - begin

    def kill(self):
        """For clearing up after a failure."""
        if self.running():
            self.process.kill()
            self.process.wait()

    def leaks(self):
        """What OBS itself counted at its end, None if it did not get that far."""
        match = re.search(r"Number of memory leaks: (\d+)", self.log())
        return int(match[1]) if match else None

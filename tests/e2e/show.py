"""What cmake/run.sh shows: OBS with the liveXtrem dock open, in the user's window or on an invisible screen for a minute."""

import argparse
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

from driver.display import Display
from driver.dock import TARGET_COLOUR, click_ban, fill_with_chat
from driver.obs import Obs, ObsSettings
from driver.process import DriverError, wait_until
from driver.simulator import Simulator, sign_in

BUILD = pathlib.Path(os.environ["LIVEXTREM_BUILD_DIR"])
PICTURES = BUILD / "show"
MINUTE = 60
RATE = 12

STATS = "{viewers} viewers · {followers} followers\n{chat_rate} messages a minute, last {latest_chatter}\n{title}\n{category} · {uptime}"
SOURCE = "live numbers"
SOURCES = [
    ("color_source_v3", "background", {"color": 0xFF3A2A1F, "width": 1280, "height": 720}, (0, 0)),
    ("livextrem_stats", SOURCE, {"template": STATS, "font": {"face": "DejaVu Sans", "style": "Bold", "size": 40, "flags": 1}}, (60, 60)),
]

# What the reader of the dock wants to see: highlights in colours, and three views as tabs.
RULES = {
    "version": 1,
    "rules": [
        {"name": "My name", "query": "is:mention", "color": "#e0454c"},
        {"name": "First messages", "query": "is:first", "color": "#2eb86e"},
        {"name": "Game", "query": "game OR boss", "color": "#e8981c"},
    ],
    "views": [
        {"name": "Questions", "query": "is:question", "open": True},
        {"name": "Mods and VIPs", "query": "is:broadcaster OR is:mod OR is:vip", "open": True},
    ],
}
DOCK = (1242, 45, 358, 624)  # where it is on the invisible screen: left, top, width, height

stop = threading.Event()


def say(text):
    print(text, flush=True)


def has_display():
    """Whether programs can open windows here: an address alone may be left over from a session that has ended."""
    if os.environ.get("WAYLAND_DISPLAY"):
        return True
    if not os.environ.get("DISPLAY"):
        return False
    return subprocess.run(["xdotool", "getdisplaygeometry"], capture_output=True, timeout=10, check=False).returncode == 0


def desktop_environment():
    """The user's own screen, loudspeakers and so on; X11 finds its permission in the home that OBS does not get."""
    environment = dict(os.environ)
    authority = pathlib.Path.home() / ".Xauthority"
    if "XAUTHORITY" not in environment and authority.exists():
        environment["XAUTHORITY"] = str(authority)
    return environment


def wait_for_end(obs, seconds=None):
    """Until OBS ends, a signal comes, or the time is over."""
    end = time.monotonic() + seconds if seconds else None
    while obs.running() and not stop.is_set() and (end is None or time.monotonic() < end):
        stop.wait(0.2)


def end(obs):
    """Ends OBS if the user has not. True if it went in order."""
    if obs.running():
        obs.stop()
    leaks = obs.leaks()
    say(f"Memory leaks counted by OBS: {'unknown, it did not end in order' if leaks is None else leaks}")
    return obs.process.returncode == 0 and leaks == 0


def show_live(home):
    settings = ObsSettings(home)
    if not settings.has_collection():
        settings.write_collection(SOURCES)
    environment = {"LIVEXTREM_CONFIG_DIR": str(pathlib.Path(home) / "livextrem")}
    say(f"OBS starts, with a profile of its own in {home}. Close its window to end.")
    obs = Obs(settings, desktop_environment(), pathlib.Path(home) / "obs.log", BUILD / "rundir", environment, desktop=True, session_bus=True)
    wait_for_end(obs)
    return end(obs)


def show_in_window(home, simulator):
    settings = ObsSettings(home)
    settings.write_collection(SOURCES)
    obs = Obs(settings, desktop_environment(), pathlib.Path(home) / "obs.log", BUILD / "rundir", simulator.environment, desktop=True)
    obs.wait_ready()
    sign_in(obs, simulator)
    say("OBS runs on a simulated Twitch. Close its window, or press Ctrl-C here, to end.")
    wait_for_end(obs)
    return end(obs)


def ban_with_the_mouse(display, obs, simulator):
    """Somebody asks for it, and a moderator's mouse answers. Returns what arrived at Twitch, None if nothing did."""
    troll = simulator.control("user", login="mallory_42", name="Mallory_42", color=TARGET_COLOUR)
    before = len(simulator.received(kind="http", method="POST", path="/moderation/bans"))
    fill_with_chat(obs, simulator)
    simulator.control("chat.message", user="mallory_42", text="get 10000 followers for free at spam.example now!!!")
    click_ban(display, (0, 0, display.size[0] - 1, display.size[1] - 1))
    requests = simulator.wait_received(before + 1, kind="http", method="POST", path="/moderation/bans")
    simulator.control("chat.rate", rate=RATE, steady=False, events=True)
    return [request for request in requests[before:] if troll["id"] in request["body"]]


def show_on_invisible_screen(home, simulator):
    shutil.rmtree(PICTURES, ignore_errors=True)
    PICTURES.mkdir(parents=True)
    display = Display()
    try:
        settings = ObsSettings(home)
        settings.write_collection(SOURCES)
        log = PICTURES / "obs.log"
        folder = pathlib.Path(home) / "livextrem"
        folder.mkdir()
        (folder / "chat-rules.json").write_text(json.dumps(RULES), encoding="utf-8")
        environment = {**simulator.environment, "LIVEXTREM_CONFIG_DIR": str(folder)}
        obs = Obs(settings, display.environment(), log, BUILD / "rundir", environment)
        try:
            return play(display, obs, simulator)
        finally:
            obs.kill()
    finally:
        display.close()


def show_highlights(display, obs, simulator):
    """A picture of the dock alone, with highlights of several kinds in sight; the chat goes on at its rate."""
    simulator.control("chat.rate", rate=1, steady=True, events=False)
    before = obs.client.vendor("get_stats")["messages"]
    for user, text in (
        ("anna", "what game is this?"),
        ("newcomer_7", "hello everybody"),
        ("bert", "@streamer behind you!!"),
        ("carla", "how often did that boss beat you already?"),
    ):
        simulator.control("chat.message", user=user, text=text, first=user.startswith("newcomer"))
    wait_until(lambda: obs.client.vendor("get_stats")["messages"] >= before + 4, 30, "the four messages in chat")
    stop.wait(1)
    display.save(PICTURES / "highlights.png", DOCK)
    simulator.control("chat.rate", rate=RATE, steady=False, events=True)


def play(display, obs, simulator):
    begin = time.monotonic()
    say(f"No display here: OBS runs on an invisible one for a minute of simulated stream ({RATE} chat messages a second).")
    obs.wait_ready()
    display.fill("^OBS ")
    sign_in(obs, simulator)
    wait_for_end(obs, 10)
    requests = None
    if not stop.is_set():
        requests = ban_with_the_mouse(display, obs, simulator)
        display.move(display.size[0] // 3, display.size[1] // 3)
    wait_for_end(obs, MINUTE - (time.monotonic() - begin))

    if not stop.is_set():
        show_highlights(display, obs, simulator)
    stats = obs.client.vendor("get_stats")
    shown = obs.client.vendor("get_source_text", source=SOURCE)["text"]
    display.save(PICTURES / "obs.png")
    obs.screenshot("Scene", PICTURES / "program.png")
    obs.screenshot(SOURCE, PICTURES / "source.png")
    say(f"Chat messages shown:         {stats.get('messages')}")
    if requests is not None:
        banned = "none arrived" if not requests else f"{len(requests)} request, answered {requests[0]['status']}: {requests[0]['body']}"
        say(f"Ban by a click in the dock:  {banned}")
    say(f"The text source displays:    {' / '.join(shown.splitlines())}")
    in_order = end(obs)
    say(f"Pictures: {PICTURES / 'obs.png'} (window), {PICTURES / 'program.png'} (program); log: {PICTURES / 'obs.log'}")
    return in_order and (requests is None or len(requests) == 1)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--live", action="store_true")
    live = parser.parse_args().live
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stop.set())

    if live:
        if not has_display():
            raise DriverError("--live needs a display: Twitch itself is shown to somebody who looks")
        home = pathlib.Path(os.environ.get("XDG_DATA_HOME") or pathlib.Path.home() / ".local/share") / "livextrem/obs"
        home.mkdir(parents=True, exist_ok=True)
        return show_live(home)

    with tempfile.TemporaryDirectory(prefix="livextrem-") as home:
        simulator = Simulator("--rate", str(RATE))
        try:
            return (show_in_window if has_display() else show_on_invisible_screen)(home, simulator)
        finally:
            simulator.close()


if __name__ == "__main__":
    try:
        sys.exit(0 if main() else 1)
    except DriverError as error:
        sys.exit(f"liveXtrem: {error}")

"""The Twitch simulator as a program of its own, and its control port."""

import json
import signal
import subprocess
import urllib.error
import urllib.request

from .process import DriverError, end, start, wait_until


class Simulator:
    def __init__(self, *arguments, log=subprocess.DEVNULL):
        self._process = start(["twitchsim", *arguments], stdout=subprocess.PIPE, stderr=log, text=True)
        line = self._process.stdout.readline()
        if not line:
            raise DriverError("twitchsim does not start")
        ready = json.loads(line)
        self._control = ready["control"]
        self.channel = ready["channel"]
        self.tokens = ready["tokens"]
        # For whoever shall believe that this is Twitch.
        self.environment = {**ready["environment"], "LIVEXTREM_CLIENT_ID": ready["clients"]["public"]}

    def control(self, command, **parameters):
        """Carries out a control command and returns its answer."""
        request = urllib.request.Request(
            f"{self._control}/{command}",
            data=json.dumps(parameters).encode(),
            headers={"Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise DriverError(f"twitchsim refuses {command}: {error.read().decode(errors='replace')}") from error

    def received(self, **wanted):
        """What clients sent so far, oldest first: see the journal in the simulator's README."""
        return self.control("received", **wanted)["entries"]

    def wait_received(self, count=1, seconds=10.0, **wanted):
        """Waits until clients have sent `count` such things, and returns them."""

        def look():
            entries = self.received(**wanted)
            return entries if len(entries) >= count else None

        return wait_until(look, seconds, f"{count} × {wanted} at the simulator")

    def freeze(self):
        """The network dies: nothing is answered, refused or closed any more."""
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self):
        self._process.send_signal(signal.SIGCONT)

    def close(self):
        self.thaw()
        end(self._process)
        self._process.stdout.close()


def sign_in(obs, simulator):
    """Joins the simulated channel and signs its broadcaster in with a device code, as the dock's button does."""
    simulator.control("oauth", action="settings", user=simulator.channel, auto_approve_ms=200)
    obs.client.vendor("connect", channel=simulator.channel)
    obs.client.vendor("login_start", role="main", way="device")
    wait_until(lambda: obs.client.vendor("get_state").get("user_login") == simulator.channel, 30, "signed in")
    wait_until(lambda: obs.client.vendor("get_state").get("chat") == "online", 30, "chat is connected")

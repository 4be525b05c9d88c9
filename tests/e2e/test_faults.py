"""Whatever Twitch and the network do to it, OBS lives, and chat, EventSub and bans work afterwards."""

import time
import unittest
import urllib.parse
from itertools import zip_longest

from driver.case import ObsTestCase
from driver.process import wait_until

PATIENCE = 60

# What dies without saying so is noticed after a while; together these take no longer than one of them.
NOTICED_LATE = ("silent", "stall", "half_line", "mute_pong", "keepalive")

# Requests that can be made to go wrong one by one, and nobody signs out by: bans, and subscriptions to events.
PATHS = ("/moderation/bans", "/eventsub/subscriptions")
REQUESTS_AT_ONCE = 4


class Faults(ObsTestCase):
    def test_every_fault(self):
        """Every fault that the simulator knows, several at once where they are about different links."""
        self.twitch = simulator = self.simulator("--rate", "0")
        # A dead session is noticed by the time that Twitch offers: two seconds instead of ten.
        simulator.control("eventsub", action="settings", keepalive_s=2)
        self.studio = obs = self.obs_on(simulator)
        self.people = self.pressed = 0
        self.works("at the beginning")

        faults = simulator.control("faults")["faults"]
        done = []
        for step, these in self.rounds(faults):
            step(these)
            simulator.control("fault.clear")
            self.works(these)
            done += these
        # A listener that nobody connects to is the only place where nothing can happen.
        self.assertEqual([fault for fault in faults if fault not in done and fault.get("target", "") in ("", *self.used())], [])
        self.end_obs(obs)

    def used(self):
        """The simulator's listeners that the plugin connects to."""
        addresses = [value for name, value in self.twitch.environment.items() if name.endswith("_URL")]
        return {urllib.parse.urlsplit(address).scheme for address in addresses}

    # --- in which order --------------------------------------------------------------------------------------------------

    def rounds(self, faults):
        def of(command, **wanted):
            found = [f for f in faults if f["command"] == command and all(f.get(k) == v for k, v in wanted.items())]
            return sorted(found, key=lambda f: f.get("action") in NOTICED_LATE)

        for pair in zip_longest(reversed(of("irc")), reversed(of("eventsub"))):
            yield self.inject, [fault for fault in pair if fault]
        accepts = of("fault", where="accept")
        for kind in dict.fromkeys(fault["kind"] for fault in accepts):
            yield self.refuse_links, [f for f in accepts if f["kind"] == kind and f["target"] in self.used()]
        for fault in of("fault", where="login"):
            yield self.refuse_login, [fault]
        requests = of("fault", where="http")
        for i in range(0, len(requests), REQUESTS_AT_ONCE):
            yield self.break_requests, requests[i : i + REQUESTS_AT_ONCE]

    # --- what is done ----------------------------------------------------------------------------------------------------

    def inject(self, faults):
        for fault in faults:
            self.twitch.control(**fault)

    def refuse_links(self, faults):
        """All links are lost, and the next tries meet the fault."""
        for fault in faults:
            self.twitch.control(**fault, count=-1)
        self.drop_links()
        self.twitch.control("fault", where="http", kind="close", count=-1, path=PATHS[0])
        self.ban()
        wait_until(lambda: not {"online"} & set(self.links()), PATIENCE, f"the links notice {faults}")
        self.wait_happened("accept")

    def refuse_login(self, faults):
        self.inject(faults)
        self.twitch.control("irc", action="drop")
        self.wait_happened("login")

    def break_requests(self, faults):
        for fault in faults:
            for path in PATHS:
                self.twitch.control(**fault, method="POST", path=path, ms=200)
        self.twitch.control("eventsub", action="drop")
        for _ in faults:
            self.ban()
        self.wait_happened("http")
        # What was refused for good leaves topics out until the next session.
        self.twitch.control("eventsub", action="drop")

    def drop_links(self):
        self.twitch.control("irc", action="drop")
        self.twitch.control("eventsub", action="drop")

    # --- what is seen ----------------------------------------------------------------------------------------------------

    def wait_happened(self, where):
        """Until no fault that was set is left that has not met anybody."""

        def left():
            return [rule for rule in self.twitch.control("state")["faults"] if rule["where"] == where and not rule["hits"]]

        end = time.monotonic() + PATIENCE
        while left():
            if time.monotonic() > end:
                self.fail(f"these did not happen: {left()}, state is {self.links()}")
            self.press_reconnect()
            time.sleep(0.1)

    def press_reconnect(self):
        """As somebody impatient does: once a second while something is missing."""
        if time.monotonic() - self.pressed > 1 and self.links() != ("online", "online"):
            self.pressed = time.monotonic()
            self.studio.client.vendor("reconnect")

    def links(self):
        state = self.studio.client.vendor("get_state")
        return state.get("chat"), state.get("eventsub")

    def ban(self):
        """Asks to ban somebody new. Returns their user id."""
        self.people += 1
        user = self.twitch.control("user", login=f"mallory_{self.people}")["id"]
        self.studio.client.vendor("ban", user_id=user, reason="test", origin="test")
        return user

    def works(self, after):
        """Chat, EventSub and the web API do what they are there for, though somebody impatient presses "reconnect"."""
        end = time.monotonic() + PATIENCE
        told = set()
        while len(told) < 2:
            if time.monotonic() > end:
                self.fail(f"after {after}: {told or 'nothing'} arrived, state is {self.links()}")
            self.press_reconnect()
            self.people += 1
            mark = f"fan_{self.people}"
            self.twitch.control("chat.message", user=mark, text="hello")
            self.twitch.control("event", type="follow", user=mark)
            told |= self.told(mark)
        user = self.ban()
        action = self.wait_vendor("action", lambda data: data.get("user_id") == user and data.get("state") != "queued")
        self.assertEqual(action["state"], "done", f"a ban after {after}")
        self.studio.client.request("GetSceneList")

    def told(self, mark, seconds=0.5):
        """By which ways it is told within a moment that somebody of this name writes and follows."""
        told = set()
        end = time.monotonic() + seconds
        while len(told) < 2 and time.monotonic() < end:
            if self.studio.client.vendor("get_stats").get("latest_chatter") == mark:
                told.add("chat")
            told |= {"eventsub" for event in self.vendor_events("follow") if event.get("user_login") == mark}
            time.sleep(0.05)
        return told

    def vendor_events(self, kind):
        """What arrived of this kind so far, once."""
        events = [event["eventData"] for event in self.studio.client.events]
        self.studio.client.events.clear()
        return [event["eventData"] for event in events if event.get("eventType") == kind]

    def wait_vendor(self, kind, wanted):
        event = self.studio.client.wait_event(
            lambda e: e["eventData"].get("eventType") == kind and wanted(e["eventData"]["eventData"]), PATIENCE
        )
        return event["eventData"]["eventData"]


if __name__ == "__main__":
    unittest.main()

"""A streamer's first evening, by the mouse alone: sign in with a device code, see the chat, ban somebody, sign out."""

import json
import os
import ssl
import stat
import time
import unittest
import urllib.request

from driver.case import ObsTestCase
from driver.dock import BUTTON_RGB, TARGET_COLOUR, TARGET_RGB, click_ban, fill_with_chat, find_buttons
from driver.process import wait_until

BANS = {"kind": "http", "method": "POST", "path": "/moderation/bans"}
ONLINE_RGB = (46, 184, 110)

# Under the dock's title, the channel and the tabs.
BELOW_HEADER = 150
DOT_HEIGHT = 6


class SignIn(ObsTestCase):
    def browser(self):
        """A browser that only notes what it is asked to open. Returns its folder for PATH, and the note."""
        folder = self.home / "bin"
        folder.mkdir()
        note = self.home / "opened"
        opener = folder / "xdg-open"
        opener.write_text(f'#!/bin/sh\nprintf %s "$1" >"{note}.new" && mv "{note}.new" "{note}"\n')
        opener.chmod(opener.stat().st_mode | stat.S_IXUSR)
        return folder, note

    def right_half(self, top=0):
        width, height = self.display.size
        return (width // 2, top, width - 1, height - 1)

    def wait_button(self, box, least_width, which=0):
        """The middle of a button of at least this width in a part of the screen, from top to bottom."""

        def find():
            found = [b for b in find_buttons(self.display.look(), box) if b[2] - b[0] >= least_width]
            return found[which] if len(found) > which else None

        def look():
            # Twice at the same place: the window may still be taking its shape.
            first = find()
            time.sleep(0.4)
            return first if first and first == find() else None

        left, top, right, bottom = wait_until(look, 15, "a button on the screen")
        return (left + right) // 2, (top + bottom) // 2

    def window_box(self, title):
        window = wait_until(lambda: self.display.windows(title), 10, f"the window {title}")[0]
        return self.display.geometry(window)

    def test_first_evening(self):
        simulator = self.simulator("--rate", "20")
        folder, note = self.browser()
        environment = {**simulator.environment, "PATH": f"{folder}:{os.environ['PATH']}"}
        obs = self.obs(environment=environment).wait_ready()
        self.display.fill("^OBS ")

        self.display.click(*self.wait_button(self.right_half(BELOW_HEADER), 200))
        self.display.click(*self.wait_button(self.window_box("^Sign in to Twitch$"), 200))
        address = wait_until(lambda: note.exists() and note.read_text(), 10, "the browser is opened")
        trust = ssl.create_default_context(cafile=simulator.environment["LIVEXTREM_CA_FILE"])
        with urllib.request.urlopen(f"{address}&answer=allow", context=trust, timeout=10) as page:
            self.assertIn("Done", page.read().decode())
        state = wait_until(lambda: self.state(obs, chat="online", account="signed_in"), 30, "signed in, chat is read")
        self.assertEqual((state["user_login"], state["channel"]), (simulator.channel, simulator.channel))
        self.display.click(*self.wait_button(self.window_box("^Sign in to Twitch$"), 40))
        wait_until(lambda: not self.display.windows("^Sign in to Twitch$"), 10, "the dialog is closed")

        fill_with_chat(obs, simulator)
        user = simulator.control("user", login="mallory_42", name="Mallory_42", color=TARGET_COLOUR)
        simulator.control("chat.message", user="mallory_42", text="buy followers at spam.example")
        wait_until(lambda: self.display.look().find_colour(TARGET_RGB), 10, "the author's name is on the screen")
        click_ban(self.display, self.right_half())
        request = simulator.wait_received(1, **BANS)[0]
        self.assertEqual(json.loads(request["body"])["data"]["user_id"], user["id"])

        self.sign_out()
        wait_until(lambda: simulator.received(kind="http", path="/oauth2/revoke"), 10, "the token is revoked")
        # Reading goes on without an account.
        before = obs.client.vendor("get_stats")["messages"]
        wait_until(lambda: obs.client.vendor("get_stats")["messages"] > before, 20, "chat goes on")
        self.end_obs(obs)

    def state(self, obs, **wanted):
        state = obs.client.vendor("get_state")
        return state if all(state[name] == value for name, value in wanted.items()) else None

    def sign_out(self):
        """By the tab with the green dot, and the second button of the page behind it: the first one shows the permissions."""

        def dot():
            # The topmost thing of this colour: somebody's name below may have it too.
            picture = self.display.look()
            left, _, right, _ = self.right_half()
            found = picture.find_colour(ONLINE_RGB, box=(left, 0, right, BELOW_HEADER))
            return found and picture.find_colour(ONLINE_RGB, box=(left, found[1], right, found[1] + DOT_HEIGHT))

        left, top, right, bottom = wait_until(dot, 10, "the dot of the connection")
        self.display.click((left + right) // 2, (top + bottom) // 2)
        self.display.click(*self.wait_button(self.right_half(BELOW_HEADER), 40, which=1))


if __name__ == "__main__":
    unittest.main()

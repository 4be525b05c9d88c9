"""The dock in OBS: chat can be seen, and a click on ban does just that."""

import json
import unittest

from driver.case import ObsTestCase
from driver.dock import TARGET_COLOUR, TARGET_RGB, click_ban, fill_with_chat
from driver.process import wait_until

BANS = {"kind": "http", "method": "POST", "path": "/moderation/bans"}


class Dock(ObsTestCase):
    def dock(self):
        """The part of the screen that the dock is in: OBS puts a new one at the right."""
        width, height = self.display.size
        return (width // 2, 0, width - 1, height - 1)

    def test_chat_is_seen(self):
        simulator = self.simulator("--rate", "0")
        obs = self.obs_on(simulator)
        self.assertIsNone(self.display.look().find_colour(TARGET_RGB))
        simulator.control("user", login="mallory_42", name="Mallory_42", color=TARGET_COLOUR)
        simulator.control("chat.message", user="mallory_42", text="hello there")
        name = wait_until(lambda: self.display.look().find_colour(TARGET_RGB), 10, "the author's name is on the screen")
        self.assertGreater(name[0], self.dock()[0])
        # A name is a line of text: wider than it is high.
        self.assertGreater(name[2] - name[0], name[3] - name[1])
        self.end_obs(obs)

    def test_click_on_ban(self):
        """While chat runs, one click is one request, by user id, and the line shows what became of it."""
        simulator = self.simulator("--rate", "20")
        obs = self.obs_on(simulator)
        fill_with_chat(obs, simulator)
        user = simulator.control("user", login="mallory_42", name="Mallory_42", color=TARGET_COLOUR)
        simulator.control("chat.message", user="mallory_42", text="buy followers at spam.example")
        box, before = click_ban(self.display, self.dock())
        request = simulator.wait_received(1, **BANS)[0]
        self.assertEqual(request["status"], 200)
        self.assertEqual(json.loads(request["body"])["data"]["user_id"], user["id"])
        self.assertIn("moderator_id=", request["query"])
        event = obs.client.wait_event(lambda event: event["eventData"].get("eventType") == "user_banned")
        self.assertEqual(event["eventData"]["eventData"]["user_id"], user["id"])
        # Its words now look different, with the pointer and so the list still where they were.
        line = (self.dock()[0], box[1], box[0] + (box[2] - box[0]) // 2, box[3])
        wait_until(lambda: before.difference(self.display.look(), line), 5, "the line shows the ban")
        self.assertEqual(len(simulator.received(**BANS)), 1)
        self.end_obs(obs)


if __name__ == "__main__":
    unittest.main()

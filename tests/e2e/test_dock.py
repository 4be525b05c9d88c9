"""The dock in OBS: chat can be seen, and a click on ban does just that."""

import json
import unittest

from driver.case import ObsTestCase
from driver.dock import TARGET_COLOUR, TARGET_RGB, click_ban, fill_with_chat, find_buttons
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
        self.write_a_command(obs, simulator)
        self.end_obs(obs)

    def find_line(self):
        """The wide field right below the last line of the chat; OBS's own buttons lie further down."""
        look = self.display.look()
        name = look.find_colour(TARGET_RGB)
        if not name:
            return None
        below = (name[0] - 60, name[3], self.dock()[2], name[3] + 60)
        fields = [box for box in find_buttons(look, below) if box[2] - box[0] > 100]
        # While the window finds its size, nothing stays where it was seen.
        still = self.display.look().find_colour(TARGET_RGB) == name
        return fields[0] if fields and still else None

    def write_a_command(self, obs, simulator):
        """Real keys: the name is completed by Tab, Enter sends, and Twitch gets one timeout of just that length."""
        field = wait_until(self.find_line, 10, "the line to write in stands below the chat")
        self.display.click((field[0] + field[2]) // 2, (field[1] + field[3]) // 2)
        self.display.type("/timeout mal")
        self.display.key("Tab")
        self.display.type("10m being rude")
        self.display.key("Return")
        request = simulator.wait_received(1, **BANS)[0]
        self.assertEqual(request["status"], 200)
        data = json.loads(request["body"])["data"]
        self.assertEqual((data["duration"], data["reason"]), (600, "being rude"))
        event = obs.client.wait_event(lambda event: event["eventData"].get("eventType") == "action"
                                      and event["eventData"]["eventData"]["state"] == "done")
        self.assertEqual(event["eventData"]["eventData"]["origin"], "dock")
        self.display.type("/slow 45")
        self.display.key("Return")
        event = obs.client.wait_event(lambda event: event["eventData"].get("eventType") == "command_result")
        self.assertEqual(event["eventData"]["eventData"]["state"], "done")
        self.assertEqual(len(simulator.received(kind="http", method="PATCH", path="/chat/settings")), 1)

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

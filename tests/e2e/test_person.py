"""What is known of a person, by real clicks in real OBS: the card, a note that stays, a timeout; and in the end forgetting them."""

import json
import sqlite3
import time
import unittest

from driver.case import PLUGIN, SANITIZED, ObsTestCase
from driver.dock import TARGET_COLOUR, TARGET_RGB, find_buttons, steady_look
from driver.process import wait_until
from driver.simulator import sign_in

BANS = {"kind": "http", "method": "POST", "path": "/moderation/bans"}
NOTE = "sells followers"
LOGIN = "mallory_42"
# The dock's menu stands at the end of its first line, below the title that OBS gives it.
MENU = (18, 87)
PATIENCE = 60 if SANITIZED else 30  # seconds
LINE = 12  # pixels that something must be higher than to be more than one line


@unittest.skipUnless((PLUGIN / "obs-plugins/livextrem.so").exists(), "built without the plugin")
class Person(ObsTestCase):
    @property
    def path(self):
        return self.home / "config/chat.sqlite"

    def rows(self, sql, path=None):
        database = sqlite3.connect(f"file:{path or self.path}?mode=ro", uri=True)
        try:
            return database.execute(sql).fetchall()
        finally:
            database.close()

    def wait_rows(self, sql, what):
        return wait_until(lambda: self.rows(sql), PATIENCE, what)

    def chat(self):
        """The part of the screen that has the chat, without the header, whose numbers move."""
        width, height = self.display.size
        return (width * 4 // 5, 132, width - 24, height * 2 // 3)

    def steady(self, box):
        # The pointer shows buttons on the line that it is on.
        self.display.move(20, 20)
        return steady_look(self.display, box)

    def name(self):
        """The box of the person's names in the chat."""
        return wait_until(lambda: self.steady(self.chat()).find_colour(TARGET_RGB, box=self.chat()), PATIENCE, "the name in the chat")

    def window(self, title):
        (window,) = wait_until(lambda: self.display.windows(title), PATIENCE, f"the window {title}")
        box = None
        # They find their size, and the card grows as answers come.
        for _ in range(40):
            before, box = box, self.display.geometry(window)
            if before == box and not self.display.look().difference(steady_look(self.display, box), box):
                break
            time.sleep(0.3)
        return box

    def gone(self, title):
        wait_until(lambda: not self.display.windows(title), PATIENCE, f"the window {title} is closed")

    def buttons(self, box):
        """Buttons and fields of a window, from top to bottom and from left to right."""
        return sorted(find_buttons(self.display.look(), box), key=lambda b: (b[1] // 8, b[0]))

    def click(self, box):
        self.display.click((box[0] + box[2]) // 2, (box[1] + box[3]) // 2)

    def open_card(self):
        """Clicks the person's last name in the chat. Returns the card's box."""
        left, _, _, bottom = self.name()
        self.display.click(left + 8, bottom - 4)
        return self.window("^Mallory_42$")

    def close_card(self):
        self.display.key("Escape")
        self.gone("^Mallory_42$")

    def test_a_person(self):
        simulator = self.simulator("--rate", "0")
        self.user = simulator.control(
            "user", login=LOGIN, name="Mallory_42", color=TARGET_COLOUR, follows=True, tier=1000, months=7
        )
        obs = self.obs(environment={**simulator.environment, "LIVEXTREM_CONFIG_DIR": str(self.home / "config")}).wait_ready()
        self.display.fill("^OBS ")
        sign_in(obs, simulator)
        self.open_gifts(simulator)
        self.know_a_person(simulator)
        self.take_a_lock_and_let_go(simulator)
        self.see_a_new_emote(simulator)
        self.back_up()
        self.forget()
        self.end_obs(obs)
        self.find_no_trace()

    def open_gifts(self, simulator):
        """Gifts of one bomb are one line; a click shows who got them, another hides them again."""
        simulator.control("chat.message", user=LOGIN, text="hello everybody")
        self.wait_rows("SELECT 1 FROM message WHERE text = 'hello everybody'", "the first message")
        name = self.name()
        before = self.steady(self.chat())
        simulator.control("event", type="gift", user="bert", amount=5)
        wait_until(lambda: before.difference(self.display.look(), self.chat()), PATIENCE, "the gifts in the chat")
        folded = self.steady(self.chat())
        above = self.name()
        y = above[3] + (name[3] - above[3])  # of the line below hers
        self.display.click(above[0] + 60, y)
        opened = wait_until(lambda: self.name() if self.name()[3] < above[3] - LINE else None, PATIENCE, "who got the gifts")
        self.display.click(above[0] + 60, y - (above[3] - opened[3]))
        wait_until(lambda: not folded.difference(self.steady(self.chat()), self.chat()), PATIENCE, "one line again")

    def know_a_person(self, simulator):
        simulator.control("chat.message", user=LOGIN, text="buy followers at spam.example")
        self.wait_rows("SELECT 1 FROM message WHERE text LIKE 'buy%'", "the message in the log")
        card = self.open_card()
        for path in ("/users", "/channels/followers", "/subscriptions"):
            simulator.wait_received(1, seconds=PATIENCE, kind="http", method="GET", path=path)
        # The picture: of more colours than a letter on its colour has.
        note = next(box for box in self.buttons(card) if box[2] - box[0] > 200)
        empty = steady_look(self.display, note)
        self.click(note)
        self.display.type(NOTE)
        self.close_card()
        wait_until(lambda: self.rows("SELECT text FROM person_note") == [(NOTE,)], PATIENCE, "the note in the log")

        # It is there when the card opens again.
        self.assertEqual(self.open_card(), card)
        wait_until(lambda: empty.difference(self.display.look(), note), PATIENCE, "the note in the card")
        history = (card[0] + 10, note[3] + 50, card[2] - 10, note[3] + 190)
        said = steady_look(self.display, history)
        narrow = [box for box in self.buttons(card) if 60 < box[2] - box[0] < 150 and box[1] > note[3]]
        self.click(narrow[0])
        self.gone("^Mallory_42$")
        request = simulator.wait_received(1, seconds=PATIENCE, **BANS)[0]
        data = json.loads(request["body"])["data"]
        self.assertEqual((request["status"], data["user_id"], data["duration"]), (200, self.user["id"], 60))
        self.wait_rows("SELECT 1 FROM moderation WHERE kind = 'timeout' AND duration_s = 60", "the timeout in the log")

        # What was done stands among what was said, also when all is well again.
        simulator.control("moderate", action="unban", user=LOGIN, by="modi")
        simulator.control("chat.message", user=LOGIN, text="I am back")
        self.wait_rows("SELECT 1 FROM message WHERE text = 'I am back'", "the message in the log")
        card = self.open_card()
        changed = wait_until(lambda: said.difference(self.display.look(), history), PATIENCE, "the timeout in the card")
        self.assertGreater(changed[3] - changed[1], LINE)
        self.close_card()

    def take_a_lock_and_let_go(self, simulator):
        """While another program holds the log, the dock says so above the chat; and no longer once it lets go."""
        left, top, right, _ = self.chat()
        head = (left, top + 3, right, top + 3 + LINE)
        wait_until(lambda: self.display.look().colours(head) == 1, 60, "nothing stands at the head of the chat")
        other = sqlite3.connect(self.path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        try:
            simulator.control("chat.message", user="anna_b", text="while it is locked")
            wait_until(lambda: self.display.look().colours(head) > 1, 60, "the dock says that the log is not written")
        finally:
            other.execute("ROLLBACK")
            other.close()
        self.wait_rows("SELECT 1 FROM message WHERE text = 'while it is locked'", "what came meanwhile is in the log")
        wait_until(lambda: self.display.look().colours(head) == 1, 60, "the dock says no more of it")

    def open_log_settings(self):
        self.display.click(self.display.size[0] - MENU[0], MENU[1])
        time.sleep(0.5)
        self.display.key("Up", "Return")
        self.window("^liveXtrem settings$")
        self.display.key("Down", "Down", "Down")
        return self.window("^liveXtrem settings$")

    def back_up(self):
        """The backup is a data base of its own with every message."""
        self.settings = self.open_log_settings()
        # How long, folder, backup, compact, who …
        self.care = self.buttons(self.settings)[1:4]
        self.who = self.buttons(self.settings)[4]
        copy = self.home / "copy.sqlite"
        self.click(self.care[1])
        self.window("^Back up the chat log$")
        self.display.key("ctrl+a")
        self.display.type(str(copy))
        self.display.key("Return")
        self.gone("^Back up the chat log$")
        count = "SELECT count(*) FROM message"
        wait_until(lambda: copy.exists() and self.rows("PRAGMA integrity_check", copy) == [("ok",)], PATIENCE, "the backup")
        self.assertEqual(self.rows(count, copy), self.rows(count))
        copy.unlink()

    def forget(self):
        """Whoever is forgotten is gone from the data base and from the screen."""
        self.assertIn(LOGIN.encode(), self.on_disk())
        self.click(self.who)
        self.display.type("Mallory_42")
        self.display.key("Return")
        ask = "^Forget a person$"
        yes, _ = sorted(self.buttons(self.window(ask)))
        self.click(yes)
        self.gone(ask)
        wait_until(lambda: not self.rows(f"SELECT 1 FROM user WHERE login = '{LOGIN}'"), PATIENCE, "nobody of that name in the log")
        self.display.key("Escape")
        self.gone("^liveXtrem settings$")
        wait_until(lambda: not self.steady(self.chat()).find_colour(TARGET_RGB, box=self.chat()), PATIENCE, "no such name in the chat")
        self.find_no_trace()

    def on_disk(self):
        """All bytes of the log, with what SQLite keeps beside it, in small letters."""
        return b"".join(file.read_bytes() for file in sorted(self.path.parent.glob("chat.sqlite*"))).lower()

    def find_no_trace(self):
        left = self.on_disk()
        for trace in (LOGIN, self.user["id"], NOTE, "i am back", "buy followers"):
            self.assertNotIn(trace.encode(), left)

    def see_a_new_emote(self, simulator):
        """7TV tells of an emote that the channel adds while it is live: from then on its name is a picture."""
        picture = {"kind": "http", "path": "/7tv/cdn/emote/01FE3XYN5R0008NJNY3WVKWPEP"}
        simulator.wait_received(1, seconds=PATIENCE, kind="7tv")
        simulator.control("chat.message", user="anna_b", text="peepoNew")
        self.wait_rows("SELECT 1 FROM message WHERE text = 'peepoNew'", "the word in the chat")
        self.assertEqual(simulator.received(**picture), [])
        simulator.control("7tv", action="add", name="peepoNew")
        simulator.wait_received(1, seconds=PATIENCE, **picture)


if __name__ == "__main__":
    unittest.main()

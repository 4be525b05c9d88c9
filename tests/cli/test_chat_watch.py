"""livextrem-cli chat watch on the simulator: events as lines of JSON, a lost link that comes back, a clean end."""

import json
import os
import signal
import subprocess
import unittest
import urllib.request


class Simulator:
    def __enter__(self):
        self.process = subprocess.Popen([os.environ["TWITCHSIM"], "--rate", "0", "--exit-with-stdin"],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.addresses = json.loads(self.process.stdout.readline())
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(30)
        self.process.stdout.close()

    def control(self, command, **parameters):
        request = urllib.request.Request(f"{self.addresses['control']}/{command}", json.dumps(parameters).encode())
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)


class Watch:
    def __init__(self, simulator, channel, **environment):
        environment = {**os.environ, **simulator.addresses["environment"], "LC_ALL": "C.UTF-8", **environment}
        self.process = subprocess.Popen([os.environ["LIVEXTREM_CLI"], "chat", "watch", channel], env=environment,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self.process.stderr.close()

    def until(self, kind, **fields):
        """The next event of a kind with such fields; the test's own time limit ends a wait in vain."""
        for line in self.process.stdout:
            event = json.loads(line)
            if event["type"] == kind and all(event.get(key) == value for key, value in fields.items()):
                return event
        self.fail(f"no {kind} with {fields}")

    def fail(self, message):
        raise AssertionError(message + self.process.stderr.read().decode())

    def end(self, number):
        self.process.send_signal(number)
        rest = [json.loads(line) for line in self.process.stdout]
        return self.process.wait(10), rest


class ChatWatch(unittest.TestCase):
    def test_anonymous(self):
        with Simulator() as simulator, Watch(simulator, "#Streamer", LIVEXTREM_TOKEN="") as watch:
            online = watch.until("connection", state="online")
            self.assertTrue(online["anonymous"])
            self.assertEqual(online["channel"], "streamer")
            simulator.control("chat.message", user="anna_b", text="hello \U0001f602 \u0007")
            message = watch.until("chat_message")
            self.assertEqual(message["user"]["login"], "anna_b")
            self.assertEqual(message["text"], "hello \U0001f602 \ufffd")
            status, rest = watch.end(signal.SIGTERM)
            self.assertEqual(status, 0)
            self.assertEqual(rest[-1]["state"], "offline")

    def test_comes_back(self):
        with Simulator() as simulator, Watch(simulator, "streamer", LIVEXTREM_TOKEN="") as watch:
            watch.until("connection", state="online")
            simulator.control("irc", action="drop")
            waiting = watch.until("connection", state="waiting")
            self.assertEqual(waiting["reason"], "network")
            self.assertLessEqual(waiting["retry_in_ms"], 1000)
            watch.until("connection", state="online")
            self.assertEqual(watch.end(signal.SIGINT)[0], 0)

    def test_with_a_token(self):
        with Simulator() as simulator:
            token = simulator.addresses["tokens"]["moderator"]
            client = simulator.addresses["clients"]["public"]
            with Watch(simulator, "streamer", LIVEXTREM_TOKEN=token, LIVEXTREM_CLIENT_ID=client) as watch:
                self.assertFalse(watch.until("connection", state="online")["anonymous"])
                state = watch.until("user_state", channel="streamer")
                self.assertIn("moderator", state["user"]["roles"])
                self.assertEqual(watch.end(signal.SIGINT)[0], 0)

    def test_wrong_certificate(self):
        with Simulator() as simulator, Watch(simulator, "streamer", LIVEXTREM_TOKEN="", LIVEXTREM_CA_FILE="") as watch:
            self.assertEqual(watch.until("connection", state="waiting")["reason"], "tls")
            self.assertEqual(watch.end(signal.SIGINT)[0], 0)

    def test_no_channel(self):
        with Simulator() as simulator, Watch(simulator, "not a name", LIVEXTREM_TOKEN="") as watch:
            self.assertEqual(watch.process.wait(10), 2)


if __name__ == "__main__":
    unittest.main()

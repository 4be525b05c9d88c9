"""livextrem-cli helix on the simulator: one request, its answer, an exit status for scripts."""

import json
import os
import subprocess
import unittest

from test_chat_watch import Simulator


class Helix(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.simulator = Simulator().__enter__()
        cls.token = cls.simulator.addresses["tokens"]["broadcaster"]
        cls.client = cls.simulator.addresses["clients"]["public"]

    @classmethod
    def tearDownClass(cls):
        cls.simulator.__exit__()

    def run_cli(self, *arguments, **environment):
        environment = {**os.environ, **self.simulator.addresses["environment"], "LC_ALL": "C.UTF-8",
                       "LIVEXTREM_TOKEN": self.token, "LIVEXTREM_CLIENT_ID": self.client, **environment}
        result = subprocess.run([os.environ["LIVEXTREM_CLI"], "helix", *arguments], env=environment,
                                capture_output=True, text=True, timeout=60, check=False)
        self.assertNotIn(self.token, result.stdout + result.stderr)
        return result.returncode, result.stdout, result.stderr

    def test_an_answer_is_one_line_of_json(self):
        status, out, errors = self.run_cli("get", "users", "--query", "login=streamer")
        self.assertEqual((status, errors), (0, ""))
        self.assertEqual(len(out.splitlines()), 1)
        self.assertEqual(json.loads(out)["data"][0]["login"], "streamer")

    def test_a_refusal_is_an_exit_status_and_a_sentence(self):
        status, out, errors = self.run_cli("GET", "/nowhere")
        self.assertEqual(status, 1)
        self.assertEqual(json.loads(out)["status"], 404)
        self.assertTrue(errors.strip())

    def test_called_the_wrong_way(self):
        for arguments in (["GET"], ["GET", "/users?id=1"], ["GET", "/users", "--query", "id"], ["G T", "/users"],
                          ["GET", "/users", "--body"]):
            status, out, errors = self.run_cli(*arguments)
            self.assertEqual((status, out), (2, ""), arguments)
            self.assertIn("helix METHOD PATH", errors)

    def test_a_token_as_people_copy_it(self):
        status, out, _ = self.run_cli("GET", "/users", LIVEXTREM_TOKEN=f" oauth:{self.token}\r\n")
        self.assertEqual(status, 0)
        self.assertEqual(json.loads(out)["data"][0]["login"], "streamer")

    def test_what_cannot_be_a_token_is_not_sent(self):
        status, out, errors = self.run_cli("GET", "/users", LIVEXTREM_TOKEN="a\r\nX-Evil: 1")
        self.assertEqual((status, out), (1, ""))
        self.assertTrue(errors.strip())
        self.assertNotIn("X-Evil", errors)


if __name__ == "__main__":
    unittest.main()

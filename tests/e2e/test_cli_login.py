"""livextrem-cli signs in in every way, tells who that is, and signs out, without a word of the token."""

import json
import os
import pathlib
import socket
import ssl
import stat
import subprocess
import tempfile
import threading
import unittest
import urllib.parse
import urllib.request

from driver.simulator import Simulator

CLI = pathlib.Path(os.environ["LIVEXTREM_BUILD_DIR"]) / "src/cli/livextrem-cli"
CONFIDENTIAL = {
    "LIVEXTREM_CLIENT_ID": "simsecretclient000000000000001",
    "LIVEXTREM_CLIENT_SECRET": "simclientsecret000000000000001",
}


class Proxy:
    """An HTTP proxy that only tunnels, and notes where to."""

    def __init__(self):
        self.tunnels = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._tunnel, args=(client,), daemon=True).start()

    def _tunnel(self, client):
        head = b""
        while b"\r\n\r\n" not in head:
            head += client.recv(4096)
        target = head.split()[1].decode()
        self.tunnels.append(target)
        host, port = target.rsplit(":", 1)
        with client, socket.create_connection((host, int(port))) as server:
            client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            back = threading.Thread(target=self._copy, args=(server, client), daemon=True)
            back.start()
            self._copy(client, server)
            back.join()

    @staticmethod
    def _copy(source, sink):
        try:
            while part := source.recv(65536):
                sink.sendall(part)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def close(self):
        self._listener.close()


class CliLogin(unittest.TestCase):
    def setUp(self):
        self.simulator = Simulator("--rate", "0")
        self.addCleanup(self.simulator.close)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.said = ""
        self.addCleanup(self.assert_nothing_secret_said)
        # No secret store of the machine: the file is what this test can look into.
        unset = ("LIVEXTREM_", "DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "WAYLAND_DISPLAY", "XDG_RUNTIME_DIR", "LC_", "LANG")
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(unset)},
            **self.simulator.environment,
            "LIVEXTREM_CONFIG_DIR": str(self.folder / "config"),
            "HOME": str(self.folder),
            "LANG": "en_US.UTF-8",
        }

    def start(self, *words, **environment):
        return subprocess.Popen(
            [CLI, *words],
            env={**self.environment, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def finish(self, process, typed=None):
        """Exit status, the last line of JSON, what was said to people."""
        output, errors = process.communicate(typed, timeout=60)
        self.said += output + errors
        lines = [json.loads(line) for line in output.splitlines()]
        return process.returncode, lines[-1] if lines else None, errors

    def run_cli(self, *words, typed=None, **environment):
        return self.finish(self.start(*words, **environment), typed)

    def wait_for_prompt(self, process):
        for line in process.stdout:
            self.said += line
            event = json.loads(line)
            if event["state"] == "waiting":
                return event
            self.assertNotEqual(event["state"], "failed", event)
        self.fail("the program ended before it was the user's turn")

    def secrets(self):
        """Everything that may open something, as the simulator knows it."""
        found = ["simclientsecret000000000000001"]
        for token in self.simulator.control("oauth", action="list")["tokens"]:
            found += [token["access_token"], token["refresh_token"]]
        return [secret for secret in found if secret]

    def assert_nothing_secret_said(self):
        for secret in self.secrets():
            self.assertNotIn(secret, self.said)
        for path in self.folder.rglob("*"):
            if path.is_file() and path.name != "tokens.json":
                for secret in self.secrets():
                    self.assertNotIn(secret, path.read_text(errors="replace"))

    def test_device_code(self):
        process = self.start("login", "--file")
        prompt = self.wait_for_prompt(process)
        self.assertRegex(prompt["user_code"], "^[A-Z]{8}$")
        self.simulator.control("oauth", action="approve", user_code=prompt["user_code"])
        status, account, errors = self.finish(process)
        self.assertEqual(status, 0)
        self.assertEqual((account["state"], account["user"]["login"]), ("signed_in", "streamer"))
        self.assertIn(prompt["user_code"], errors)
        tokens = self.folder / "config/tokens.json"
        self.assertEqual(stat.S_IMODE(tokens.stat().st_mode), 0o600)

        status, account, _ = self.run_cli("whoami")
        self.assertEqual((status, account["user"]["login"], account["storage"]), (0, "streamer", "file"))
        status, _, errors = self.run_cli("whoami", "--bot")
        self.assertEqual(status, 1)
        self.assertIn("Nobody is signed in", errors)

        # The token ends; the next program refreshes it.
        self.simulator.control("oauth", action="expire_tokens", user="streamer")
        status, account, _ = self.run_cli("whoami")
        self.assertEqual((status, account["state"]), (0, "signed_in"))

        status, account, _ = self.run_cli("logout")
        self.assertEqual((status, account["state"]), (0, "signed_out"))
        self.assertNotIn("refresh_token", tokens.read_text())
        mine = [token for token in self.simulator.control("oauth", action="list")["tokens"] if token["refresh_token"]]
        self.assertTrue(mine[-1]["revoked"])
        self.assertEqual(self.run_cli("whoami")[0], 1)

    def test_device_code_refused(self):
        process = self.start("login")
        prompt = self.wait_for_prompt(process)
        self.simulator.control("oauth", action="deny", user_code=prompt["user_code"])
        status, event, errors = self.finish(process)
        self.assertEqual((status, event["state"], event["reason"]), (1, "failed", "denied"))
        self.assertIn("Start the sign-in again", errors)

    def test_interrupted(self):
        process = self.start("login")
        self.wait_for_prompt(process)
        process.terminate()
        status, event, _ = self.finish(process)
        self.assertEqual((status, event["state"]), (1, "cancelled"))

    def test_in_the_browser(self):
        process = self.start("login", "--code", "--file", **CONFIDENTIAL)
        prompt = self.wait_for_prompt(process)
        self.simulator.control(
            "oauth",
            action="client",
            id=CONFIDENTIAL["LIVEXTREM_CLIENT_ID"],
            redirects=[f"http://localhost:{port}/callback" for port in range(8080, 8084)],
        )
        browser = urllib.request.build_opener(
            urllib.request.HTTPSHandler(context=self.trusting_context()), urllib.request.ProxyHandler({})
        )
        with browser.open(prompt["url"], timeout=20) as page:
            self.assertIn("Signed in", page.read().decode())
        status, account, _ = self.finish(process)
        self.assertEqual((status, account["state"]), (0, "signed_in"))
        # The secret was kept for refreshing.
        self.simulator.control("oauth", action="expire_tokens", user="streamer")
        status, account, _ = self.run_cli("whoami")
        self.assertEqual((status, account["state"]), (0, "signed_in"))

    def trusting_context(self):
        return ssl.create_default_context(cafile=self.environment["LIVEXTREM_CA_FILE"])

    def test_browser_way_needs_a_secret(self):
        status, event, errors = self.run_cli("login", "--code")
        self.assertEqual((status, event["reason"]), (1, "client"))
        self.assertIn("client secret", errors)

    def test_pasted_token(self):
        token = self.simulator.tokens["moderator"]
        status, account, _ = self.run_cli("login", "--token", "--file", typed=f"oauth:{token}\n")
        self.assertEqual((status, account["user"]["login"]), (0, "modi"))
        status, event, errors = self.run_cli("login", "--token", LIVEXTREM_TOKEN=self.simulator.tokens["expired"])
        self.assertEqual((status, event["state"]), (1, "failed"))
        self.assertIn("does not accept this token", errors)
        # What was there before is still there.
        self.assertEqual(self.run_cli("whoami")[1]["user"]["login"], "modi")

    def test_ipv6_only(self):
        simulator = Simulator("--rate", "0", "--ipv6")
        self.addCleanup(simulator.close)
        self.assertIn("[::1]", simulator.environment["LIVEXTREM_ID_URL"])
        status, account, _ = self.run_cli(
            "whoami", **simulator.environment, LIVEXTREM_TOKEN=simulator.tokens["broadcaster"]
        )
        self.assertEqual((status, account["user"]["login"]), (0, "streamer"))

    def test_through_the_proxy_of_the_environment(self):
        proxy = Proxy()
        self.addCleanup(proxy.close)
        status, account, _ = self.run_cli(
            "whoami", LIVEXTREM_TOKEN=self.simulator.tokens["broadcaster"], HTTPS_PROXY=proxy.url, NO_PROXY=""
        )
        self.assertEqual((status, account["user"]["login"]), (0, "streamer"))
        self.assertEqual(proxy.tunnels, [urllib.parse.urlsplit(self.environment["LIVEXTREM_ID_URL"]).netloc])

    def test_token_of_the_environment_is_not_stored(self):
        status, account, _ = self.run_cli("whoami", LIVEXTREM_TOKEN=self.simulator.tokens["viewer"])
        self.assertEqual((status, account["user"]["login"]), (0, "viewer"))
        self.assertFalse((self.folder / "config").exists())

    def test_no_secret_store(self):
        status, account, errors = self.run_cli("login", "--token", LIVEXTREM_TOKEN=self.simulator.tokens["viewer"])
        self.assertEqual((status, account["storage"]), (1, "memory"))
        self.assertIn("--file", errors)

    def test_no_client_id(self):
        status, event, errors = self.run_cli("login", LIVEXTREM_CLIENT_ID="")
        self.assertEqual((status, event["reason"]), (1, "client"))
        self.assertIn("dev.twitch.tv/console", errors)

    def test_called_the_wrong_way(self):
        for words in (["login", "--both"], ["login", "--code", "--device"], ["logout", "all"], ["whoami", "now"]):
            self.assertEqual(self.run_cli(*words)[0], 2, words)


if __name__ == "__main__":
    unittest.main()

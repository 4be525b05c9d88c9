"""The Debian package: complete, installable, and OBS loads the plugin from its files."""

import pathlib
import shutil
import subprocess
import tempfile
import unittest

from driver.case import BUILD, ObsTestCase


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


class Package(ObsTestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.package = max((BUILD / "package").glob("livextrem_*.deb"), key=lambda path: path.stat().st_mtime)
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="livextrem-package-"))
        run("dpkg-deb", "--extract", cls.package, cls.folder)

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)
        super().tearDownClass()

    def field(self, name):
        return run("dpkg-deb", "--field", self.package, name).strip()

    def test_names_what_it_needs(self):
        depends = self.field("Depends")
        self.assertRegex(depends, r"obs-studio \(>= \d+\.\d+\)")
        for library in ("libc6", "libobs", "libqt6widgets6", "libcurl", "libcjson1", "libicu", "libmicrohttpd", "libsecret-1-0"):
            self.assertIn(library, depends)
        self.assertEqual(self.field("Architecture"), run("dpkg", "--print-architecture").strip())

    def test_is_small(self):
        self.assertLess(self.package.stat().st_size, 10_000_000)

    def test_can_be_installed_on_a_clean_system(self):
        """apt finds everything the package asks for, starting from a system on which nothing at all is installed."""
        with tempfile.NamedTemporaryFile() as nothing:
            plan = run("apt-get", "-o", f"Dir::State::status={nothing.name}", "--simulate", "--quiet", "install", str(self.package))
        self.assertRegex(plan, r"(?m)^Inst obs-studio ")
        self.assertRegex(plan, r"(?m)^Inst livextrem ")

    def of_another_plugin(self, name):
        """Where a file of OBS's own text source is installed."""
        return pathlib.Path(run("dpkg-query", "--search", f"*/obs-plugins/{name}").split(": ")[1].strip())

    def test_lies_where_obs_looks(self):
        module = self.of_another_plugin("text-freetype2.so")
        self.assertTrue((self.folder / module.relative_to("/").with_name("livextrem.so")).is_file())
        data = self.of_another_plugin("text-freetype2/locale/en-US.ini")
        ours = self.folder / data.relative_to("/").parent.parent.with_name("livextrem")
        for language in ("en-US", "de-DE", "cs-CZ"):
            self.assertTrue((ours / "locale" / f"{language}.ini").is_file())

    def test_obs_loads_it(self):
        (module,) = self.folder.rglob("livextrem.so")
        # The driver takes a folder laid out as the build's own rundir.
        (self.home / "plugin").mkdir()
        (self.home / "plugin/obs-plugins").symlink_to(module.parent)
        (self.home / "plugin/data").symlink_to(self.folder / "usr/share/obs/obs-plugins")
        obs = self.obs(plugin=self.home / "plugin").wait_ready()
        self.assertRegex(obs.log(), r"\[liveXtrem\] version [0-9.]+ loaded")
        self.end_obs(obs)


if __name__ == "__main__":
    unittest.main()

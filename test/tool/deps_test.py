# SPDX-License-Identifier: BSD-3-Clause
"""tool/deps, with a package manager of ours in PATH: silent when nothing is missing, else it installs just that."""
import os
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from arrows_test import TOP


class DepsTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def fake(self, name, script):
        path = os.path.join(self.folder, name)
        with open(path, "w") as file:
            file.write("#!/bin/bash\n" + script + "\n")
        os.chmod(path, 0o755)

    def run_with(self, absent, user=0, sudo=True, apt="true"):
        """What it says and does where the packages named in `absent` are not installed."""
        self.fake("dpkg-query", f"""for package in "${{@:4}}"; do
            case " {absent} " in *" $package "*) ;; *) echo "installed $package" ;; esac
        done; [ -z "{absent}" ]""")
        self.fake("apt-get", f'echo "apt-get $*" >> {self.folder}/log; {apt}')
        self.fake("id", f"echo {user}")
        if sudo:
            self.fake("sudo", f'echo "sudo" >> {self.folder}/log; exec "$@"')
        for name in ("bash", "env", "grep"):
            if not os.path.exists(os.path.join(self.folder, name)):
                os.symlink(f"/bin/{name}" if name != "env" else "/usr/bin/env", os.path.join(self.folder, name))
        run = subprocess.run(["/bin/bash", os.path.join(TOP, "tool", "deps")], env={"PATH": self.folder},
                             capture_output=True, text=True, timeout=30)
        log = os.path.join(self.folder, "log")
        done = []
        if os.path.exists(log):
            with open(log) as file:
                done = file.read().splitlines()
        return run, done

    def test_nothing_missing(self):
        run, done = self.run_with("")
        self.assertEqual((run.returncode, run.stdout, run.stderr, done), (0, "", "", []))

    def test_installs_what_is_missing_and_no_more(self):
        run, done = self.run_with("meson valgrind")
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertEqual(run.stdout, "Installing Debian packages: meson valgrind\n")
        self.assertEqual([line.split()[1] for line in done], ["update", "install"])
        self.assertEqual(done[1].split()[-2:], ["meson", "valgrind"])
        self.assertIn("--no-install-recommends", done[1])

    def test_through_sudo(self):
        run, done = self.run_with("meson", user=1000)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertEqual(done[::2], ["sudo", "sudo"])

    def test_neither_root_nor_sudo(self):
        run, done = self.run_with("meson", user=1000, sudo=False)
        self.assertEqual((run.returncode, done), (1, []))
        self.assertIn("meson", run.stderr)

    def test_a_failed_installation_is_a_failure(self):
        run, _ = self.run_with("meson", apt="exit 100")
        self.assertNotEqual(run.returncode, 0)


if __name__ == "__main__":
    unittest.main()

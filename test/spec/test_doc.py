# SPDX-License-Identifier: BSD-3-Clause
"""Runs the examples of doc/specifications.md, in order, in one folder."""

import os
import re
import tempfile
import unittest

import support as s


class Examples(unittest.TestCase):
    def test_run(self):
        blocks = re.findall(r"^```python(?: file=(\S+))?\n(.*?)^```$", s.read("doc", "specifications.md"), re.M | re.S)
        self.assertGreaterEqual(len(blocks), 7)
        with tempfile.TemporaryDirectory() as folder:
            def write(name, text):
                os.makedirs(os.path.dirname(os.path.join(folder, name)), exist_ok=True)
                s.write(os.path.join(folder, name), text)

            for name, text in blocks:
                if name:
                    write(name, text)
            names = {"folder": folder, "write": write}
            for name, text in blocks:
                if not name:
                    exec(compile(text, "doc/specifications.md", "exec"), names)
            self.assertEqual([prop[0] for prop in names["reference"].loaded.props], ["asked", "ever_asked"])
            match = s.Reference(s.load(os.path.join(folder, "match")), ports=3)
            for data, mask in [(s.arp(), 0b110), (s.frame4(6, s.tcp(2)), 0b10), (s.frame4(17, s.udp()), 0),
                               (s.frame4(6, b""), 0), (s.frame(0x0800, b""), 0), (b"", 0)]:
                self.assertEqual(match.step(data, 0, 0)[0], mask)

    def test_every_public_name_is_explained(self):
        import vigor
        for name in vigor.__all__:
            self.assertTrue(getattr(vigor, name).__doc__, name)


if __name__ == "__main__":
    unittest.main()

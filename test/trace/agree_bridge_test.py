# SPDX-License-Identifier: BSD-3-Clause
"""The bridge on generated traffic: see agreement.py."""
import json
import os
import shutil
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import agreement
import generate_bridge
from agreement import trial

LEARN = "(void)stations_insert(bridge->stations, &sender, packet->hint, now, 0, &here);"


class Bridge(agreement.Agreement, unittest.TestCase):
    NAME, PORTS, SENT, DROPPED = "bridge", generate_bridge.PORTS, 3000, 500
    generate = generate_bridge
    MISTAKES = [
        ("floods back to where it came from", "return port_all_but(bridge->ports, packet->port);",
         "return port_all_but(bridge->ports, packet->port) | port_only(packet->port);"),
        ("sends back to a station on the same side", "place.port == packet->port ? PORTS_NONE : port_only(place.port)",
         "port_only(place.port)"),
        ("a group is learned", "if (station_is_group(&sender) || statics_find(", "if (statics_find("),
        ("a static station is learned", "station_is_group(&sender) || statics_find(bridge->statics, &sender, &fixed)",
         "station_is_group(&sender) || (statics_find(bridge->statics, &sender, &fixed) && 0)"),
        ("no static groups", "if (statics_find(bridge->statics, station, place))",
         "if (!station_is_group(station) && statics_find(bridge->statics, station, place))"),
        ("reserved addresses are relayed", "if (station_is_reserved(&destination))", "if (0)"),
        ("static reserved addresses are relayed", "if (station_is_reserved(&destination))",
         "if (station_is_reserved(&destination) && !statics_find(bridge->statics, &destination, &place))"),
        ("reserved addresses teach nothing", "\tlearn(bridge, packet, now);\n\treturn relay(bridge, packet, now);",
         "\tconst struct station to = station_at(packet->data, ETHER_DESTINATION);\n\tif (!station_is_reserved(&to))\n"
         "\t\tlearn(bridge, packet, now);\n\treturn relay(bridge, packet, now);"),
        ("looked up before it is learned", "\tlearn(bridge, packet, now);\n\treturn relay(bridge, packet, now);",
         "\tport_set out = relay(bridge, packet, now);\n\tlearn(bridge, packet, now);\n\treturn out;"),
        ("a moved station is not followed", LEARN,
         "struct place known;\n\tuint32_t slot, class;\n"
         "\tif (!stations_refresh(bridge->stations, &sender, packet->hint, now, &known, &slot, &class))\n\t\t" + LEARN),
        ("no refresh", LEARN,
         "struct place known;\n\tuint32_t slot, class;\n"
         "\tif (!stations_find(bridge->stations, &sender, packet->hint, now, &known, &slot, &class) ||\n"
         "\t\tknown.port != here.port)\n\t\t" + LEARN),
        ("a full table stops the frame", "\treturn relay(bridge, packet, now);",
         "\tconst struct station from = station_at(packet->data, ETHER_SOURCE);\n\tstruct place at;\n"
         "\tif (!station_is_group(&from) && !find_place(bridge, &from, now, &at))\n\t\treturn PORTS_NONE;\n"
         "\treturn relay(bridge, packet, now);"),
        ("being spoken to is a sign of life",
         "return !station_is_group(station) && stations_find(", "return !station_is_group(station) && stations_refresh("),
        ("a frame of 13 bytes", "packet->length < ETHER_HEADER)\n\t\treturn PORTS_NONE;",
         "packet->length < ETHER_HEADER - 1)\n\t\treturn PORTS_NONE;"),
        ("ageing of a fixed time", ".lifetime = { option[OPTION_AGEING].lo }", ".lifetime = { 300 * SECOND }"),
    ]

    def replay(self, folder, *packets):
        """What becomes of a counterexample whose configuration says that station ...f2 is behind port 3."""
        case = {"so": self.function, "spec": folder, "kind": "spec", "ports": 4, "lists": {"static": [[0x0200000000F2, [3, 0]]]},
                "packets": [{"port": port, "time": 0, "hex": data.hex()} for port, data in packets]}
        with open(os.path.join(self.folder, "case.json"), "w") as file:
            json.dump(case, file)
        return trial.replay(self.folder, os.environ["VIGOR_HOST"])

    def changed(self, old, new):
        """A folder with this one change in spec.py."""
        folder = os.path.join(self.folder, "changed")
        shutil.rmtree(folder, ignore_errors=True)
        os.mkdir(folder)
        with open(os.path.join(self.sources, "spec.py")) as file:
            text = file.read()
        self.assertEqual(text.count(old), 1)
        with open(os.path.join(folder, "spec.py"), "w") as file:
            file.write(text.replace(old, new))
        return folder

    def test_a_counterexample_with_a_list(self):
        packet = 0, bytes.fromhex("0200000000f2" "020000000001" "88b5")
        self.assertFalse(self.replay(self.sources, packet)["confirmed"])
        found = self.replay(self.changed("    place = config.static.find(Station(address))\n", "    place = None\n"), packet)
        self.assertTrue(found["confirmed"], found["text"])
        self.assertIn("sent out of port 3\n", found["text"])
        self.assertIn("sent out of ports 1, 2, 3", found["text"])

    def test_records_that_are_laid_out_otherwise(self):
        found = self.replay(self.changed("Listed(Station, Place)", "Listed(Station, Station)"), (0, b""))
        self.assertEqual(found["code"], trial.BAD)
        self.assertIn("the value of list 'static' is laid out as port (4 bytes) in the function, and as mac (6 bytes) in the"
                      " specification", found["text"])
        found = self.replay(self.changed("Listed(Station, Place)", "Listed(Place, Place)"), (0, b""))
        self.assertIn("the key of list 'static' is laid out as mac (6 bytes) in the function", found["text"])


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
"""Draws found fields over messages, beside the true ones, as one HTML page.

    make_gallery.py --troupe build/release/bin/troupe --captures tests/captures --output docs/gallery.html
    make_gallery.py --troupe build/release/bin/troupe --labelled FOLDER --output build/gallery.html dns tls

--captures: the truth is what tshark's dissectors show, of messages that lie in one packet.
--labelled: a folder of <protocol>.jsonl.gz, one message a line with hex, direction, t, flow, fields.
Names after that choose protocols; without them, all. Needs Python 3.9; tshark for --captures.
"""

import argparse
import collections
import gzip
import html
import json
import pathlib
import struct
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml

SHOWN_BYTES = 96  # of a message
SHOWN_MESSAGES = 3  # of a protocol: the first of the most frequent types found

# The server's port and the dissectors of each capture, for tshark's decode-as.
CAPTURES = {
    "dns": ("udp", 15353, ["dns"]),
    "http": ("tcp", 18080, ["http"]),
    "memcached": ("tcp", 11311, ["memcache"]),
    "modbus_poll": ("tcp", 502, ["mbtcp", "modbus"]),
    "mqtt": ("tcp", 11883, ["mqtt"]),
    "ntp": ("udp", 10123, ["ntp"]),
    "postgresql": ("tcp", 15432, ["pgsql"]),
    "redis": ("tcp", 16379, ["resp"]),
    "snmp": ("udp", 10161, ["snmp"]),
    "stun": ("udp", 13478, ["stun"]),
}


# ---- truth


def frames_of(path):
    """The packets of a classic pcap file, as bytes."""
    data = path.read_bytes()
    order = "<" if data[:4] in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1") else ">"
    frames, at = [], 24
    while at + 16 <= len(data):
        size = struct.unpack_from(order + "I", data, at + 8)[0]
        frames.append(data[at + 16:at + 16 + size])
        at += 16 + size
    return frames


def leaves_of(node):
    """Shown fields that hold no smaller ones: (position, size, name)."""
    for child in node.findall("field"):
        if child.get("hide") == "yes":
            continue
        inner = list(leaves_of(child))
        if inner:
            yield from inner
        elif int(child.get("size", 0)) > 0:
            label = child.get("showname") or child.get("show") or child.get("name")
            yield int(child.get("pos")), int(child.get("size")), label.split(":")[0].strip()


def partition(leaves, begin, end):
    """Fields that do not overlap; what no leaf covers is a gap."""
    fields, at = [], begin
    for pos, size, name in sorted(set(leaves), key=lambda leaf: (leaf[0], leaf[1])):
        if pos < at or pos + size > end:
            continue
        if pos > at:
            fields.append({"offset": at - begin, "length": pos - at, "name": "", "type": "gap"})
        fields.append({"offset": pos - begin, "length": size, "name": name, "type": ""})
        at = pos + size
    if at < end:
        fields.append({"offset": at - begin, "length": end - at, "name": "", "type": "gap"})
    return fields


def captured(path, l4, port, protocols):
    """The messages of a capture with tshark's fields."""
    frames = frames_of(path)
    told = subprocess.run(
        ["tshark", "-r", str(path), "-d", f"{l4}.port=={port},{protocols[0]}", "-o", "ber.show_internals:TRUE", "-T", "pdml", "-Y", protocols[0]],
        check=True, capture_output=True, text=True).stdout
    for packet in xml.fromstring(told).findall("packet"):
        of = {proto.get("name"): proto for proto in packet.findall("proto")}
        if l4 not in of:
            continue
        value = {field.get("name"): field.get("show") for field in packet.iter("field")}
        number = int(value["frame.number"])
        parts = [proto for proto in packet.findall("proto") if proto.get("name") in protocols]
        heads = [proto for proto in parts if proto.get("name") == protocols[0]]
        for head in heads:
            begin, size = int(head.get("pos")), int(head.get("size"))
            # What was put together from several packets has positions of another buffer.
            payload_begin = len(frames[number - 1]) - int(value.get(f"{l4}.len", 0) or 0)
            if l4 == "udp":
                payload_begin = len(frames[number - 1]) - (int(value["udp.length"]) - 8)
            if begin < payload_begin or begin + size > len(frames[number - 1]) or size == 0:
                continue
            leaves = [leaf for part in parts for leaf in leaves_of(part)
                      if begin <= leaf[0] < begin + size]
            yield {
                "hex": frames[number - 1][begin:begin + size].hex(),
                "direction": "s2c" if value[f"{l4}.srcport"] == str(port) else "c2s",
                "t": float(value["frame.time_relative"]),
                "flow": int(value[f"{l4}.stream"]),
                "fields": partition(leaves, begin, begin + size),
            }


def labelled(path):
    with gzip.open(path, "rt") as lines:
        return [json.loads(line) for line in lines]


# ---- what is found


def found_in(troupe, name, messages):
    """Boundaries, kinds and the type of each message, as the program tells them."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / f"{name}.jsonl"
        with path.open("w") as out:
            for one in messages:
                asked = {key: one[key] for key in ("hex", "direction", "t", "flow")}
                out.write(json.dumps(asked) + "\n")
        told = subprocess.run([troupe, "discover", "--format", "score", str(path)], check=True,
                              capture_output=True, text=True).stdout
    score = json.loads(told)
    result = [{"bounds": set(), "kinds": {}, "type": ""} for _ in messages]
    for one in score["messages"]:
        result[one["index"]]["bounds"] = set(one["boundaries"])
    for one in score["types"]:
        result[one["index"]]["kinds"][one["offset"]] = one["type"]
    for one in score["clusters"]:
        result[one["index"]]["type"] = str(one["label"])
    return result


def truth_bounds(message):
    return {field["offset"] for field in message["fields"]} - {0}


def figures(messages, found):
    """Precision and recall of boundaries over all messages, and what was missed and invented most."""
    right = wrong = missed = 0
    misses, inventions = collections.Counter(), collections.Counter()
    for message, ours in zip(messages, found):
        truth = truth_bounds(message)
        right += len(truth & ours["bounds"])
        wrong += len(ours["bounds"] - truth)
        missed += len(truth - ours["bounds"])
        at = {field["offset"]: field for field in message["fields"]}
        before = {field["offset"] + field["length"]: field for field in message["fields"]}
        for bound in truth - ours["bounds"]:
            misses[f"{named(before.get(bound))} | {named(at.get(bound))}"] += 1
        for bound in ours["bounds"] - truth:
            inside = next(field for field in message["fields"]
                          if field["offset"] < bound < field["offset"] + field["length"])
            inventions[f"within {named(inside)}"] += 1
    precision = right / (right + wrong) if right + wrong else 0.0
    recall = right / (right + missed) if right + missed else 0.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return precision, recall, f1, misses.most_common(3), inventions.most_common(3)


def named(field):
    if field is None or field["type"] == "gap":
        return "bytes without a name"
    return field["name"] or field["type"]


# ---- the page

STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; color: #1c2430; background: #fff; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin: 2.5rem 0 .3rem; border-top: 1px solid #d5dae1; padding-top: 1rem; }
p, li { max-width: 50rem; } h3 { font-size: .95rem; font-weight: 600; margin: 1.2rem 0 .3rem; }
table.hex { border-collapse: separate; border-spacing: 0 0; font: 13px/1.35 ui-monospace, "DejaVu Sans Mono", monospace; margin-bottom: .6rem; }
table.hex th { font-weight: 400; color: #66707d; text-align: right; padding-right: .7rem; white-space: nowrap; }
table.hex td { padding: 0 .3rem; text-align: center; border-left: 3px solid transparent; }
td.a { background: #dbe8f6; } td.b { background: #f3e7cf; } td.ta { background: #e4e9ee; } td.tb { background: #f5f6f8; }
td.x { border-left-color: #c22f2f !important; } td.m { border-left-color: #d98a00 !important; } td.ok { border-left-color: #2a7f3f !important; }
tr.gap td, tr.gap th { height: .55rem; line-height: .55rem; }
table.key th { text-align: left; padding-left: .7rem; } .key td { padding: .1rem .5rem; } .note { color: #4a5462; } table.sum { border-collapse: collapse; } table.sum td, table.sum th { padding: .15rem .8rem .15rem 0; text-align: left; }
table.sum td.n { text-align: right; font-variant-numeric: tabular-nums; }
"""


def cells(data, begin, bounds, other, titles, colours, wrong):
    """One row of 16 bytes; a colour for each field, an edge where a boundary stands."""
    out = []
    for at in range(begin, min(begin + 16, len(data))):
        mark = ""
        if at in bounds:
            mark = " ok" if at in other else " " + wrong
        title = f' title="{html.escape(titles[at])}"' if titles.get(at) else ""
        colour = colours[sum(bound <= at for bound in bounds) % 2]
        out.append(f'<td class="{colour}{mark}"{title}>{data[at]:02x}</td>')
    return "".join(out)


def picture(message, ours):
    data = bytes.fromhex(message["hex"])
    truth = truth_bounds(message)
    names = {field["offset"]: named(field) for field in message["fields"]}
    rows = []
    for begin in range(0, min(len(data), SHOWN_BYTES), 16):
        rows.append(f'<tr><th>{begin:04x} found</th>{cells(data, begin, ours["bounds"], truth, ours["kinds"], "ab", "x")}</tr>')
        rows.append(f'<tr><th>true</th>{cells(data, begin, truth, ours["bounds"], names, ("ta", "tb"), "m")}</tr>')
        rows.append('<tr class="gap"><th></th></tr>')
    more = f", the first {SHOWN_BYTES}" if len(data) > SHOWN_BYTES else ""
    right = len(truth & ours["bounds"])
    return (f"<h3>type {html.escape(ours['type'])}: {message['direction']}, {len(data)} bytes{more}; {right} of "
            f"{len(truth)} boundaries found, {len(ours['bounds'] - truth)} too many</h3>"
            f'<table class="hex">{"".join(rows)}</table>')


def shown(found):
    """The first message of each of the types found most often."""
    often = [kind for kind, _ in collections.Counter(one["type"] for one in found).most_common(SHOWN_MESSAGES)]
    return sorted(next(i for i, one in enumerate(found) if one["type"] == kind) for kind in often)


def words(counted):
    return "; ".join(f"{html.escape(what)} ({count})" for what, count in counted)


def section(name, messages, found):
    precision, recall, f1, misses, inventions = figures(messages, found)
    text = [f'<h2 id="{html.escape(name)}">{html.escape(name)}</h2>',
            f'<p class="note">{len(messages)} messages. Boundaries: precision {precision:.2f}, '
            f"recall {recall:.2f}, F1 {f1:.2f}.</p>", "<ul>"]
    if misses:
        text.append(f"<li>Missed most: {words(misses)}.</li>")
    if inventions:
        text.append(f"<li>Invented most: {words(inventions)}.</li>")
    text.append("</ul>")
    text += [picture(messages[i], found[i]) for i in shown(found)]
    row = (f'<tr><td><a href="#{html.escape(name)}">{html.escape(name)}</a></td><td class="n">{len(messages)}</td>'
           f'<td class="n">{precision:.2f}</td><td class="n">{recall:.2f}</td><td class="n">{f1:.2f}</td></tr>')
    return row, "\n".join(text)


KEY = """<table class="hex key"><tr><td class="a ok">00</td><td class="b">00</td><th>green edge: a boundary found that is true</th></tr>
<tr><td class="a x">00</td><td class="a">00</td><th>red edge: a boundary found that is not</th></tr>
<tr><td class="ta m">00</td><td class="ta">00</td><th>amber edge: a true boundary that was not found</th></tr></table>"""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--troupe", required=True, help="the program")
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--captures", type=pathlib.Path, help="the captures that CAPTURES names")
    source.add_argument("--labelled", type=pathlib.Path, help="a folder of labelled messages")
    parser.add_argument("--output", type=pathlib.Path, required=True)
    parser.add_argument("names", nargs="*", help="protocols; without any, all")
    asked = parser.parse_args()
    known = sorted(CAPTURES) if asked.captures else sorted(path.name[:-9] for path in asked.labelled.glob("*.jsonl.gz"))
    unknown = set(asked.names) - set(known)
    if unknown or not known:
        sys.exit(f"no such protocol: {', '.join(sorted(unknown)) or '(none there)'}; there are {', '.join(known)}")
    rows, sections = [], []
    for name in asked.names or known:
        if asked.captures:
            messages = list(captured(asked.captures / f"{name}.pcap", *CAPTURES[name]))
            truth = "what tshark's dissectors show, of messages that lie in one packet"
        else:
            messages = labelled(asked.labelled / f"{name}.jsonl.gz")
            truth = "the labels that come with the messages"
        if not messages:
            sys.exit(f"{name}: no message with a truth; is tshark's dissector there?")
        row, text = section(name, messages, found_in(asked.troupe, name, messages))
        rows.append(row)
        sections.append(text)
    page = (f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Gallery: found fields beside the true ones</title>'
            f"<style>{STYLE}</style></head><body>\n<h1>Found fields beside the true ones</h1>\n"
            f"<p>Formats found from the messages alone, default settings. The truth is {truth}. Shown is the first message of "
            f"each of the {SHOWN_MESSAGES} types found most often, right or wrong. A field's first byte tells its kind or name under the pointer.</p>\n{KEY}\n"
            f'<table class="sum"><tr><th>protocol</th><th>messages</th><th>precision</th><th>recall</th><th>F1</th></tr>'
            f'{"".join(rows)}</table>\n' + "\n".join(sections) + "\n</body></html>\n")
    asked.output.parent.mkdir(parents=True, exist_ok=True)
    asked.output.write_text(page)


if __name__ == "__main__":
    main()

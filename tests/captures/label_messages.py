#!/usr/bin/env python3
"""Labels the messages of captures with the fields that tshark finds in them, a file for each protocol.

    label_messages.py --output build/labelled CAPTURE... [--leave-out dns,tls] [--messages 400]

The output is what `troupe train grammar` reads: <protocol>.jsonl.gz, one message a line, with a partition of its bytes
into the leaf fields of tshark's dissector. Bit fields of the same bytes are one field, bytes that no field covers are a
gap. What is malformed, longer than 2048 bytes, seen before, or not whole in what tshark prints is left out and counted.
"""
import argparse
import collections
import gzip
import json
import pathlib
import subprocess
import sys
import xml.etree.ElementTree as xml

LOWER = {"geninfo", "frame", "eth", "ip", "ipv6", "tcp", "udp", "sll", "vlan", "null", "raw", "ppp", "fake-field-wrapper",
         "data", "ethertype", "gre", "sctp", "ipv6.hopopts", "ip.options", "pkt_comment", "chdlc", "mpls", "pppoes", "llc"}
LONGEST = 2048


def interval_of(node):
    return int(node.get("pos", 0)), int(node.get("size", 0))


class source:
    """Bytes that fields may refer to: a segment's payload, or what tshark has put together of several."""

    def __init__(self, at, data):
        self.at = at
        self.data = data

    def holds(self, node):
        at, size = interval_of(node)
        if at < self.at or at + size > self.at + len(self.data):
            return False
        value = node.get("unmaskedvalue") or node.get("value") or ""
        if size == 0 or len(value) != 2 * size:
            return True
        return self.data[at - self.at:at - self.at + size].hex() == value.lower()


def leaves(node, out):
    """The fields without further fields, in the order in which tshark shows them."""
    for one in node.findall("field"):
        if one.get("hide") == "yes" or interval_of(one)[1] == 0 or one.get("name", "").startswith("_ws."):
            continue
        before = len(out)
        leaves(one, out)
        if len(out) == before:
            out.append(one)


def type_of(name, kinds):
    kind, has_values = kinds.get(name, ("FT_BYTES", False))
    last = name.rsplit(".", 1)[-1].lower()
    if kind in ("FT_STRING", "FT_STRINGZ", "FT_UINT_STRING", "FT_STRINGZPAD", "FT_STRINGZTRUNC"):
        return "string"
    if kind.startswith(("FT_ABSOLUTE", "FT_RELATIVE")):
        return "timestamp"
    if kind in ("FT_FLOAT", "FT_DOUBLE"):
        return "float"
    if kind in ("FT_IPv4", "FT_IPv6", "FT_GUID", "FT_OID", "FT_REL_OID"):
        return kind[3:].lower().replace("rel_", "")
    if kind == "FT_ETHER":
        return "mac"
    if "len" in last or "size" in last:
        return "length"
    if "count" in last or last.startswith("num"):
        return "count"
    if "seq" in last:
        return "sequence"
    if "checksum" in last or "crc" in last:
        return "checksum"
    if "flags" in last:
        return "flags"
    if last == "id" or last.endswith(("_id", "-id")):
        return "id"
    if "reserved" in last or "padding" in last or "unused" in last:
        return "padding"
    if kind.startswith(("FT_UINT", "FT_CHAR", "FT_INT")):
        return "enum" if has_values else "int" if kind.startswith("FT_INT") else "uint"
    return "bytes"


def partition(nodes, begin, end, kinds):
    """Fields that cover [begin, end) once each: what overlaps is one field, what is left are gaps."""
    taken = []
    for node in sorted(nodes, key=lambda one: interval_of(one)[0]):
        at, size = interval_of(node)
        if at < begin or at + size > end:
            continue
        if taken and at < taken[-1][0] + taken[-1][1]:
            first, length, name, masked = taken[-1]
            both = masked and node.get("unmaskedvalue") is not None  # sub-fields of the same bytes
            taken[-1] = (first, max(length, at + size - first), name, both)
            continue
        taken.append((at, size, node.get("name"), node.get("unmaskedvalue") is not None))
    fields = []
    at = begin
    for first, size, name, masked in taken:
        if first > at:
            fields.append({"offset": at - begin, "length": first - at, "name": "", "type": "gap"})
        fields.append({"offset": first - begin, "length": size, "name": name,
                       "type": "flags" if masked else type_of(name, kinds)})
        at = first + size
    if at < end:
        fields.append({"offset": at - begin, "length": end - at, "name": "", "type": "gap"})
    return fields


def shown(packet, *names):
    """The first field of one of these names, the names in turn."""
    for name in names:
        for one in packet.iter("field"):
            if one.get("name") == name:
                return one
    return None


def end_of_flow(packet, which):
    nodes = (shown(packet, f"ip.{which}", f"ipv6.{which}", f"eth.{which}"), shown(packet, f"udp.{which}port"),
             shown(packet, f"tcp.{which}port"))
    return tuple(one.get("show") if one is not None else "" for one in nodes)


def messages_of(packet, kinds, told):
    """(protocol, bytes, fields) of each message in one packet."""
    protocols = packet.findall("proto")
    if any(one.get("name") in ("_ws.malformed", "_ws.short", "_ws.unreassembled") for one in packet.iter()):
        told["malformed"] += 1
        return
    above = [one for one in protocols if one.get("name") not in LOWER]
    sources = []
    for name in ("tcp.reassembled.data", "udp.payload", "tcp.payload"):
        node = shown(packet, name)
        if node is not None and node.get("value"):
            at = 0 if name == "tcp.reassembled.data" else interval_of(node)[0]
            sources.append(source(at, bytes.fromhex(node.get("value"))))
    if not above or not sources:
        told["packets without a message"] += 1
        return
    main = above[0].get("name")
    starts = [i for i, one in enumerate(above) if one.get("name") == main]
    groups = [above[i:j] for i, j in zip(starts, starts[1:] + [len(above)])]
    for number, group in enumerate(groups):
        found = []
        for one in group:
            leaves(one, found)
        home = next((one for one in sources if found and all(one.holds(node) for node in found + group)), None)
        if home is None:
            told["not whole"] += 1
            continue
        begin = interval_of(group[0])[0]
        end = max(sum(interval_of(node)) for node in found + group)
        if number + 1 == len(groups) and packet.find("proto[@name='udp']") is not None:
            end = home.at + len(home.data)
        data = home.data[begin - home.at:end - home.at]
        if not 2 <= len(data) <= LONGEST:
            told["too long or short"] += 1
            continue
        yield main, data, partition(found, begin, end, kinds)


def listed(what):
    done = subprocess.run(["tshark", "-G", what], capture_output=True, text=True, check=True)
    return [line.split("\t") for line in done.stdout.splitlines()]


def read_kinds():
    """Of each field its type, and whether its values have names."""
    named = {part[1] for part in listed("values") if part[0] in ("V", "R")}
    return {part[2]: (part[3], part[2] in named) for part in listed("fields") if part[0] == "F"}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("captures", nargs="+", type=pathlib.Path)
    parser.add_argument("--output", type=pathlib.Path, required=True)
    parser.add_argument("--leave-out", default="", help="protocols, as tshark names them: dns,tls")
    parser.add_argument("--messages", type=int, default=400, help="of one protocol, at most")
    parser.add_argument("--least", type=int, default=40, help="of one protocol, else it is left out")
    asked = parser.parse_args()
    left_out = set(asked.leave_out.split(","))
    kinds = read_kinds()
    told = collections.Counter()
    seen = set()
    files = collections.defaultdict(list)
    flows = {}
    first_seen = {}
    for capture in asked.captures:
        command = ["tshark", "-r", str(capture), "-T", "pdml", "-o", "ber.show_internals:TRUE", "-o",
                   "tcp.check_checksum:FALSE"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
            try:
                for _, packet in xml.iterparse(running.stdout):
                    if packet.tag != "packet":
                        continue
                    time = float(shown(packet, "timestamp").get("value"))
                    source_end, other_end = end_of_flow(packet, "src"), end_of_flow(packet, "dst")
                    key = (capture, *sorted((source_end, other_end)))
                    flow = flows.setdefault(key, len(flows))
                    first = first_seen.setdefault(key, source_end)
                    for name, data, fields in messages_of(packet, kinds, told):
                        if name in left_out:
                            told["asked to leave out"] += 1
                        elif (name, data) in seen:
                            told["seen before"] += 1
                        elif len(files[name]) >= asked.messages:
                            told["beyond --messages"] += 1
                        else:
                            seen.add((name, data))
                            files[name].append({"protocol": name, "hex": data.hex(),
                                                "direction": "c2s" if source_end == first else "s2c", "t": time,
                                                "fields": fields, "message_type": "", "flow": flow})
                    packet.clear()
            except xml.ParseError as error:
                told["captures cut off"] += 1
                running.kill()
                print(f"{capture}: {error}: {running.stderr.read().decode().strip()}", file=sys.stderr)
    asked.output.mkdir(parents=True, exist_ok=True)
    for name, messages in sorted(files.items()):
        if len(messages) < asked.least:
            told["in protocols with too few"] += len(messages)
            continue
        begin = messages[0]["t"]
        with gzip.open(asked.output / f"{name}.jsonl.gz", "wt", encoding="utf-8") as out:
            for one in messages:
                one["t"] -= begin
                out.write(json.dumps(one, separators=(",", ":")) + "\n")
        covered = sum(f["length"] for one in messages for f in one["fields"] if f["type"] != "gap")
        size = sum(len(one["hex"]) // 2 for one in messages)
        print(f"{name:14} {len(messages):5} messages, {sum(len(one['fields']) for one in messages) / len(messages):5.1f} "
              f"fields each, {100 * covered / size:3.0f} % labelled")
    print("left out: " + ", ".join(f"{count} {why}" for why, count in sorted(told.items())))


if __name__ == "__main__":
    main()

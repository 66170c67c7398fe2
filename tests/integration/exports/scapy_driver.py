"""Reads cases, one JSON object a line, with the real Scapy: a module and messages. Writes for each
case the leaves of its messages: [offset, size, value where it is an integer], and whether the parts
built from the values give the message again."""

import json
import sys

BUILT_IN = ("<case>", "exec")


def built(packet):
    """The message as the fields' own values make it, not as Scapy remembers it."""
    text = b""
    for f in packet.fields_desc:
        if f.name not in packet.extents:
            continue
        value = packet.fields[f.name]
        if hasattr(value, "extents"):
            text += built(value)
        elif isinstance(value, list):
            text += b"".join(built(each) for each in value)
        else:
            text = f.addfield(packet, text, value)
    return text


def look(case):
    module = {"__name__": "exported"}
    exec(compile(case["module"], *BUILT_IN), module)
    for message in case["messages"]:
        raw = bytes.fromhex(message["hex"])
        packet = module["dissect"](raw, message["server_to_client"])
        parts = [
            [at, len(part), value if isinstance(value, int) else None]
            for at, part, value in module["leaves"](packet)
        ]
        rest = bytes(packet.payload)
        yield {"leaves": parts, "again": built(packet) + rest == raw, "problem": packet.problem}


for line in sys.stdin:
    case = json.loads(line)
    try:
        answer = {"messages": list(look(case))}
    except Exception as problem:  # told to the test, which fails with it
        answer = {"error": repr(problem)}
    print(json.dumps(answer))

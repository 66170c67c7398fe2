#!/usr/bin/env python3
"""Writes modbus_poll.pcap: one TCP connection in which a master polls a device. Invented, repeatable traffic."""
import random
import struct

draw = random.Random(502)
packets = []
next_number = {"c": 1000, "s": 5000}  # TCP sequence numbers


def checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (total & 0xFFFF) + (total >> 16)
    return ~((total & 0xFFFF) + (total >> 16)) & 0xFFFF


def packet(sender, flags, payload=b""):
    source, target = (b"\xc0\x00\x02\x0a", b"\xc0\x00\x02\x14")[:: 1 if sender == "c" else -1]
    ports = (40000, 502)[:: 1 if sender == "c" else -1]
    peer = "s" if sender == "c" else "c"
    answered = next_number[peer] if flags & 0x10 else 0
    tcp = struct.pack("!HHIIBBHHH", *ports, next_number[sender], answered, 0x50, flags, 8192, 0, 0)
    ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 40 + len(payload), len(packets), 0x4000, 64, 6, 0, source, target)
    ip = ip[:10] + struct.pack("!H", checksum(ip)) + ip[12:]
    packets.append(b"\x02\0\0\0\0\x02\x02\0\0\0\0\x01\x08\0" + ip + tcp + payload)
    next_number[sender] += len(payload) + (flags & 0x03 != 0)


packet("c", 0x02), packet("s", 0x12), packet("c", 0x10)
for number in range(1, 81):  # a master polls the same blocks in turn, and now and then sets a value
    function, first, count = ((3, 0, 4), (4, 100, 8), (3, 40, 2))[number % 3]
    packet("c", 0x18, struct.pack("!HHHBBHH", number, 0, 6, 17, function, first, count))
    values = struct.pack(f"!{count}H", *(draw.randrange(200, 260) for _ in range(count)))
    packet("s", 0x18, struct.pack("!HHHBBB", number, 0, 3 + len(values), 17, function, len(values)) + values)
    if number % 5 == 0:
        write = struct.pack("!HHHBBHH", 1000 + number, 0, 6, 17, 6, draw.randrange(4), draw.randrange(200, 260))
        packet("c", 0x18, write), packet("s", 0x18, write)
packet("c", 0x11), packet("s", 0x11), packet("c", 0x10)

with open("modbus_poll.pcap", "wb") as out:
    out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
    for i, data in enumerate(packets):
        out.write(struct.pack("<IIII", 1_700_000_000 + i // 20, i % 20 * 50_000, len(data), len(data)) + data)

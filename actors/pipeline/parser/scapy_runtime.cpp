#include "actors/pipeline/parser/scapy_runtime.hpp"

namespace troupe {

std::string_view scapy_runtime() noexcept {
  return R"py(

class DoesNotFit(Exception):
    """The format does not fit the message. `value` is what was read of the field until then."""

    def __init__(self, reason, value=None):
        super().__init__(reason)
        self.value = value


class Body(Packet):
    """Fields in order. After dissection `extents` has the bytes [begin, end) of each field, counted
    from the start of the body, and `problem` says why the format did not fit, if it did not."""

    __slots__ = ["extents", "problem", "read_size"]

    def __init__(self, *args, **kargs):
        self.extents, self.problem, self.read_size = {}, None, 0
        super().__init__(*args, **kargs)

    def do_dissect(self, s):
        whole = len(s)
        self.raw_packet_cache_fields = {}
        self.explicit = 1
        for f in self.fields_desc:
            begin = whole - len(s)
            try:
                if not isinstance(f, (BytesField, ItemsField, ChoiceField)):
                    need(s, f.sz)
                s, value = f.getfield(self, s)
            except DoesNotFit as why:
                self.problem = "%s: %s" % (f.name, why)
                if why.value is not None:
                    self.fields[f.name], self.extents[f.name] = why.value, (begin, begin)
                break
            self.fields[f.name], self.extents[f.name] = value, (begin, whole - len(s))
        self.read_size = whole - len(s)
        return s

    def dissect(self, s):
        self.do_dissect(s)

    def extract_padding(self, s):
        return b"", s

    def bytes_of(self, name):
        begin, end = self.extents[name]
        return self.original[begin:end]


def read(cls, s, parent):
    """A body from the beginning of `s`; Scapy itself does not dissect what is empty."""
    body = cls()
    body.original, body.parent = s, parent
    body.do_dissect(s)
    return body


def leaves(packet, at=0):
    """What a dissected message consists of: (offset, bytes, value) of each field that is not empty,
    in order, and the unread rest, if there is one."""
    for f in packet.fields_desc:
        if f.name not in packet.extents:
            continue
        begin, end = packet.extents[f.name]
        value = packet.fields[f.name]
        if isinstance(f, (ItemsField, ChoiceField)):
            begin += at
            for body in value if isinstance(value, list) else [value]:
                yield from leaves(body, begin)
                begin += body.read_size
        elif end > begin:
            yield at + begin, packet.original[begin:end], value
    if isinstance(packet.payload, Raw):
        rest = packet.payload.load
        yield at + len(packet.original) - len(rest), rest, rest


# ---- how many bytes a field has: size(packet, what is left)


def need(s, size):
    if size > len(s):
        raise DoesNotFit("needs %d bytes, %d are left" % (size, len(s)))
    return size


def fixed(size):
    return lambda pkt, s: need(s, size)


def rest(reserved):
    return lambda pkt, s: need(s, reserved) and len(s) - reserved if reserved else len(s)


def aligned(step):
    return lambda pkt, s: need(s, -(len(pkt.original) - len(s)) % step)


def until(delimiter):
    def size(pkt, s):
        at = s.find(delimiter)
        return len(s) if at < 0 else at + len(delimiter)

    return size


def number(name, order):
    return lambda pkt: int.from_bytes(pkt.bytes_of(name), order)


def counted(value, unit=1, bias=0):
    def size(pkt, s):
        bytes_said = value(pkt) * unit + bias
        if bytes_said < 0:
            raise DoesNotFit("its length field says %d" % value(pkt))
        return need(s, bytes_said)

    return size


# ---- fields


class BytesField(StrField):
    __slots__ = ["size"]

    def __init__(self, name, default, size):
        super().__init__(name, default)
        self.size = size

    def getfield(self, pkt, s):
        size = self.size(pkt, s)
        return s[size:], s[:size]


class NumberField(BytesField):
    """An integer of a width that Scapy has no field for."""

    __slots__ = ["order"]

    def __init__(self, name, default, size, order):
        super().__init__(name, default, fixed(size))
        self.sz, self.order = size, order

    def getfield(self, pkt, s):
        s, value = super().getfield(pkt, s)
        return s, int.from_bytes(value, self.order)

    def addfield(self, pkt, s, value):
        return s + int(value or 0).to_bytes(self.sz, self.order)

    def any2i(self, pkt, x):
        return x

    def i2repr(self, pkt, x):
        return repr(x)


class ChoiceField(PacketField):
    """One of several bodies, picked by the bytes of an earlier field. Without `size` it ends where
    the body does; else the body must use up so many bytes."""

    __slots__ = ["on", "cases", "otherwise", "size"]

    def __init__(self, name, on, cases, otherwise, size=None):
        super().__init__(name, None, otherwise)
        self.on, self.cases, self.otherwise, self.size = on, cases, otherwise, size

    def getfield(self, pkt, s):
        picked = self.cases.get(pkt.bytes_of(self.on), self.otherwise)
        size = len(s) if self.size is None else self.size(pkt, s)
        part = read(picked, s[:size], pkt)
        if part.problem:
            raise DoesNotFit(part.problem, part)
        if self.size is not None and part.read_size < size:
            raise DoesNotFit("%d bytes are left at its end" % (size - part.read_size), part)
        return s[part.read_size:], part


class ItemsField(PacketListField):
    """A body repeated: `count(packet)` times, or up to the byte `end_mark`, or to the end of its
    `size` (without it, of what is left)."""

    __slots__ = ["item", "size", "count", "end_mark"]

    def __init__(self, name, item, size=None, count=None, end_mark=None):
        super().__init__(name, [], pkt_cls=item)
        self.item, self.size, self.count, self.end_mark = item, size, count, end_mark

    def next_item(self, pkt, s, items):
        if self.end_mark is not None and s[0] == self.end_mark:
            return EndMark
        return self.item

    def getfield(self, pkt, s):
        size = len(s) if self.size is None else self.size(pkt, s)
        inner, after = s[:size], s[size:]
        wanted = None if self.count is None else self.count(pkt)
        items = []
        while inner if wanted is None else len(items) < wanted:
            cls = self.next_item(pkt, inner, items)
            items.append(read(cls, inner, pkt))
            if items[-1].problem:
                raise DoesNotFit(items[-1].problem, items)
            if items[-1].read_size == 0:
                raise DoesNotFit("an item of the list has no bytes", items)
            inner = inner[items[-1].read_size:]
            if cls is EndMark:
                break
        if self.size is not None and inner:
            raise DoesNotFit("%d bytes are left at its end" % len(inner), items)
        return inner + after, items


class EndMark(Body):
    fields_desc = [ByteField("end_mark", 0)]


def name_chain(pkt, s):
    """The size of a domain name (RFC 1035, section 4.1.4)."""
    at, first = 0, 1
    while 0 < first < 0xC0:
        if at >= len(s):
            raise DoesNotFit("the name does not end")
        first = s[at]
        if 64 <= first < 0xC0:
            raise DoesNotFit("a label of %d bytes; 63 is the most" % first)
        at += first + 1 if first < 0xC0 else 2
    if at > len(s):
        raise DoesNotFit("the name does not end")
    return at
)py";
}

std::string_view scapy_dispatch() noexcept {
  return R"py(
# ---- message types


class Message(Body):
    """A whole message. Where the format does not fit, the unread rest becomes a Raw payload."""

    def dissect(self, s):
        self.do_dissect(s)
        used = 0
        for at, part, _ in leaves(self):
            used = at + len(part)
        if used < len(s):
            self.problem = self.problem or "%d bytes follow the last field" % (len(s) - used)
            self.add_payload(Raw(s[used:]))


def bytes_keyword(s, server_to_client, offset, width):
    return s[offset:offset + width] if offset + width <= len(s) else b""


def direction_keyword(s, server_to_client, offset, width):
    return b"\1" if server_to_client else b"\0"


def word_keyword(s, server_to_client, offset, width):
    words = [word for word in s.translate(BLANKS).split(b" ") if word]
    return words[offset] if offset < len(words) else b""


def size_keyword(s, server_to_client, offset, width):
    return bytes([len(s).bit_length()])


def tag_keyword(s, server_to_client, offset, width):
    try:
        for _ in range(offset):
            _, _, value, _ = ber_head(s[width:])
            if not s[width] & 0x20:
                return b""
            width += value
    except DoesNotFit:
        return b""
    return s[width:width + 1]


BLANKS = bytes.maketrans(b"\t\r\n", b"   ")


def type_of(message, server_to_client=False):
    """The class of a message, by its keywords."""
    values = tuple(source(message, server_to_client, *where) for source, *where in KEYWORDS)
    for known in range(len(values), -1, -1):
        if values[:known] in TYPES:
            return TYPES[values[:known]]
    return FALLBACK


def dissect(message, server_to_client=False):
    """The message as a packet of its type."""
    packet = type_of(message, server_to_client)()
    packet.original = message
    packet.dissect(message)
    return packet

)py";
}

}  // namespace troupe

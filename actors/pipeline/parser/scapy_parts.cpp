// The parts of an exported Scapy module that read what describes itself: BER and text.

#include "actors/pipeline/parser/scapy_runtime.hpp"

namespace troupe {

std::string_view scapy_parts() noexcept {
  return R"py(

# ---- ASN.1 BER (X.690, section 8)


def ber_head(s):
    """The ends of the tag, of the length's first byte and of the length, and the value's size."""
    if not s:
        raise DoesNotFit("the tag is missing")
    tag = 1
    if s[0] & 0x1F == 0x1F:
        while tag < len(s) and s[tag] & 0x80:
            tag += 1
        tag += 1
    if tag > len(s):
        raise DoesNotFit("the tag does not end")
    if tag == len(s):
        raise DoesNotFit("the length is missing")
    width = s[tag] & 0x7F if s[tag] >= 0x80 else 0
    if s[tag] == 0x80:
        raise DoesNotFit("an indefinite length is not supported")
    if width > 4:
        raise DoesNotFit("the length has more than 4 bytes")
    if len(s) - tag - 1 < width:
        raise DoesNotFit("the length does not end")
    size = int.from_bytes(s[tag + 1:tag + 1 + width], "big") if width else s[tag]
    return tag, tag + 1, tag + 1 + width, size


def ber_tag(pkt, s):
    depth, outer = 1, pkt.parent
    while isinstance(outer, BerElement):
        depth, outer = depth + 1, outer.parent
    if depth > 32:
        raise DoesNotFit("BER is nested too deep")
    return ber_head(s)[0]


def ber_part(which):
    def size(pkt, s):
        tag, length, value, left = ber_head(pkt.original)
        if which == "length_number":
            return value - length
        need(s, left + value - (len(pkt.original) - len(s)))
        constructed = pkt.original[0] & 0x20 != 0
        unused = 1 if pkt.original[0] == 3 and left > 0 else 0
        if which == "children":
            return left if constructed else 0
        if constructed:
            return 0
        return unused if which == "unused_bits" else left - unused

    return size


class BerChildren(ItemsField):
    def next_item(self, pkt, s, items):
        return BerElement


class BerElement(Body):
    fields_desc = [
        BytesField("tag", b"", ber_tag),
        ByteField("short_length", 0),
        BytesField("length_number", b"", ber_part("length_number")),
        BerChildren("children", Body, ber_part("children")),
        BytesField("unused_bits", b"", ber_part("unused_bits")),
        BytesField("value", b"", ber_part("value")),
    ]


# ---- text


def ending(s):
    """The bytes of a line's ending: LF, or CR LF."""
    if not s.endswith(b"\n"):
        return 0
    return 2 if s.endswith(b"\r\n") else 1


def content(size):
    """A size that is told within the line without its ending."""
    return lambda pkt, s: size(s[:len(s) - ending(pkt.original)])


def run(holds):
    def size(s):
        return next((at for at, byte in enumerate(s) if not holds(byte)), len(s))

    return size


class WholeLine(Body):
    fields_desc = [BytesField("line", b"", rest(0))]


class WordLine(Body):
    fields_desc = [
        BytesField("word", b"", content(run(lambda byte: byte not in b" \t"))),
        BytesField("space", b"", content(run(lambda byte: byte in b" \t"))),
        BytesField("rest", b"", content(len)),
        BytesField("ending", b"", rest(0)),
    ]


def token_line(separators):
    """The class of lines that are cut where runs of these bytes begin and end."""

    class Token(Body):
        fields_desc = [
            BytesField("token", b"", lambda pkt, s: run(lambda byte: byte not in separators)(s)),
            BytesField("separator", b"", lambda pkt, s: run(lambda byte: byte in separators)(s)),
        ]

    class TokenLine(Body):
        fields_desc = [
            ItemsField("tokens", Token, content(len)),
            BytesField("ending", b"", rest(0)),
        ]

    return TokenLine


def named_line(separators):
    """The class of lines `name: value`: whole without parameters, else a name goes with the separators
    around it. Others are cut as by `token_line`."""
    inside = run(lambda byte: byte in separators)
    outside = run(lambda byte: byte not in separators)

    def has_name(text):
        at = outside(text)
        return at > 0 and text[at:at + 1] == b":"

    def has_parameters(text):
        return b"<" in text or b"=" in text

    def while_unread(holds):
        def test(pkt, s):
            text = pkt.original[:len(pkt.original) - ending(pkt.original)]
            return holds(text) and len(s) == len(pkt.original)

        return test

    is_whole = while_unread(lambda text: has_name(text) and not has_parameters(text))
    is_named = while_unread(lambda text: has_name(text) and has_parameters(text))

    def between(pkt, s):
        at = 0
        while at < len(s):
            at += inside(s[at:])
            word = at + outside(s[at:])
            if s[word:word + 1] not in (b"=", b":"):
                break
            at = word
        return at

    class Parameter(Body):
        fields_desc = [
            BytesField("separator", b"", between),
            BytesField("token", b"", lambda pkt, s: outside(s)),
        ]

    class NamedLine(Body):
        fields_desc = [
            BytesField("line", b"", lambda pkt, s: len(s) if is_whole(pkt, s) else 0),
            ItemsField("parameters", Parameter,
                       lambda pkt, s: len(s) - ending(s) if is_named(pkt, s) else 0),
        ] + token_line(separators).fields_desc

    return NamedLine


class RestLine(Body):
    """The rest of the text, whatever its lines."""

    fields_desc = [BytesField("rest", b"", rest(0))]


class LinesField(ItemsField):
    __slots__ = ["first_line", "other_lines"]

    def __init__(self, name, first_line, other_lines):
        super().__init__(name, first_line)
        self.first_line, self.other_lines = first_line, other_lines

    def getfield(self, pkt, s):
        items = []
        while s:
            cls = self.other_lines if items else self.first_line
            at = s.find(b"\n") + 1
            line = s if at == 0 or cls is RestLine else s[:at]
            items.append(read(cls, line, pkt))
            s = s[len(line):]
        return s, items
)py";
}

}  // namespace troupe

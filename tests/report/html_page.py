"""An HTML page as a tree, read strictly: what a browser would repair is an error here."""

from collections.abc import Callable, Iterator
from html.parser import HTMLParser

VOID = frozenset({"meta", "link", "input", "br", "hr", "img"})


class Element:
    """One element: its name, attributes, and what is in it."""

    def __init__(self, name: str, attributes: dict[str, str]) -> None:
        self.name = name
        self.attributes = attributes
        self.content: list[Element | str] = []

    def __getitem__(self, name: str) -> str:
        return self.attributes[name]

    def all(self, *names: str, where: Callable[["Element"], bool] = lambda _: True) -> list["Element"]:
        """All elements below this one with one of these names, in the order of the page."""
        return [one for one in self.below() if (not names or one.name in names) and where(one)]

    def below(self) -> Iterator["Element"]:
        """All elements below this one."""
        for part in self.content:
            if isinstance(part, Element):
                yield part
                yield from part.below()

    def named(self, id_: str) -> "Element":
        """The one element with this id."""
        [found] = self.all(where=lambda one: one.attributes.get("id") == id_)
        return found

    def has_class(self, name: str) -> bool:
        """Whether this is one of its classes."""
        return name in self.attributes.get("class", "").split()

    @property
    def text(self) -> str:
        """What people read in it, on one line, with ordinary spaces; scripts and styles are not read."""
        return " ".join("".join(self.read_parts()).split())

    @property
    def raw(self) -> str:
        """The text in it as it stands, scripts and styles as well."""
        return "".join(part if isinstance(part, str) else part.raw for part in self.content)

    def read_parts(self) -> Iterator[str]:
        """What people read in it, piece by piece."""
        for part in self.content:
            if isinstance(part, str):
                yield part
            elif part.name not in ("script", "style"):
                yield from part.read_parts()
                if part.name not in ("code", "span", "strong", "a", "small"):
                    yield " "


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("", {})
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len({name for name, _ in attrs}) == len(attrs), f"<{tag}> has an attribute twice"
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].content.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self._open[-1].name == tag, f"</{tag}> closes <{self._open[-1].name}>"
        self._open.pop()

    def handle_data(self, data: str) -> None:
        self._open[-1].content.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment in the page: {data}")

    def done(self) -> Element:
        self.close()
        assert self._open == [self.root], f"<{self._open[-1].name}> is never closed"
        return self.root


def read(page: str) -> Element:
    """The tree of a page whose elements are all closed, in order."""
    reader = _Reader()
    reader.feed(page)
    return reader.done()

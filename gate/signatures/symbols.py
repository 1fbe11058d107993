"""Names of functions: the same in every build, and readable.

Apple writes the symbols of signatures and frames as its tools print them: ``ExamplePhotos: specialized
ThumbnailCache.decode(_:size:) + 412``. Two builds of the same function rarely print it alike. What differs is
where the code ended up (offsets, addresses, lines), what the compiler made of it (specialisations, thunks, cold
parts, numbered closures) and which types a generic was made for; none of it makes another function.

Names that are still mangled are left as they are: Apple sends its symbols demangled.
"""

import re
from hashlib import sha256

LONGEST = 120
"""Characters of a readable name; a longer one is shortened in the middle, since both ends say most."""

_LONGEST_READ = 20_000
"""Characters that are looked at. Only generic types nested in each other get near it."""
_MOST_LAYERS = 32
"""Wrappers and tails that are taken off; a real symbol has a handful."""
_FINGERPRINT_DIGITS = 16
_CODE_WITHOUT_SYMBOL = "code without a symbol"
_NO_ADDRESS = "0x"
"""What is left of an address."""

# A signature's text, as Apple sends it: ``ExampleApp: -[TemporaryFile appendData:] + 100``. No bracket may stand
# before the colon, or the first label of a Swift function would end the name of a binary.
_BINARY = re.compile(r"(?P<binary>[^()\[\]<>:]{0,99}[^()\[\]<>:\s]): (?P<symbol>.+)", re.DOTALL)

# Where the code is: ``load() + 412 (Store.swift:12)``, ``load() + 0x1f``; an address alone is code without symbol.
_PLACE = re.compile(r" \([^()]*:\d+\)$")
_OFFSET = re.compile(r"(?:^|\s)\+ (?:0x[0-9a-fA-F]+|\d+)$")
_ADDRESS = re.compile(r"\b0x[0-9a-fA-F]+\b")

# Suffixes that demanglers keep apart: ``load() [.cold.1]``, LLVM's ``load() (.cold.1)`` (DotSuffix in
# llvm/Demangle/ItaniumDemangle.h), and Swift's ``load() with unmangled suffix ".cold.1"`` (Node::Kind::Suffix in
# swift/lib/Demangling/NodePrinter.cpp).
_SPACED_SUFFIX = re.compile(r"\s(?:\[[^\]\s]*\]|\(\.[\w.]+\)|with unmangled suffix \"[^\"]*\")$")
# Suffixes in the symbol itself. LLVM: ``.cold.1`` (HotColdSplitting), ``.llvm.123`` (ThinLTO), ``.resume``,
# ``.destroy`` and ``.cleanup`` (CoroSplit). GCC: ``.isra.0``, ``.part.0``, ``.constprop.0``. Both: ``load.12``.
_SUFFIX = re.compile(
    r"(?:\.(?:cold|llvm|isra|part|constprop|resume|destroy|cleanup|sroa|lto_priv|localalias)(?:\.\d+)*"
    r"|(?<=[\w)])\.\d+)$"
)
# The pieces between the awaits of an async function: ``…TQ0_`` and ``…TY1_`` (swift/docs/ABI/Mangling.rst).
_ASYNC_SUFFIX = re.compile(r"T[QY]\d+_$")
_TAILS = ((":", _PLACE), ("+", _OFFSET), (" ", _SPACED_SUFFIX), (".", _SUFFIX), ("T", _ASYNC_SUFFIX))
"""Each with a character that it can't be without."""
_LONGEST_TAIL = 160
"""Characters at the end in which a tail is looked for: a pattern tried at every place of a long symbol is slow."""

# What Swift's demangler says of code that the compiler made to reach a function, or out of it, in front of the
# function's name (swift/lib/Demangling/NodePrinter.cpp): ``specialized load()``, ``merged load()``, ``@objc load()``,
# ``partial apply forwarder for closure #1 in load()``, ``(1) suspend resume partial function for load()``,
# ``protocol witness for Loading.load() in conformance Store``.
_WRAPPERS = re.compile(
    r"(?:(?:(?:generic |function signature |generic not re-abstracted |generic pre-)?specialization"
    r"|inlined generic function) <.*?> of "
    r"|specialized |merged |@objc |@nonobjc |thunk for |dispatch thunk of |vtable thunk for (?:.* dispatching to )?"
    r"|partial apply (?:forwarder )?(?:for )?|async function pointer to "
    r"|(?:\(\d+\) )?(?:await |suspend )?resume partial function for |(?=protocol witness for .* in conformance )"
    r"protocol witness for )"
)
_CONFORMANCE = re.compile(r" in conformance .*$")
# ``closure #1 (Swift.Int) -> () in load()``, ``implicit closure #2 in load()``, ``$defer #1 () in load()``. They are
# numbered in the order of the source, so a new closure gives all later ones another number.
_CLOSURE = re.compile(r"(?:implicit )?closure #\d+ (?:(?! in ).)*?\s?in |\$?defer #\d+ (?:\([^()]*\) )?in ")
# Clang's names for blocks, numbered too: ``__45-[Store load:]_block_invoke_2`` and ``__load_block_invoke.31``, where
# 45 is the length of the method's name (clang/lib/AST/Mangle.cpp, mangleBlock).
_BLOCK = re.compile(r"__(?:\d+(?=[-+]\[))?(?P<name>.+?)_block_invoke(?:[._]\d+)*")
# Functions in functions: ``helper #1 () in load()``.
_LOCAL_NUMBER = re.compile(r" #\d+(?=[ (])")
# Private names, distinguished by a hash of their file: ``(Store in _0123456789ABCDEF0123456789ABCDEF).load()``.
_DISCRIMINATOR = re.compile(r"\((?P<name>[^()]+) in _[0-9A-F]{8,}\)")
_EXTENSION = re.compile(r"\(extension in [^()]*\):")

# Types that the demangler adds: ``count.getter : Swift.Int``, ``load() async throws -> Swift.Int``.
_PROPERTY = re.compile(r" : .*$")
_RESULT = re.compile(r"(?: async)?(?: throws)? -> .*$")
_ACCESSORS = frozenset({"getter", "setter", "modify", "read", "willset", "didset", "unsafeAddressor"})
"""What the demangler adds to a property's name, as in ``Store.count.getter``."""
_METHOD = re.compile(r"[-+]\[\S+ (?P<selector>[^\]:]+)")


def split(text: str) -> tuple[str, str]:
    """Split a signature's text into binary and symbol; the binary is empty when the text names none."""
    found = _BINARY.fullmatch(text.strip())
    return (found["binary"], found["symbol"]) if found else ("", text.strip())


def normalise(text: str) -> str:
    """Strip from a signature's text, or a frame's symbol, what differs from build to build.

    Two closures of one function are the same here, but a closure and its function are not; see `strip_closure`.
    """
    binary, symbol = split(_strip_tails(text[:_LONGEST_READ].strip()))
    inside, function = _strip_wrappers(symbol)
    function = _strip_generics(function)
    shown = f"closure in {function}" if inside else function
    return " ".join((f"{binary}: {shown}" if binary else shown).split())


def strip_closure(name: str) -> str:
    """Strip the closure from a normalised name: an optimiser may move a closure's code into the function."""
    return re.sub(r"^((?:[^()\[\]<>:]{1,100}: )?)closure in ", r"\1", name)


def fingerprint(kind: str, text: str) -> str:
    """Compute the identity of a signature over builds: hexadecimal, of its type and normalised text."""
    return sha256(f"{kind}\n{normalise(text)}".encode(errors="replace")).hexdigest()[:_FINGERPRINT_DIGITS]


def readable(symbol: str, binary: str = "") -> str:
    """Write a symbol as a person would say it, on at most `LONGEST` characters.

    ``ThumbnailCache.decode(_:size:)``, ``closure in GridViewController.configureCell(_:at:)``,
    ``-[EXPLegacyExporter exportSelection:]``.

    Args:
        symbol: As Apple writes it; empty for code without one.
        binary: The binary it is in, whose name is not repeated.
    """
    inside, function = _strip_wrappers(symbol[:_LONGEST_READ])
    if function in ("", _NO_ADDRESS):
        return _CODE_WITHOUT_SYMBOL
    function = _keep_labels(_strip_generics(function))
    module = re.sub(r"\W", "_", binary)
    if module:
        function = re.sub(rf"(?:(?<=^)|(?<=^static )){re.escape(module)}\.(?=\w)", "", function)
    return _shorten(f"{inside} in {function}" if inside else function)


def base_name(symbol: str) -> str:
    """Find the bare name under which the source declares a function: ``decode``, ``exportSelection``, ``init``.

    Of an accessor it is the property's. Empty when there is none.
    """
    _, function = _strip_wrappers(symbol[:_LONGEST_READ])
    method = _METHOD.match(function)
    if method:
        return method["selector"]
    parts = _keep_labels(_strip_generics(function)).partition("(")[0].split(".")
    if len(parts) > 1 and parts[-1] in _ACCESSORS:
        parts.pop()
    words = parts[-1].rpartition("::")[2].split()
    return words[-1] if words else ""


def _strip_wrappers(symbol: str) -> tuple[str, str]:
    """Split off ``closure``, ``block`` or nothing from the function without places, wrappers, numbers and suffixes."""
    function = _strip_tails(symbol.strip())
    function = _replace_marked(" in _", _DISCRIMINATOR, function, r"\g<name>")
    function = _replace_marked("(extension in ", _EXTENSION, function)
    inside = ""
    for _ in range(_MOST_LAYERS):
        wrapped = _WRAPPERS.match(function)
        closure = _CLOSURE.match(function)
        if wrapped:
            function = function[wrapped.end() :]
            if wrapped[0].startswith("protocol witness"):
                function = _CONFORMANCE.sub("", function)
        elif closure:
            inside, function = "closure", function[closure.end() :]
        else:
            break
    block = _BLOCK.fullmatch(function)
    if block:
        inside, function = "block", block["name"]
    return inside, _replace_marked(
        "0x", _ADDRESS, _replace_marked(" #", _LOCAL_NUMBER, function), _NO_ADDRESS
    )


def _strip_tails(symbol: str) -> str:
    """Strip file and line, offset and compiler suffixes from a symbol, in whatever order they stand."""
    for _ in range(_MOST_LAYERS):
        head, end = symbol[:-_LONGEST_TAIL], symbol[-_LONGEST_TAIL:]
        shorter = end
        for mark, tail in _TAILS:
            if mark in shorter:
                shorter = tail.sub("", shorter).rstrip()
        if shorter == end:
            break
        symbol = head + shorter
    return symbol


def _replace_marked(mark: str, pattern: re.Pattern[str], symbol: str, instead: str = "") -> str:
    """Replace something in a symbol, which it can only have if it has a mark; looking for that is quick."""
    return pattern.sub(instead, symbol) if mark in symbol else symbol


def _strip_generics(name: str) -> str:
    """Strip the generic arguments from a name; operators such as ``<`` and ``->`` are kept.

    Angle brackets nest, so no regular expression finds their ends.
    """
    if "<" not in name:
        return name
    kept: list[str] = []
    depth = 0
    for index, letter in enumerate(name):
        before = name[index - 1] if depth else kept[-1] if kept else ""
        if letter == "<" and (
            depth or ((before.isalnum() or before == "_") and not _ends_with_operator(kept))
        ):
            depth += 1
        elif letter == ">" and depth and before != "-":
            depth -= 1
        elif not depth:
            kept.append(letter)
    return name if depth else "".join(kept)


def _ends_with_operator(kept: list[str]) -> bool:
    """Tell whether C++'s ``operator`` stands last, so that ``<`` is its name."""
    return "".join(kept[-8:]) == "operator"


def _keep_labels(function: str) -> str:
    """Keep of a Swift function's arguments the labels only; their types are left out."""
    if function.startswith(("-[", "+[")) or "::" in function:
        return function
    opening = function.find("(", 1)
    closing = _find_closing(function, opening) if not function[:opening].endswith(" ") else -1
    if closing < 0:
        return _PROPERTY.sub("", function)
    inner, rest = function[opening + 1 : closing], function[closing + 1 :]
    typed = bool(_RESULT.match(rest)) or ": " in inner
    labels = "".join(map(_to_label, _split_arguments(inner))) if typed else inner
    return f"{function[:opening]}({labels}){_PROPERTY.sub('', _RESULT.sub('', rest))}"


def _find_closing(text: str, opening: int) -> int:
    """Find where the bracket at `opening` is closed; -1 when nowhere."""
    depth = 0
    for index in range(opening, len(text)) if opening >= 0 else ():
        depth += (text[index] == "(") - (text[index] == ")")
        if not depth:
            return index
    return -1


def _split_arguments(inner: str) -> list[str]:
    """Split what is between the brackets of a function into arguments, not into those of the functions they take."""
    found, depth = [""], 0
    for letter in inner:
        depth += (letter in "([") - (letter in ")]")
        if letter == "," and not depth:
            found.append("")
        else:
            found[-1] += letter
    return [argument.strip() for argument in found if argument.strip()]


def _to_label(argument: str) -> str:
    label, colon, _ = argument.partition(": ")
    return f"{label}:" if colon and label.isidentifier() else "_:"


def _shorten(name: str) -> str:
    if len(name) <= LONGEST:
        return name
    head = LONGEST // 2
    return f"{name[:head]}…{name[head + 1 - LONGEST :]}"

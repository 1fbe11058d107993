"""Names of functions: the same in every build, and readable."""

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gate.signatures.symbols import (
    LONGEST,
    base_name,
    fingerprint,
    normalise,
    readable,
    split,
    strip_closure,
)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("App: -[Store load] + 23", ("App", "-[Store load] + 23")),
        ("My App: load()", ("My App", "load()")),
        ("load(a: Swift.Int)", ("", "load(a: Swift.Int)")),
        (
            "main thread hang in -[UIView layoutSubviews]",
            ("", "main thread hang in -[UIView layoutSubviews]"),
        ),
        ("App.count.getter : Swift.Int", ("", "App.count.getter : Swift.Int")),
        ("", ("", "")),
    ],
)
def test_a_signature_names_a_binary_and_a_symbol(text, parts):
    assert split(text) == parts


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("App: -[Store load] + 23", "App: -[Store load] + 480"),
        ("App: -[Store load] + 0x1f", "App: -[Store load]"),
        ("App: 0x102f48b78", "App: 0x1034dbf04"),
        ("  App: load() ", "App: load()"),
        ("App: load() + 4 (Store.swift:12)", "App: load() + 9 (Store.swift:14)"),
        ("App: closure #1 in load()", "App: closure #22 in load()"),
        ("App: closure #1 (Swift.Int) -> () in load()", "App: closure #2 in closure #1 in load()"),
        ("App: implicit closure #1 in load()", "App: closure #1 in load()"),
        ("App: __45-[Store load:]_block_invoke", "App: __45-[Store load:]_block_invoke_2.31"),
        ("App: __load_block_invoke.12", "App: __load_block_invoke"),
        ("App: specialized load()", "App: load()"),
        ("App: generic specialization <Swift.Int> of load()", "App: load()"),
        ("App: function signature specialization <Arg[0] = Dead> of load()", "App: load()"),
        ("App: generic not re-abstracted specialization <Swift.Int> of load()", "App: load()"),
        ("App: inlined generic function <Swift.Int> of load()", "App: load()"),
        ("App: generic pre-specialization <Swift.Int> of load()", "App: load()"),
        ("App: @nonobjc load()", "App: load()"),
        ("App: thunk for load()", "App: load()"),
        ("App: async function pointer to load()", "App: load()"),
        ("App: load.constprop.0", "App: load"),
        ("App: load.resume", "App: load"),
        ("App: load.destroy", "App: load"),
        ("App: load.cleanup", "App: load"),
        ("App: load.sroa.2", "App: load"),
        ("App: load.lto_priv.3", "App: load"),
        ("App: load.localalias", "App: load"),
        ("App: load.12", "App: load"),
        ("App: $s3App4loadyyYaFTQ0_", "App: $s3App4loadyyYaFTY2_"),
        ("App: $defer #1 () in load()", "App: closure #1 in load()"),
        ("App: load<A, B>(_:)", "App: load<C>(_:)"),
        ("App: Cache<A>.Entry.load()", "App: Cache.Entry.load()"),
        ("App: std::vector<int, std::allocator<int>>::push_back", "App: std::vector::push_back"),
        ("App: load() [.cold.1]", "App: load()"),
        ("App: load() (.resume.0)", "App: load()"),
        ("App: load.cold.2", "App: load"),
        ("App: load.llvm.1234567890", "App: load"),
        ("App: load.part.0.isra.1", "App: load"),
        ('App: load() with unmangled suffix ".cold.1"', "App: load()"),
        ("App: partial apply for closure #1 in load()", "App: closure #1 in load()"),
        ("App: partial apply forwarder for load()", "App: load()"),
        ("App: merged load()", "App: load()"),
        ("App: @objc load()", "App: load()"),
        ("App: @objc Store.load()", "App: vtable thunk for Base.load() dispatching to Store.load()"),
        ("App: dispatch thunk of Store.load()", "App: Store.load()"),
        ("App: protocol witness for Loading.load() in conformance Store", "App: Loading.load()"),
        (
            "App: (1) suspend resume partial function for load()",
            "App: (2) await resume partial function for load()",
        ),
        ("App: (Store in _0123456789ABCDEF0123456789ABCDEF).load()", "App: Store.load()"),
        ("App: helper #1 () in load()", "App: helper #2 () in load()"),
    ],
)
def test_what_differs_from_build_to_build_does_not_make_two_of_one(one, other):
    assert normalise(one) == normalise(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("App: load()", "App: load(_:)"),
        ("App: load()", "Pod: load()"),
        ("App: -[Store load]", "App: +[Store load]"),
        ("App: load()", "App: closure #1 in load()"),
        ("App: static Store.< infix(_:_:)", "App: static Store.> infix(_:_:)"),
        ("App: Store.operator<(Store const&)", "App: Store.operator>(Store const&)"),
        ("App: f(_: (A) -> B)", "App: f(_: (A) -> C)"),
        ("App: load()", "App: 0x12"),
    ],
)
def test_another_function_stays_another_one(one, other):
    assert normalise(one) != normalise(other)


@pytest.mark.parametrize(
    "text", ["App: load()", "-[Store load]", "App: reabstraction thunk helper from A to B"]
)
def test_a_plain_name_is_left_alone(text):
    assert normalise(text) == text


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("App: 0x102f48b78", "App: 0x"),
        ("App: f<(A) -> B>(_:)", "App: f(_:)"),
        ("App: f<A><A1>(_:)", "App: f(_:)"),
        ("App: f_<A>()", "App: f_()"),
        ("App: f<A", "App: f<A"),
        ("App: <redacted>", "App: <redacted>"),
        ("App: static Store.<=> infix(_:_:)", "App: static Store.<=> infix(_:_:)"),
        ("App: Store.operator<(Store<int> const&)", "App: Store.operator<(Store const&)"),
        ("App: Store.operator<<(Stream<char> const&)", "App: Store.operator<<(Stream const&)"),
        ("App:  f()\n + 3", "App: f()"),
    ],
)
def test_what_is_left_of_a_name(text, name):
    assert normalise(text) == name


def test_a_closure_leads_to_its_function():
    assert strip_closure(normalise("App: closure #4 in load() + 8")) == "App: load()"
    assert strip_closure(normalise("closure #4 in load()")) == "load()"
    assert strip_closure("App: load()") == "App: load()"


def test_a_fingerprint_is_of_type_and_normalised_text():
    assert fingerprint("HANGS", "App: f() + 1") == fingerprint("HANGS", "App: specialized f() + 2")
    assert fingerprint("HANGS", "App: f()") != fingerprint("LAUNCHES", "App: f()")
    assert fingerprint("HANGS", "App: f()") != fingerprint("HANGS", "App: g()")
    assert len(fingerprint("HANGS", "half a pair: \ud800")) == 16


@pytest.mark.parametrize(
    ("symbol", "name"),
    [
        ("specialized ThumbnailCache.decode(_:size:) + 412", "ThumbnailCache.decode(_:size:)"),
        (
            "closure #1 in GridViewController.configureCell(_:at:)",
            "closure in GridViewController.configureCell(_:at:)",
        ),
        ("__45-[Store load:]_block_invoke_2", "block in -[Store load:]"),
        ("-[EXPLegacyExporter exportSelection:]", "-[EXPLegacyExporter exportSelection:]"),
        ("App.Store.load(force: Swift.Bool, Swift.Int) async throws -> ()", "Store.load(force:_:)"),
        ("App.Store.load(done: (Swift.Int, Swift.Int) -> ()) -> ()", "Store.load(done:)"),
        ("App.Store.load() -> Swift.Int", "Store.load()"),
        ("static App.Store.$main() -> ()", "static Store.$main()"),
        ("App.Store.count.getter : Swift.Int", "Store.count.getter"),
        ("(extension in App):Swift.Array.load(a: Swift.Int) -> ()", "Swift.Array.load(a:)"),
        ("std::vector<int>::push_back(int const&)", "std::vector::push_back(int const&)"),
        ("Application.load()", "Application.load()"),
        ("f(a: A)", "f(a:)"),
        ("load(A) -> ()", "load(_:)"),
        ("load(A, A) -> ()", "load(_:_:)"),
        ("load(Swift.Int)", "load(Swift.Int)"),
        ("load(maxX: A, y: B) -> ()", "load(maxX:y:)"),
        ("load(_: [(A, B)], c: C) -> ()", "load(_:c:)"),
        ("load(done: (code: A) -> B, force: C) throws -> ()", "load(done:force:)"),
        ("Store.subscript(Swift.Int).getter : Swift.Int", "Store.subscript(Swift.Int).getter"),
        ("load(a: A", "load(a: A"),
        ("(A, B) -> C", "(A, B) -> C"),
        ("thunk helper from @escaping (A) -> ()", "thunk helper from @escaping (A) -> ()"),
        ("auto store::load(int) -> int", "auto store::load(int) -> int"),
        ("-[Store(Private) load] -> ()", "-[Store(Private) load] -> ()"),
        ("+[Store(Private) load] -> ()", "+[Store(Private) load] -> ()"),
        ("$s3App5StoreC4loadyyF", "$s3App5StoreC4loadyyF"),
        ("", "code without a symbol"),
        ("0x102f48b78", "code without a symbol"),
    ],
)
def test_a_symbol_is_shown_as_a_person_would_say_it(symbol, name):
    assert readable(symbol, "App") == name


def test_a_module_is_named_like_its_binary_as_far_as_swift_allows():
    assert readable("My_App.Store.load()", "My App") == "Store.load()"


def test_the_binary_is_not_repeated_where_it_is_the_module():
    assert readable("App.Store.load(_: App.Key) -> ()", "App") == "Store.load(_:)"
    assert readable("Pod.App.load()", "App") == "Pod.App.load()"
    assert readable("App.Store.load()") == "App.Store.load()"


def test_a_long_name_is_shortened_in_the_middle():
    assert readable("a" * 200 + "z" * 200) == "a" * (LONGEST // 2) + "…" + "z" * (LONGEST // 2 - 1)


def test_a_name_that_just_fits_is_whole():
    assert readable("a" * 120) == "a" * 120
    assert readable("a" * 121) != "a" * 121


@pytest.mark.parametrize(
    ("symbol", "name"),
    [
        ("LibraryIndex.rebuildIfNeeded()", "rebuildIfNeeded"),
        ("closure #1 in GridViewController.configureCell(_:at:)", "configureCell"),
        ("specialized JSONDecoder.decodeCatalogue<A>(_:from:)", "decodeCatalogue"),
        ("-[EXPLegacyExporter(Private) writeSidecarForAsset:to:]", "writeSidecarForAsset"),
        ("ExamplePhotosApp.init()", "init"),
        ("Store.count.getter", "count"),
        ("count.getter", "count"),
        ("Store.count.setter", "count"),
        ("Store.count.modify", "count"),
        ("Store.count.read", "count"),
        ("Store.count.willset", "count"),
        ("Store.count.didset", "count"),
        ("Store.count.unsafeAddressor", "count"),
        ("getter", "getter"),
        ("std::vector<int>::push_back(int const&)", "push_back"),
        ("main", "main"),
        ("", ""),
    ],
)
def test_the_source_declares_a_function_by_its_bare_name(symbol, name):
    assert base_name(symbol) == name


PIECES = ["closure #1 in ", "specialized ", "f", "<A>", "(", ")", " + 1", ".cold.1", ": ", "->", " in "]


@example("0 #0 0:")
@given(st.text(max_size=60) | st.lists(st.sampled_from(PIECES), max_size=8).map("".join))
def test_where_the_code_lies_never_matters(text):
    assert normalise(f"{text} + 9") == normalise(text)
    assert base_name(f"{text} + 9") == base_name(text)
    assert len(readable(text, text)) <= LONGEST


@pytest.mark.parametrize(
    "piece",
    ["<", "a<", "closure #1 ", "closure #1 in ", "(", "_block_invoke_1", "specialization <", " + 1", ".1",
     "protocol witness for ", " in conformance ", " (a:1", "( in _", " in _", "partial apply ", "@objc ", ": "],
)  # fmt: skip
def test_a_hostile_symbol_takes_no_time(piece):
    text = piece * (200_000 // len(piece))
    start = time.process_time()
    normalise(text)
    readable(text, "App")
    base_name(text)

    assert time.process_time() - start < 2

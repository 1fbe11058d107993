"""Where a function begins and ends in a source file."""

import time

import pytest

from gate.source.functions import lines_of

SWIFT = '''\
import Foundation

/// What is in the library { and where }.
final class LibraryIndex {
    private let braces = "{{"
    var isStale: Bool {
        get { entries.isEmpty }
        set { entries = [] }
    }

    lazy var place: URL = {
        folder.appending("x")
    }()

    init(queue: Queue) {
        super.init()
        self.queue = queue
    }

    @discardableResult
    func rebuildIfNeeded(
        force: Bool = false
    ) throws -> Int {
        guard isStale else {
            return 0
        }
        // } a brace in a comment
        queue.async { [weak self] in
            if let self {
                self.entries = []
            }
        }
        let text = """
        }
        """
        return 1
    }

    subscript(index: Int) -> Entry { entries[index] }

    func last() {
        func inner() {
            work()
        }
        inner()
    }
}
'''

OBJECTIVE_C = """\
#import "Exporter.h"

@implementation Exporter

- (void)exportSelection:(NSArray *)assets
{
    for (Asset *asset in assets) {
        [self write:asset done:^{
            self.count += 1;
        }];
    }
}

+ (instancetype)shared { return nil; }

static int helper(int a,
                  int b) {
    if (a) {
        return b;
    }
    return '}';
}

@end
"""


def line_with(text, part):
    return next(number for number, line in enumerate(text.splitlines(), start=1) if part in line)


@pytest.mark.parametrize(
    ("part", "name", "first", "last"),
    [
        ("queue.async", "rebuildIfNeeded", "func rebuildIfNeeded(", "return 1"),
        ("self.entries = []", "rebuildIfNeeded", "func rebuildIfNeeded(", "return 1"),
        ("force: Bool", "rebuildIfNeeded", "func rebuildIfNeeded(", "return 1"),
        ("return 1", "someThunk", "func rebuildIfNeeded(", "return 1"),
        ("return 1", "", "func rebuildIfNeeded(", "return 1"),
        ("self.queue = queue", "init", "init(queue", "self.queue = queue"),
        ("get {", "isStale", "var isStale", "set {"),
        ("folder.appending", "place", "lazy var place", "folder.appending"),
        ("subscript", "subscript", "subscript", None),
        ("work()", "inner", "func inner", "work()"),
        ("work()", "last", "func last", "inner()"),
    ],
)
def test_a_function_of_swift_is_found_around_a_line(part, name, first, last):
    lines = SWIFT.splitlines()
    found = lines_of("Index.swift", SWIFT, line_with(SWIFT, part), name)

    assert found is not None
    assert first in lines[found[0] - 1]
    if last is None:
        assert found[0] == found[1]
    else:
        assert lines[found[1] - 1].strip() == "}" or lines[found[1] - 1].strip() == "}()"
        assert any(last in line for line in lines[found[0] - 1 : found[1]])
        assert last in lines[found[1] - 2]


@pytest.mark.parametrize(
    ("part", "name", "first"),
    [
        ("self.count", "exportSelection", "- (void)exportSelection"),
        ("return nil", "shared", "+ (instancetype)shared"),
        ("return b;", "helper", "static int helper"),
    ],
)
def test_a_function_of_objective_c_is_found_around_a_line(part, name, first):
    found = lines_of("Exporter.m", OBJECTIVE_C, line_with(OBJECTIVE_C, part), name)

    assert found is not None
    assert first in OBJECTIVE_C.splitlines()[found[0] - 1]


@pytest.mark.parametrize("line", [1, 4, 10_000, 0, -3])
def test_a_line_in_no_function_has_none(line):
    assert lines_of("Index.swift", SWIFT, line, "rebuildIfNeeded") is None


@pytest.mark.parametrize("text", ["", "}", "}}}{", "func f() {", "{" * 50])
def test_a_file_that_is_not_whole_is_read_as_far_as_it_goes(text):
    assert lines_of("a.swift", text, 1, "f") is None


def test_a_file_that_a_program_made_is_not_looked_at():
    text = "func f() {\n\n}\n"

    assert lines_of("a.swift", text, 2, "f") == (1, 3)
    assert lines_of("a.swift", text + " " * 1_000_000, 2, "f") is None


@pytest.mark.parametrize("path", ["a.swift", "a.m"])
@pytest.mark.parametrize(
    "piece",
    [
        "{",
        "{}",
        "func f() {",
        '"',
        "/*",
        "'\\",
        "a(\n" * 600 + "{",
        "- (\n" * 400 + "{",
        "var a: Int\n" * 150 + "{",
    ],
)
def test_a_hostile_file_takes_no_time(path, piece):
    text = piece * (200_000 // len(piece)) + "{ }"
    start = time.process_time()
    lines_of(path, text, 1, "f")

    assert time.process_time() - start < 2

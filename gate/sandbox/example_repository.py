"""A repository of the example app, so that the demo can go from a call stack to a line, an owner and suspects.

Its history has what real ones have: squashed pull requests, a merged branch, a moved file, code owners, and a tag
for each version. Files are as long as the stacks of the scenarios need, and mostly empty.
"""

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from msgspec import Struct

_MARK = re.compile(r"^@(\d+)\n", re.MULTILINE)
"""``@142`` alone on a line: what follows is line 142."""

_OWNERS = """\
# The last line that matches a file names its owners.
*                 @example/app-core
*.m               @example/legacy
/Sources/Launch/  @example/startup
/Sources/Library/ @example/library
/Sources/Import/  @example/import
"""

_FILES = {
    ".github/CODEOWNERS": _OWNERS,
    "Sources/Launch/ExamplePhotosApp.swift": """\
import SwiftUI

@main
struct ExamplePhotosApp: App {
@11
    var body: some Scene { WindowGroup { AlbumList() } }
@27
    init() {
        FontRegistry.registerAll()
        FontRegistry.checkAll()

        // The library is needed for the first screen.
        LibraryIndex.shared.rebuildIfNeeded()
        LibraryIndex.shared.rebuildIfNeeded()
    }
}
""",
    "Sources/Launch/FontRegistry.swift": """\
import CoreText

enum FontRegistry {
@15
    static func registerAll() {
        let fonts = Bundle.main.urls(forResourcesWithExtension: "otf", subdirectory: nil)
        CTFontManagerRegisterFontURLs(fonts as CFArray, .process, true, nil)
    }
}
""",
    "Sources/Model/LibraryIndex.swift": """\
import Foundation

/// What is in the library, and where.
final class LibraryIndex {
@206
    /// Reads the catalogue again when it has changed.
    func rebuildIfNeeded() {
        guard isStale else { return }
        queue.async {
            self.entries = self.readChangedEntries()
        }

        // The first screen shows what is known so far.
        publish(entries)
    }
}
""",
    "Sources/Library/LibraryStore.swift": """\
import Foundation

final class LibraryStore {
@138
    func open() throws {
        guard !isOpen else { return }
        isOpen = true

        index.rebuildIfNeeded()
    }
}
""",
    "Sources/Library/CatalogueCoder.swift": """\
import Foundation

/// Reads and writes the catalogue.
extension JSONDecoder {
@52
    /// One page of the catalogue.
    func decodeCatalogue(_ page: Data, from place: URL) throws -> [Entry] {
        keyDecodingStrategy = .convertFromSnakeCase

        return try decode([Entry].self, from: page)
    }
}
""",
    "Sources/Library/ThumbnailCache.swift": """\
import ImageIO

final class ThumbnailCache {
@82
    func decode(_ data: Data, size: Int) -> CGImage? {
        let options = [kCGImageSourceThumbnailMaxPixelSize: size] as CFDictionary
        guard let source = CGImageSourceCreateWithData(data as CFData, nil) else {
            return nil
        }

        return CGImageSourceCreateThumbnailAtIndex(source, 0, options)
    }
}
""",
    "Sources/Grid/GridViewController.swift": """\
import UIKit

final class GridViewController: UICollectionViewController {
@83
    override func viewWillAppear(_ animated: Bool) {
        super.viewWillAppear(animated)

        // Show what is new since the last time.
        try? store.open()
    }
@198
    func configureCell(_ cell: GridCell, at path: IndexPath) {
        let asset = assets[path.item]

        cell.load { [cache] in
            // Thumbnails are small, so they are decoded when they are needed.
            cache.decode(asset.data, size: 256)
        }
    }
}
""",
    "Sources/Grid/SceneDelegate.swift": """\
import UIKit

final class SceneDelegate: UIResponder, UIWindowSceneDelegate {
@39
    func sceneWillEnterForeground(_ scene: UIScene) {
        refreshBadge()
        try? store.open()
    }
}
""",
    "Sources/Import/ImportSession.swift": """\
import Foundation

final class ImportSession {
@114
    func run() {
        queue.async { [journal, assets] in
            for asset in assets {
                asset.copy()
                journal.append(asset)
            }
        }
    }
}
""",
    "Sources/Import/ImportJournal.swift": """\
import Foundation

final class ImportJournal {
@41
    func append(_ asset: Asset) {
        buffer.append(asset.line)
        guard buffer.count > 100 else { return }

        write(buffer)
    }
}
""",
    "Sources/Legacy/EXPLegacyExporter.m": """\
#import "EXPLegacyExporter.h"

@implementation EXPLegacyExporter
@71
- (void)exportSelection:(NSArray *)assets
{
    for (EXPAsset *asset in assets) {
        [self writeSidecarForAsset:asset];
    }
}
@128
- (void)writeSidecarForAsset:(EXPAsset *)asset
{
    NSData *sidecar = [asset sidecar];
    [sidecar writeToURL:[asset sidecarURL] options:0 error:nil];
}

@end
""",
    "Sources/Legacy/EXPMetadataStore.m": """\
#import "EXPMetadataStore.h"

@implementation EXPMetadataStore
@285
- (void)commitTransaction
{
    // The database has its own queue.
    sqlite3_step(self.commit);
}

@end
""",
    "Sources/Grid/AlbumListViewModel.swift": """\
import Foundation

final class AlbumListViewModel {
@64
    func reloadSections(animated: Bool) {
        let sections = store.sections

        apply(sections.sorted(by: Section.isBefore), animated: animated)
    }
}
""",
}


class _Step(Struct, frozen=True, kw_only=True):
    """One commit: a text in one file is replaced, or a file moves."""

    subject: str
    author: str
    file: str
    old: str = ""
    new: str = ""
    moved_to: str = ""
    pull_request: int = 0
    """Of a merge commit that brings it; 0 for a commit on the main line."""


_HISTORY = (
    _Step(
        subject="Sort albums in the background (#407)",
        author="Kim Fischer",
        file="Sources/Grid/AlbumListViewModel.swift",
        old="        apply(sections.sorted(by: Section.isBefore), animated: animated)",
        new="        queue.async { self.apply(sections.sorted(by: Section.isBefore), animated: animated) }",
    ),
    _Step(
        subject="Move the index to the library (#412)",
        author="Robin Okafor",
        file="Sources/Model/LibraryIndex.swift",
        moved_to="Sources/Library/LibraryIndex.swift",
    ),
    _Step(
        subject="Show the whole library on the first screen (#418)",
        author="Robin Okafor",
        file="Sources/Library/LibraryIndex.swift",
        old="""\
        queue.async {
            self.entries = self.readChangedEntries()
        }

        // The first screen shows what is known so far.
        publish(entries)
""",
        new="""\
        let place = catalogue.url
        defer { publish(entries) }

        // The first screen shows everything.
        guard let file = try? Data(contentsOf: place) else { return }
        entries = (try? decoder.decodeCatalogue(file, from: place)) ?? []
""",
    ),
    _Step(
        subject="Decode the catalogue in one piece",
        author="Robin Okafor",
        file="Sources/Library/CatalogueCoder.swift",
        old="""\
    /// One page of the catalogue.
    func decodeCatalogue(_ page: Data, from place: URL) throws -> [Entry] {
        keyDecodingStrategy = .convertFromSnakeCase

        return try decode([Entry].self, from: page)
""",
        new="""\
    /// The catalogue.
    func decodeCatalogue(_ file: Data, from place: URL) throws -> [Entry] {
        keyDecodingStrategy = .convertFromSnakeCase
        userInfo[.place] = place
        return try decode([Entry].self, from: file)
""",
        pull_request=421,
    ),
    _Step(
        subject="Write each entry at once (#425)",
        author="Sasha Lindqvist",
        file="Sources/Import/ImportJournal.swift",
        old="""\
        guard buffer.count > 100 else { return }

        write(buffer)
""",
        new="""\
        // Nothing is lost when the app ends here.
        write(buffer)
        fcntl(file, F_FULLFSYNC)
""",
    ),
    _Step(
        subject="Say what the catalogue is (#430)",
        author="Kim Fischer",
        file="Sources/Library/CatalogueCoder.swift",
        old="/// Reads and writes the catalogue.",
        new="/// Reads and writes the catalogue, a list of all assets.",
    ),
)


def build(folder: Path) -> str:
    """Make the repository, or leave it as it is when it is there already.

    Args:
        folder: Where it goes; the folder above exists.

    Returns:
        Why it could not be made; empty when it is there.
    """
    if folder.exists():
        return "" if (folder / ".git").is_dir() else f"{folder} is something else"
    program = shutil.which("git")
    if program is None:
        return "git is not installed"
    try:
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".checkout-") as work:
            _fill(_ExampleRepository(program, Path(work)))
            # Moved when whole, so that an interrupted run leaves no half repository; the temporary folder has to
            # be there again when it is removed.
            Path(work).rename(folder)
            Path(work).mkdir()
    except (OSError, subprocess.SubprocessError) as error:
        return f"it could not be made: {error}"
    return ""


class _ExampleRepository:
    """The repository in the making. Its commits have fixed names and times, so it is always the same one."""

    def __init__(self, program: str, folder: Path) -> None:
        self._program = program
        self._folder = folder
        self._author = "Alex Marin"
        self._days = 0

    def git(self, *arguments: str) -> None:
        """Run git without any configuration but its own."""
        day = f"2026-07-{self._days:02}T10:00:00Z" if self._days else "2026-06-30T10:00:00Z"
        settings = ("commit.gpgSign=false", "tag.gpgSign=false", f"core.hooksPath={os.devnull}", "gc.auto=0")
        subprocess.run(  # noqa: S603 - no shell, and nothing here comes from outside
            [self._program, *(part for setting in settings for part in ("-c", setting)), *arguments],
            cwd=self._folder,
            env={
                "PATH": os.environ.get("PATH", os.defpath),
                "HOME": os.devnull,
                "GIT_CONFIG_GLOBAL": os.devnull,
                "GIT_CONFIG_NOSYSTEM": "1",
                "GIT_AUTHOR_NAME": self._author,
                "GIT_AUTHOR_EMAIL": "author@example.com",
                "GIT_COMMITTER_NAME": self._author,
                "GIT_COMMITTER_EMAIL": "author@example.com",
                "GIT_AUTHOR_DATE": day,
                "GIT_COMMITTER_DATE": day,
            },
            check=True,
            timeout=60,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def write(self, path: str, text: str) -> None:
        """Write a file."""
        file = self._folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="\n")

    def edit(self, step: _Step) -> None:
        """Change the file of a step, and commit it."""
        self._author = step.author
        self._days += 3
        file = self._folder / step.file
        if step.moved_to:
            (self._folder / step.moved_to).parent.mkdir(parents=True, exist_ok=True)
            file.rename(self._folder / step.moved_to)
        else:
            text = file.read_text(encoding="utf-8")
            self.write(step.file, text.replace(step.old, step.new))
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", step.subject)


def _fill(repository: _ExampleRepository) -> None:
    repository.git("init", "--quiet", "--template=", "--initial-branch=main")
    for path, text in _FILES.items():
        repository.write(path, _numbered(text))
    repository.git("add", "--all")
    repository.git("commit", "--quiet", "--message", "Release 3.3")
    repository.git("tag", "v3.3")
    for step in _HISTORY:
        if step.pull_request:
            repository.git("switch", "--quiet", "--create", f"pull-{step.pull_request}")
        repository.edit(step)
        if step.pull_request:
            subject = f"Merge pull request #{step.pull_request} from example/pull-{step.pull_request}"
            repository.git("switch", "--quiet", "main")
            repository.git("merge", "--quiet", "--no-ff", "--message", subject, f"pull-{step.pull_request}")
    repository.git("tag", "v3.4")


def _numbered(text: str) -> str:
    """Put blank lines into a file where its marks say that code is left out."""
    parts = _MARK.split(text)
    whole = parts[0]
    for line, part in zip(parts[1::2], parts[2::2], strict=True):
        whole += "\n" * (int(line) - 1 - whole.count("\n")) + part
    return whole

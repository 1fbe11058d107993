"""The whole fetch of a run: everything a judgement needs, in one snapshot.

What can run in parallel does, in waves, each of which needs an id that the one before has found: the app;
its metrics, versions and overview; builds that are not known yet; signatures; logs.

Without metrics and versions there is no verdict, so their failure is the run's. All else explains a verdict
and does not make it: its failure is kept in the snapshot as an exchange with a `problem`. A key that is refused
is the run's failure, and so is an answer that leads somewhere else.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime

from msgspec import Struct, structs

from gate import __version__
from gate.appstore import protocol, resolve
from gate.appstore.client import OK, Client, Fetched
from gate.appstore.resolve import ResolvedApp, Shipped
from gate.appstore.wire.diagnostics import DiagnosticSignature, SignaturesResponse
from gate.appstore.wire.metrics import XcodeMetrics
from gate.appstore.wire.read import read
from gate.errors import (
    AppStoreError,
    Forbidden,
    MalformedAnswer,
    NotFound,
    Unauthorized,
    UnknownBuild,
    UnsafeLink,
    UsageError,
)
from gate.model.catalogue import DIAGNOSTIC_TYPES
from gate.model.versions import Timeline, order, same_version, version_key
from gate.signatures.symbols import normalise
from gate.snapshot.format import ON_SALE, Exchange, Request, Snapshot, Subject


class _Question(Struct, frozen=True, kw_only=True):
    """What a run is asked about."""

    app: str
    version: str
    build_id: str
    number: str
    """Build number of `version`; at most one of `build_id` and `number` is given."""
    baseline: str
    types: tuple[str, ...]
    top: int
    logs: int


class _Side(Struct, frozen=True, kw_only=True):
    """The candidate or the baseline of the run."""

    version: str = ""
    source: str = ""
    """Why it is this version, in the words of `Subject.version_source`; empty when nobody said so."""
    build: str = ""
    """Id of the build whose signatures count."""
    judged: bool = False
    """This very build was asked for, so its own metrics count."""


class _Versions(Struct, frozen=True, kw_only=True):
    """What is known of the app's versions once metrics and shipped versions are there."""

    timeline: Timeline
    shipped: tuple[Shipped, ...]

    def side(self, version: str, source: str = "") -> _Side:
        """Find a version as it is spelt in the measurements, with the build that was shipped as it."""
        shipped = self._shipped(version) or Shipped(version=version)
        return _Side(
            version=self.timeline.find(version) or shipped.version, source=source, build=shipped.build_id
        )

    def knows(self, version: str) -> bool:
        """Tell whether a version was measured or shipped."""
        return bool(self.timeline.find(version) or self._shipped(version))

    def names(self) -> tuple[str, ...]:
        """List all versions that were measured or shipped."""
        return (*self.timeline.versions, *(one.version for one in self.shipped))

    def before(self, version: str) -> str:
        """Find the newest measured version that is older than a version, or an empty string."""
        measured = self.timeline.find(version)
        if measured:
            older = self.timeline.before(measured)
        else:
            key = version_key(version)
            older = tuple(one for one in self.timeline.versions if version_key(one) < key)
        return older[-1] if older else ""

    def _shipped(self, version: str) -> Shipped | None:
        return next((one for one in self.shipped if same_version(one.version, version)), None)


def collect(  # noqa: PLR0913 - the arguments are the question a run asks
    client: Client,
    *,
    app: str,
    version: str = "",
    build: str = "",
    baseline: str = "",
    signature_types: Sequence[str] = tuple(DIAGNOSTIC_TYPES),
    top: int = 5,
    logs_per_signature: int = 5,
    clock: Callable[[], float],
) -> Snapshot:
    """Fetch everything for one run.

    Args:
        client: The sender.
        app: Bundle id or App Store id.
        version: Marketing version of the candidate; empty for the one on sale.
        build: Id of a build, or with `version` its build number; its own metrics are fetched, too.
        baseline: Version whose signatures the candidate's are compared with; empty for the one before it.
        signature_types: Diagnostic types to fetch; none for no signatures at all.
        top: Signatures of each type, heaviest first, whose logs are fetched.
        logs_per_signature: At most so many logs of each, up to 200.
        clock: Epoch seconds.

    Raises:
        UsageError: No app is named, or a build number without its version.
        AppStoreError: App Store Connect could not be read, or the app, version or build is not there.
    """
    by_id = resolve.is_build_id(build)
    if build and not by_id and not version:
        raise UsageError(
            "A build is named by its number, but its version is not",
            cause="build numbers may repeat from version to version",
            remedy="give --version, too, or the id of the build",
        )
    question = _Question(
        app=app,
        version=version,
        build_id=build if by_id else "",
        number="" if by_id else build,
        baseline=baseline,
        types=tuple(signature_types),
        top=top,
        logs=logs_per_signature,
    )
    run = _Run(client, question)
    return Snapshot(
        subject=run.fetch(),
        exchanges=tuple(run.exchanges),
        tool=f"appstore-gate {__version__}",
        created=datetime.fromtimestamp(clock(), UTC).isoformat(timespec="seconds"),
    )


class _Run:
    """One fetch. Every request is made once, and every answer recorded in the order of the requests.

    A step asks for what it needs as if nothing were there yet; what an earlier wave brought along is there.
    """

    def __init__(self, client: Client, question: _Question) -> None:
        self._client = client
        self._question = question
        self._answers: dict[Request, Fetched] = {}
        self.exchanges: list[Exchange] = []

    def fetch(self) -> Subject:
        """Fetch all of it and say what it is about."""
        app = self._app()
        versions = self._versions(app.id)
        candidate = self._candidate(app.id, versions)
        # Without a version on sale the judgement takes the newest measured one, so its signatures count.
        shown = candidate if candidate.version else versions.side("".join(versions.timeline.versions[-1:]))
        reference = versions.side(self._question.baseline or versions.before(shown.version))
        shown, reference = self._with_builds(app.id, versions, (shown, reference))
        self._diagnostics(shown, reference)
        return Subject(
            app_id=app.id,
            bundle_id=app.bundle_id,
            app_name=app.name,
            version=candidate.version,
            version_source=candidate.source,
            build_id=shown.build if shown.judged else "",
            signatures_build=shown.build,
            baseline_version=reference.version,
            baseline_build=reference.build,
        )

    def _wave(self, requests: Iterable[Request]) -> list[Fetched]:
        """Answer requests; those that were not asked before are fetched in parallel."""
        wanted = list(requests)
        new = [request for request in dict.fromkeys(wanted) if request not in self._answers]
        for request, fetched in zip(new, self._client.get_all(new), strict=True):
            self._answers[request] = fetched
            self.exchanges += _recorded(fetched)
        return [self._answers[request] for request in wanted]

    def _required(self, request: Request) -> tuple[Exchange, ...]:
        return self._wave([request])[0].required()

    def _optional(self, request: Request) -> tuple[Exchange, ...]:
        """Keep the usable pages that the run can do without, unless the key or the way is the problem."""
        (fetched,) = self._wave([request])
        if isinstance(fetched.error, Unauthorized | Forbidden | UnsafeLink):
            raise fetched.error
        return tuple(
            exchange for exchange in fetched.exchanges if exchange.status == OK and not exchange.problem
        )

    def _app(self) -> ResolvedApp:
        """Find the app; an App Store id needs no look-up before the first wave, so this runs beside it."""
        wanted = self._question.app
        find = resolve.app_request(wanted)
        self._wave([find, *self._first_wave(wanted)] if resolve.is_app_id(wanted) else [find])
        return resolve.the_app(wanted, self._required(find), visible=lambda: visible_apps(self._client))

    def _first_wave(self, app_id: str) -> list[Request]:
        """List all that can be asked for once the app's id is known."""
        ask = self._question
        requests = [
            protocol.app_metrics(app_id),
            protocol.shipped_versions(app_id),
            protocol.overview(app_id),
        ]
        if ask.build_id:
            requests += [
                protocol.build_of_app(app_id, ask.build_id),
                protocol.version_of_build(ask.build_id),
                protocol.build_metrics(ask.build_id),
            ]
            requests += [protocol.signatures(ask.build_id, ask.types)] if ask.types else []
        # Asked for ahead of need: a version that was shipped has its build in another answer.
        elif ask.version:
            requests.append(_builds(app_id, ask.version, ask.number))
        return requests

    def _versions(self, app_id: str) -> _Versions:
        self._wave(self._first_wave(app_id))
        return _Versions(
            timeline=_timeline(self._required(protocol.app_metrics(app_id))),
            shipped=resolve.shipped_in(self._required(protocol.shipped_versions(app_id))),
        )

    def _candidate(self, app_id: str, versions: _Versions) -> _Side:
        """Choose the version to judge; an empty one when nobody asked for one and none is on sale."""
        ask = self._question
        if ask.build_id:
            return self._build_by_id(app_id, versions)
        if ask.number:
            return self._build_by_number(app_id, versions)
        if ask.version:
            self._check_version(app_id, versions, ask.version)
            return versions.side(ask.version, "asked for")
        on_sale = resolve.on_sale(versions.shipped)
        return versions.side(on_sale.version, ON_SALE) if on_sale else _Side()

    def _build_by_id(self, app_id: str, versions: _Versions) -> _Side:
        ask = self._question
        build = resolve.build_by_id(self._required(protocol.build_of_app(app_id, ask.build_id)), ask.build_id)
        version = resolve.version_in(self._required(protocol.version_of_build(ask.build_id)))
        if ask.version and not same_version(ask.version, version):
            raise UnknownBuild(
                f"Build {ask.build_id} is of version {version}, not of {ask.version}",
                cause="the version and the build were taken from different releases",
                remedy="give only one of --version and --build",
            )
        return structs.replace(versions.side(version, "build asked for"), build=build.id, judged=True)

    def _build_by_number(self, app_id: str, versions: _Versions) -> _Side:
        version, number = self._question.version, self._question.number
        build = resolve.newest_build(self._required(_builds(app_id, version, number)), version, number)
        if build is None:
            raise resolve.unknown_build(version, number)
        return structs.replace(versions.side(version, "build asked for"), build=build.id, judged=True)

    def _check_version(self, app_id: str, versions: _Versions, version: str) -> None:
        """Refuse a version that was neither measured nor shipped nor uploaded: it is misspelt.

        Raises:
            UnknownVersion: It is one.
        """
        if versions.knows(version):
            return
        if resolve.newest_build(self._required(_builds(app_id, version)), version) is None:
            raise resolve.unknown_version(version, versions.names())

    def _with_builds(self, app_id: str, versions: _Versions, sides: Sequence[_Side]) -> list[_Side]:
        """Add the newest build of its version to each side whose shipped build is not known."""
        missing = [side.version for side in sides if side.version and not side.build]
        self._wave(_builds(app_id, version) for version in missing)
        if self._question.baseline:
            self._check_version(app_id, versions, self._question.baseline)
        return [self._with_build(app_id, side) if side.version in missing else side for side in sides]

    def _with_build(self, app_id: str, side: _Side) -> _Side:
        build = resolve.newest_build(self._optional(_builds(app_id, side.version)), side.version)
        return structs.replace(side, build=build.id) if build else side

    def _diagnostics(self, shown: _Side, reference: _Side) -> None:
        """Fetch both builds' signatures, logs of the candidate's heaviest, and metrics of a build asked for."""
        ask = self._question
        metrics = [protocol.build_metrics(shown.build)] if shown.judged else []
        builds = dict.fromkeys(side.build for side in (shown, reference) if side.build and ask.types)
        self._wave([*metrics, *(protocol.signatures(build, ask.types) for build in builds)])
        # A build that was asked for is judged by its own metrics, so these must be there.
        for request in metrics:
            self._required(request)
        pages = {build: self._optional(protocol.signatures(build, ask.types)) for build in builds}
        heaviest = _heaviest(_listed(pages.get(shown.build, ())), ask.types, ask.top)
        before = (
            _same(_listed(pages.get(reference.build, ())), heaviest) if reference.build != shown.build else []
        )
        self._wave(protocol.logs(signature.id, limit=ask.logs) for signature in (*heaviest, *before))


def visible_apps(client: Client) -> list[ResolvedApp]:
    """Fetch all apps that the key can see; none when they can't be had, as they are only for a suggestion."""
    try:
        return resolve.apps_in(client.get(protocol.visible_apps()))
    except AppStoreError:
        return []


def _builds(app_id: str, version: str, number: str = "") -> Request:
    return protocol.builds_of_version(app_id, resolve.spellings(version), number=number)


def _recorded(fetched: Fetched) -> tuple[Exchange, ...]:
    """Select the exchanges of an answer, as a snapshot keeps them.

    A build without diagnostics is known to be answered with 404: that says there are none, and is no problem.
    """
    *earlier, last = fetched.exchanges
    # PATH_ERROR says that the call itself does not exist, which is another matter.
    none = isinstance(fetched.error, NotFound) and not fetched.error.code.startswith("PATH_ERROR")
    if last.call == "signatures" and none:
        return (*earlier, structs.replace(last, problem=""))
    return fetched.exchanges


def _timeline(exchanges: Iterable[Exchange]) -> Timeline:
    """Order the measured versions, oldest first; none when the body can't be read: the judgement says so."""
    columns: set[tuple[str, ...]] = set()
    for exchange in exchanges:
        try:
            body = read(exchange.body, XcodeMetrics, what="metrics of the app")[0]
        except MalformedAnswer:
            continue
        columns.update(
            tuple(point.version for point in dataset.points or () if point.version)
            for product in body.product_data
            for category in product.metric_categories or ()
            for metric in category.metrics or ()
            for dataset in metric.datasets or ()
        )
    return order(columns)


def _listed(pages: Iterable[Exchange]) -> list[DiagnosticSignature]:
    """List the signatures of some pages; those of a page that can't be read are for the judgement to miss."""
    found: list[DiagnosticSignature] = []
    for page in pages:
        try:
            found += read(page.body, SignaturesResponse, what="signatures of the build")[0].data
        except MalformedAnswer:
            continue
    return found


def _heaviest(
    signatures: Iterable[DiagnosticSignature], types: Sequence[str], top: int
) -> list[DiagnosticSignature]:
    """Select the heaviest signatures of each type, by Apple's weight, a share of the type's total."""
    found: dict[str, list[DiagnosticSignature]] = {kind: [] for kind in types}
    for signature in signatures:
        # Types that nobody asked for go to a list that is thrown away.
        found.get(_named(signature)[0], []).append(signature)
    return [one for listed in found.values() for one in sorted(listed, key=_weight, reverse=True)[:top]]


def _same(
    signatures: Iterable[DiagnosticSignature], wanted: Iterable[DiagnosticSignature]
) -> list[DiagnosticSignature]:
    """Select the baseline's signatures that the candidate has, too, so that their stacks can be compared."""
    names = set(map(_named, wanted))
    return [signature for signature in signatures if _named(signature) in names]


def _named(signature: DiagnosticSignature) -> tuple[str, str]:
    """Name a signature by type and text, without what differs from build to build."""
    attributes = signature.attributes
    if attributes is None:
        return "", signature.id
    return attributes.diagnostic_type or "", normalise(attributes.signature or "")


def _weight(signature: DiagnosticSignature) -> float:
    weight = signature.attributes.weight if signature.attributes else None
    # Without a weight it comes last: it may be anything.
    return -1.0 if weight is None else weight

"""The pages of an installation say what their operations answer, and do what is pressed as the person."""

from __future__ import annotations

from datetime import timedelta

from tests.factories.pages import Answers, opened, text, whole
from workbench.core.clock import now
from workbench.core.errors import Conflict
from workbench.domains.admin import schemas as s
from workbench.domains.audit.schemas import ChainView
from workbench.domains.secrets.schemas import KeyList, KeyRotation, KeyView
from workbench.ui.pages import PageSpec
from workbench.ui.visit import Person

HOSTILE = "<script>alert(1)</script>"
SETTINGS = PageSpec("settings", "Settings", "settings", "m:f", "admin:settings", "Installation")
MAINTENANCE = PageSpec("maintenance", "Maintenance", "maintenance", "m:f", "admin:maintenance", "Installation")
KEEPER = Person("kay", ["admin"], {"admin:maintenance": "W"}, ["default"])


def ago():
    """Five minutes before now, whenever the test runs."""
    return now() - timedelta(minutes=5, seconds=5)


def setting(**fields):
    """A setting at its default."""
    return s.SettingView(**({"name": "slots", "value": "4", "origin": "default", "help": "How many runs."} | fields))


def settings(*items, **fields):
    """The page of settings."""
    from workbench.domains.admin.view.settings import Settings

    caller = Answers(admin_settings=s.SettingsView(file="/home/config.toml", items=list(items)))
    return opened(Settings, caller, page=SETTINGS, pages=(SETTINGS,), **fields)


CHAIN = ChainView(intact=True, records=1234, head="1:a", compared_with=2)


def maintenance(acts=(), tidied=None, chain=CHAIN, **fields):
    """The page of maintenance, and what it asked."""
    from workbench.domains.admin.view.maintenance import Maintenance

    done = s.Round(at=ago(), chores=[s.ChoreDone(name="forget_runs", seconds=0.2, did=3, failed=False)])
    home = s.MaintenanceView(
        chores=[s.ChoreView(name="forget_runs", help="Delete old runs.", due=7)], rounds=[done], folder="/home/backups",
        backups=[s.BackupView(name=HOSTILE, bytes=2048, made_at=ago())],
    )  # fmt: skip
    caller = Answers(
        admin_maintenance=home, admin_tidy=tidied or done, audit_verify=chain,
        keys_list=KeyList(source="home", items=[KeyView(id="k1", state="older", secrets=2)]),
        keys_rotate=KeyRotation(key="k2", rewrapped=2, unreadable=0, retired=["k1"]),
    )  # fmt: skip
    page = opened(Maintenance, caller, acts, page=MAINTENANCE, pages=(MAINTENANCE,), **fields)
    return page, [name for name, _ in caller.asked]


def test_settings_are_narrowed_to_what_was_changed_and_what_is_searched_for():
    """Each says its value and where that comes from; hostile values stay values."""
    changed = setting(name="home", value=HOSTILE, origin="environment", help="The folder.")
    page = settings(setting(), changed)
    narrowed = settings(setting(), changed, query={"show": "changed", "q": "FOLDER"})

    assert "slots How many runs. 4 default default" in text(page.list.object)
    assert "changed in /home/config.toml" in text(page.list.object)
    assert "slots" not in text(narrowed.list.object)
    assert "<script" not in whole(page)
    assert "No setting is like that" in text(settings(setting(), query={"q": "zzz"}).list.object)


def test_the_home_says_how_it_is_kept():
    """Chores with what is due and was done, keys, backups, and a name that is no markup."""
    page, _ = maintenance()

    assert "Forget runs Delete old runs. 7 3 0.2 s ● done" in text(page.chores.object)
    assert "k1 ▲ older 2" in text(page.keys.object)
    assert "2.0 KiB 5 min ago" in text(page.backups.object)
    assert "<script" not in whole(page)


def test_acts_are_asked_for_and_tell_what_came_of_them():
    """Tidying, rotating and verifying go through their operations."""
    tidied, asked = maintenance([("tidy", [])])
    rotated, _ = maintenance([("rotate", [])])
    verified, _ = maintenance([("verify", [])])
    ill = s.Round(at=ago(), chores=[s.ChoreDone(name="forget_runs", seconds=0.2, did=None, failed=True)])

    assert "admin.tidy" in asked
    assert text(tidied.outcome.object) == "● All chores are done."
    assert text(rotated.outcome.object) == "● The key k2 encrypts now; it wraps 2 secrets anew."
    assert "● The trail is whole: 1,234 records, compared with 2 heads" in text(verified.trail.object)
    assert "■ These failed: forget runs" in text(maintenance([("tidy", [])], ill)[0].outcome.object)
    busy = maintenance([("tidy", [])], Conflict("A round is under way.", fix="Wait."))[0]
    assert "A round is under way." in text(busy.said.object)


def test_a_trail_that_is_no_longer_whole_is_not_called_so():
    """What a look found before is forgotten where the next one is refused."""
    answers = iter([CHAIN, Conflict("Record 7 was changed.", fix="Restore a backup.")])

    def verify(**_):
        if isinstance(answer := next(answers), Exception):
            raise answer
        return answer

    page, _ = maintenance([("verify", []), ("verify", [])], chain=verify)

    assert "Record 7 was changed." in text(page.said.object)
    assert "is whole:" not in text(page.trail.object)


def test_who_may_neither_see_keys_nor_verify_is_not_asked_to():
    """The page of somebody who only keeps the home asks for no keys."""
    page, asked = maintenance(person=KEEPER)

    assert (page.keys.object, page.trail.object) == ("", "")
    assert asked == ["admin.maintenance"]


def test_performance_says_what_took_how_long():
    """Operations in the order that is asked for, slow ones with the way to their records, pages, memory and lag."""
    from workbench.domains.admin.view.performance import Performance

    quick = s.Latency(name="runs.list", count=900, errors=0, p50=0.004, p95=0.02, p99=0.05)
    slow = s.Latency(name="queries.run", count=10, errors=2, p50=0.4, p95=2.0, p99=75.0)
    called = s.SlowCall(at=ago(), name="queries.run", outcome="failed", seconds=75.0, correlation_id="ab12")
    reply = s.PerformanceView(
        since=ago(), memory=1 << 28, memory_peak=1 << 29, operations=[slow, quick], pages=[quick], events=quick,
        slow=[called],
    )  # fmt: skip
    audit = PageSpec("audit", "Audit", "audit", "m:f", "audit:read", "Workspace")
    page = opened(Performance, Answers(admin_performance=reply), page=MAINTENANCE, pages=(MAINTENANCE, audit))
    often = opened(Performance, Answers(admin_performance=reply), page=MAINTENANCE, query={"sort": "count"})

    drawn = text(page.operations.object)
    assert "queries.run 10 ■ 2 400 ms 2.0 s 1 min 15 s runs.list 900 0 4 ms 20 ms 50 ms" in drawn
    assert text(often.operations.object).index("runs.list") < text(often.operations.object).index("queries.run")
    assert "256.0 MiB 512.0 MiB at most so far Event lag, p95 20 ms" in text(page.figures.object)
    assert 'href="/workbench/apps/default/audit?kind=all&amp;correlation_id=ab12"' in page.slow.object

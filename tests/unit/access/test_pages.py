"""The pages of people say what their operations answer, and offer only what one may do."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from tests.factories.pages import Answers, opened, text, whole
from workbench.core.clock import now
from workbench.core.errors import Conflict, Invalid
from workbench.core.ids import new_id
from workbench.core.permissions import Role
from workbench.core.schemas import Page
from workbench.domains.access import schemas as s
from workbench.domains.access.view.members import Members
from workbench.domains.access.view.sessions import Sessions, browser
from workbench.ui.pages import PageSpec
from workbench.ui.visit import Person

HOSTILE = '<script>alert("x")</script><img src=x onerror=alert(1)>'
MEMBERS = PageSpec("members", "Members", "members", "m:f", "members:read", "Workspace")
SESSIONS = PageSpec("sessions", "Sessions and tokens", "sessions", "m:f", "sessions:own", "Workspace")
EXECUTOR = Person("eve", ["executor"], {"members:read": "W", "me:read": "O"}, ["default"])
ANA = new_id()


def member(role, **fields):
    """Ana in a role."""
    given = {
        "id": new_id(), "user_id": ANA, "name": "ana@example.org", "display_name": HOSTILE, "role": role,
        "groups": ["analysts"], "created_at": now(),
    }  # fmt: skip
    return s.MemberView(**(given | fields))


def invitation(**fields):
    """An open invitation, as it is shown once."""
    given = {
        "id": new_id(), "email": "new@example.org", "name": "", "roles": [Role.VIEWER], "groups": [], "status": "open",
        "created_at": now(), "expires_at": now() + timedelta(days=7), "link": "https://here/invitation#code=x",
    }  # fmt: skip
    return s.NewInvitationView(**(given | fields))


def page_of(acts=(), query=None, person=None, **answers):
    """The page of the members, and what it asked."""
    inside = [s.InGroupView(user_id=ANA, name="ana@example.org", display_name="Ana")]
    group = s.WholeGroupView(
        id=new_id(), name="analysts", roles=[Role.VIEWER], size=1, etag=1, created_at=now(), members=inside
    )
    given = {
        "members_list": Page[s.MemberView](items=[member(Role.VIEWER), member(Role.EXECUTOR)]),
        "groups_list": Page[s.GroupView](items=[group]), "groups_show": group,
        "invitations_list": Page[s.InvitationView](items=[invitation()]),
        "invitations_create": invitation(), "members_assign_role": None, "members_take_role": None,
        "invitations_import_people": s.InvitedView(items=[invitation(link=None)]), "groups_add_member": None,
    }  # fmt: skip
    caller = Answers(**(given | answers))
    more = {"person": person} if person else {}
    page = opened(Members, caller, acts, pages=(MEMBERS,), page=MEMBERS, query=query or {}, **more)
    return page, caller.asked


def test_a_person_stands_once_with_all_her_roles():
    """Two roles are one row; a name is a name whatever it is."""
    page, _ = page_of()

    assert "1 person" in text(page.list.object)
    assert "Executor × Take Executor from ana@example.org Viewer × Take Viewer" in text(page.list.object)
    assert "new@example.org Viewer" in text(page.list.object)
    assert "<script" not in whole(page)


def test_an_invitation_gives_a_link_to_hand_on():
    """What was ticked goes along, and the link is shown once."""
    filled = [["email", "new@example.org"], ["role viewer", "on"], ["group analysts", "on"], ["name", ""]]
    page, asked = page_of([("invite", filled)])

    name, fields = next(one for one in asked if one[0] == "invitations.create")
    assert (name, fields["roles"], fields["groups"]) == ("invitations.create", [Role.VIEWER], ["analysts"])
    assert "https://here/invitation#code=x Copy" in text(page.links.object)
    assert 'data-act="copy-code" data-name="link" data-value="https://here/invitation#code=x"' in page.links.object


def test_the_form_is_empty_once_somebody_is_invited():
    """Else a second press would invite her again, and who comes next would get her roles."""
    before, _ = page_of()
    after, _ = page_of([("invite", [["email", "new@example.org"], ["role viewer", "on"]])])
    refused, _ = page_of([("invite", [["email", "new"]])], invitations_create=Invalid("No address."))

    assert before.forms.object == refused.forms.object
    assert before.forms.object != after.forms.object


def test_many_are_invited_by_csv():
    """Where mails are sent, no link is shown."""
    page, _ = page_of([("import", [["csv", "email,name,role\nnew@example.org,,viewer"]])])

    assert text(page.links.object) == "● 1 invited; a mail is on its way to each."


def test_each_wrong_line_of_a_list_is_told_in_sight():
    """The notice says that nobody was invited and lists the lines; the field that they stand in is marked."""
    wrong = [
        {"pointer": "/csv/2", "message": "line 2: 'king' is no role"},
        {"pointer": "/csv/5", "message": "line 5: <b>"},
    ]
    refused = Invalid("Nobody was invited: 2 lines are wrong.", fix="Mend the lines.", code="bad_csv", errors=wrong)
    page, _ = page_of([("import", [["csv", "x"]])], invitations_import_people=refused)

    told = "Nobody was invited: 2 lines are wrong. CSV: line 2: 'king' is no role CSV: line 5: <b>"
    assert told in text(page.said.object)
    assert page.presence.answered == {
        "act": "import", "turn": 1, "said": "Nobody was invited: 2 lines are wrong.",
        "faults": [["/csv/2", "line 2: 'king' is no role"], ["/csv/5", "line 5: <b>"]],
    }  # fmt: skip


def test_a_form_is_refused_in_the_words_of_the_page():
    """What programs are told, by the names of operations and fields, is said of what stands on the page."""
    told = Invalid(
        "invitations.create cannot take this: roles: is required.", fix="Known fields are: roles.",
        errors=[{"pointer": "/roles", "message": "is required"}], operation="invitations.create",
    )  # fmt: skip
    page, _ = page_of([("invite", [["email", "new@example.org"]])], invitations_create=told)

    assert "What was filled in cannot be taken. Roles: is required" in text(page.said.object)
    assert not any(word in page.said.object for word in ("invitations.create", "Known fields", "request"))


def test_a_role_is_given_and_a_refusal_is_told():
    """Adding says that it counts; taking the last admin's role says why not."""
    page, asked = page_of([("assign", [["user", "ana@example.org"], ["role", "admin"]])])
    assert ("members.assign_role", {"user": "ana@example.org", "role": "admin"}) in asked
    assert "The role counts now." in text(page.said.object)

    page, _ = page_of(
        [("take", [["id", "1"]])], members_take_role=Conflict("She is the last admin.", fix="Add another.")
    )
    assert "She is the last admin. Add another." in text(page.said.object)


def test_the_least_role_is_offered_first():
    """What a slip of the finger adds to somebody, or to a group, makes nobody an Admin."""
    for tab in ("people", "groups"):
        offered = re.findall(r'name="role"[^>]*><option value="(\w+)"', page_of(query={"tab": tab})[0].list.object)
        assert offered == ["executive"]


def test_the_only_role_of_somebody_is_taken_by_removing_her():
    """The cross at it says what she loses and removes her; of several roles one is just taken."""
    one, _ = page_of(members_list=Page[s.MemberView](items=[member(Role.VIEWER)]))
    two, _ = page_of()

    assert one.list.object.count('data-act="remove"') == 2
    assert "Viewer is the only role of ana@example.org: without it they leave the workspace" in one.list.object
    assert 'data-act="take"' not in one.list.object
    assert two.list.object.count('data-act="take"') == 2


def test_groups_show_who_is_in_them():
    """Roles and people of a group, and the way to add to them."""
    page, asked = page_of([("join", [["id", "1"], ["user", "ana@example.org"]])], query={"tab": "groups"})

    assert "analysts Viewer × Take Viewer from analysts" in text(page.list.object)
    assert "Take ana@example.org out of analysts" in text(page.list.object)
    assert ("groups.add_member", {"id": "1", "user": "ana@example.org"}) in asked


def test_groups_are_searched_as_groups():
    """Their people stay in them, and what was searched for among people is not looked for among groups."""
    page, asked = page_of([("choose", [["tab", "groups"]]), ("choose", [["q", "ana"]])], query={"q": "eve"})

    assert [fields["q"] for name, fields in asked if name == "groups.list" and "q" in fields] == [None, "ana"]
    assert "Take ana@example.org out of analysts" in text(page.list.object)
    assert "Search groups" in text(page.controls.object)
    assert [fields.get("q") for name, fields in asked if name == "members.list"] == ["eve", None, None]


def test_members_come_in_pages():
    """The page says that it is not all of them; into a group others than those can be typed."""
    some = Page[s.MemberView](items=[member(Role.VIEWER)], next="far")
    page, asked = page_of([("choose", [["cursor", "far"]])], members_list=some)
    assert "1 person on this page" in text(page.list.object)
    assert "Next page" in text(page.list.object)
    assert [fields["cursor"] for name, fields in asked if name == "members.list"] == [None, "far"]

    groups, _ = page_of(query={"tab": "groups"}, members_list=some)
    assert '<input name="user" list="user-' in groups.list.object


def test_open_invitations_come_in_pages():
    """Those that wait are asked for a page at a time, apart from the people, and the way to the others is there."""
    some = Page[s.InvitationView](items=[invitation()], next="far")
    page, asked = page_of([("choose", [["waiting", "far"]])], invitations_list=some)

    lists = [fields for name, fields in asked if name == "invitations.list"]
    assert [(fields["status"], fields["cursor"]) for fields in lists] == [("open", None), ("open", "far")]
    assert page.list.object.count('data-name="waiting"') == 2


def test_nobody_is_offered_to_disable_herself():
    """The row of who looks says so, and has no button that would only be refused; others' rows have it."""
    ann = Person("Ann", ["admin"], {"members:read": "W", "admin:users": "W"}, ["default"], "ana@example.org")
    other = member(Role.VIEWER, user_id=new_id(), name="eve@example.org")
    page, _ = page_of(person=ann, members_list=Page[s.MemberView](items=[member(Role.ADMIN), other]))

    assert "ana@example.org you Admin" in text(page.list.object)
    assert page.list.object.count('data-act="disable"') == 1


def test_who_may_only_look_gets_nothing_to_press():
    """An Executor sees who belongs to the workspace, and neither forms nor invitations."""
    page, asked = page_of(person=EXECUTOR)

    assert "<button" not in page.list.object
    assert page.forms.object == ""
    assert "invitations.list" not in [name for name, _ in asked]


@pytest.mark.parametrize(
    ("agent", "said"),
    [("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36",
      "Chrome 130 on Linux"),
     ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0",
      "Edge 130 on Windows"),
     ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Mobile/15E148 Safari/604.1",
      "Safari 18 on iPhone"),
     ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:131.0) Gecko/20100101 Firefox/131.0", "Firefox 131 on macOS"),
     ("Mozilla/5.0 (Something)", "A browser"), ("python-httpx/0.28", "python-httpx/0.28"), (None, "")],
)  # fmt: skip
def test_a_browser_is_told_in_words(agent, said):
    """Whichever names of others it takes along; a program is told as it names itself."""
    assert browser(agent) == said


def test_one_ends_a_session_elsewhere():
    """Each session says where it is; ending one asks the operation."""
    given = {"kind": "browser", "address": "10.0.0.7", "created_at": now(), "seen_at": now(), "expires_at": now()}
    rows = [s.SessionView(id=new_id(), agent=HOSTILE, current=one, **given) for one in (True, False)]
    caller = Answers(sessions_list=Page[s.SessionView](items=rows), sessions_end=None, tokens_list=Page(items=[]))
    acts = [("end", [["id", str(rows[1].id)]])]
    page = opened(Sessions, caller, acts, pages=(SESSIONS,), page=SESSIONS)

    assert ("sessions.end", {"id": str(rows[1].id)}) in caller.asked
    assert "10.0.0.7" in text(page.list.object)
    assert text(page.list.object).count("this one") == 1
    assert "<script" not in whole(page)

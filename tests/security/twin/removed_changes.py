"""Looks for the hole that a guard of the write path leaves which was taken out: with the changes of the twin test."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.security.twin.change import Change
from tests.security.twin.changes import Changes
from tests.security.twin.drafts import the_code_of_a_hidden_draft_is_free
from tests.security.twin.editing import Editing
from tests.security.twin.oracle import BY_RELATION, Cells
from tests.security.twin.pair import Pair
from tests.security.twin.performance import Leak
from tests.security.twin.playing import Play, known_ids
from tests.security.twin.policies import STRICT
from tests.security.twin.pools import Pools
from tests.security.twin.stage import Stage
from tests.security.twin.twin import Twin
from tests.security.twin.unguarded_changes import CHANGE_GUARDS

STRICTLY = ("owner", "collaborator", "manager")
BY_DEFAULT = ("owner", "marketing", "colleague")
OF_A_KIND = 8
SEED = 51
_ANY = ("",)
_NEAR = {
    "accessto": _ANY,
    "editable": _ANY,
    "isineffectfor": ("updatecustomer",),
    "acces": _ANY,
    "rowexist": ("attachment",),
    "deciding": ("approve", "reject", "withdraw"),
    "branche": ("branch",),
    "draft": ("draft", "updatecustomer"),
    "task": ("task", "reminder"),
    "ownership": ("collaborator", "owner"),
    "submission": ("submit",),
    "correction": ("followup",),
    "editor": ("permission",),
    "subject": ("attachment",),
    "receiving": ("attachment",),
    "rollingback": ("rollback",),
    "administration": ("user",),
    "catalogue": ("value", "field"),
}
"""Parts of the names of mutations, by module, where they are not named alike."""


@dataclass
class Scene:
    """What one viewer tries."""

    twin: Twin
    known: set[bytes]
    editing: Editing
    first: list[Change]
    """One of each kind."""
    more: list[Change]


def scene(stage: Stage, viewer: str, by_relation: Cells) -> Scene:
    twin = Twin(stage.world, stage.users[viewer], SEED, by_relation)
    pools = Pools(stage.world, twin, SEED)
    editing = Editing(stage.world, twin.oracle)
    changes = editing.some_of_each(Changes(pools, SEED), OF_A_KIND, SEED)
    first = len(editing.some_of_each(Changes(pools, SEED), 1, SEED))
    return Scene(twin, known_ids(pools), editing, changes[:first], changes[first:])


class Search:
    """The scenes of one policy, made once and played anew without each guard."""

    def __init__(self, stage: Stage, *, strict: bool) -> None:
        self.stage = stage
        by_relation, viewers = (STRICT, STRICTLY) if strict else (BY_RELATION, BY_DEFAULT)
        self.scenes = {viewer: scene(stage, viewer, by_relation) for viewer in viewers}

    def leak_without(self, pair: Pair, guard: str) -> Leak | None:
        """The first leak without that guard; None if nothing shows. Failures of any other kind are raised."""
        pair.without(guard)
        sought = CHANGE_GUARDS[guard]
        try:
            if sought.among_drafts:
                the_code_of_a_hidden_draft_is_free(self.stage, pair, count=1)
            for near, first in ((True, True), (True, False), (False, True)):  # what the guard is about comes first
                for viewer in sorted(self.scenes, key=lambda name: name != sought.viewer):
                    self.play(pair, viewer, lambda c, near=near: _is_near(c, sought.within) is near, first=first)
        except Leak as found:
            return found
        finally:
            pair.without("")
        return None

    def play(self, pair: Pair, viewer: str, wanted: Callable[[Change], bool] = bool, *, first: bool = True) -> None:
        """The first change of each kind, or the others of that kind."""
        played = self.scenes[viewer]
        self.stage.put_back(played.twin)
        play = Play(pair, self.stage.token(viewer), played.known, played.editing)
        play.perform(filter(wanted, played.first if first else played.more))


def _is_near(change: Change, function: str) -> bool:
    """Whether the module of that function is named like the mutation: `contacts` like `updateContact`."""
    module = function.split(".")[-2] if "." in function else function
    stem = module.replace("_", "").lower().removesuffix("s")
    return any(word in change.mutation.lower() for word in _NEAR.get(stem, (stem,)))

"""What a person does with modals and Home: fill in, search, choose, submit, close."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.fakes import slack_payloads as payloads
from tests.fakes.slack_acks import after_submission, suggested
from tests.fakes.slack_courier import interaction_parcel
from tests.fakes.slack_fields import (
    EXTERNAL,
    action_of,
    complaints,
    entered,
    options_of,
    state_of,
    text_of,
    value_of,
)
from tests.fakes.slack_look import field_of, screen
from tests.fakes.slack_people import ACCEPTED, Talk
from tests.fakes.slack_values import Ack, Impossible, Json, Screen
from tests.fakes.slack_world import OpenView

DEFAULT_QUERY_LENGTH = 3
"""Characters before a search begins."""


class Person(Talk):
    """Somebody in a workspace. Its name, id, locale and tz are as given; all else happens at Slack."""

    @property
    def modal(self) -> Screen | None:
        """The view on top of this person's screen."""
        with self._world.changed:
            stack = self._world.stacks.get(self.id)
            return screen(stack[-1], len(stack)) if stack else None

    @property
    def home(self) -> Screen | None:
        """The Home tab, if it was ever published."""
        with self._world.changed:
            view = self._world.homes.get(self.id)
            return screen(view, 0) if view else None

    def wait_modal(
        self, wanted: Callable[[Screen], object] | str | None = None, seconds: float = 10.0
    ) -> Screen:
        """The modal as soon as it holds this text, or fits, or is there at all."""
        return self._wait_screen(lambda: self.modal, wanted, seconds, "modal")

    def wait_home(
        self, wanted: Callable[[Screen], object] | str | None = None, seconds: float = 10.0
    ) -> Screen:
        return self._wait_screen(lambda: self.home, wanted, seconds, "Home")

    def wait_no_modal(self, seconds: float = 10.0) -> None:
        """Until the screen is free."""
        self._wait(lambda: True if self.modal is None else None, seconds, "the end of the modal")

    def _wait_screen(
        self,
        now: Callable[[], Screen | None],
        wanted: Callable[[Screen], object] | str | None,
        seconds: float,
        what: str,
    ) -> Screen:
        def look() -> Screen | None:
            there = now()
            if there is None or wanted is None:
                return there
            fits = wanted in there.text if isinstance(wanted, str) else wanted(there)
            return there if fits else None

        try:
            return self._wait(look, seconds, f"{wanted or 'a'!r} in {what} of {self.name}")
        except TimeoutError as error:
            there = now()
            raise TimeoutError(f"{error}; there is {there.text if there else None!r}") from None

    def _top(self) -> OpenView:
        stack = self._world.stacks.get(self.id)
        if not stack:
            raise Impossible(f"{self.name} has no modal on the screen")
        return stack[-1]

    # Filling in.

    def fill(self, label: str, value: Any) -> Ack:
        """Puts a text, a date or an option (by its text or value) into a field of the modal; None empties it."""
        with self._world.changed:
            view = self._top()
            kind = field_of(view, label).type
        if kind in EXTERNAL and value not in (None, []):
            raise Impossible(f"{label!r} is searched: suggest, then choose")
        return self._put(view, label, value)

    def suggest(self, label: str, typed: str) -> list[tuple[str, str]]:
        """Searches in a select; gives the texts and values that are offered."""
        with self._world.changed:
            view = self._top()
            placed = field_of(view, label)
            if placed.type not in EXTERNAL:
                raise Impossible(f"{label!r} does not search")
            if len(typed) < placed.element.get("min_query_length", DEFAULT_QUERY_LENGTH):
                return []
            payload = payloads.suggestion(self._world, self, view, placed, typed)
        ack = self._post.send(interaction_parcel(payload))
        with self._world.changed:
            options = view.suggested[placed.key] = suggested(self._world, ack)
            if ack.problem:
                view.problem = "No results: there was some trouble loading them."
            return [(text_of(option), option["value"]) for option in options]

    def choose(self, label: str, option: str, *, typed: str | None = None) -> Ack:
        """Takes an option, of a search among those found last; with `typed` it searches first."""
        if typed is not None:
            self.suggest(label, typed)
        with self._world.changed:
            view = self._top()
        return self._put(view, label, option)

    def choose_in_home(self, label: str, option: Any) -> Ack:
        """Takes an option of a select, or a date, in the Home tab."""
        with self._world.changed:
            view = self._world.homes.get(self.id)
        if view is None:
            raise Impossible("no Home was ever published")
        return self._put(view, label, option)

    def _put(self, view: OpenView, label: str, value: Any) -> Ack:
        world = self._world
        with world.changed:
            placed = field_of(view, label)
            block_id, action_id = placed.key
            options = options_of(placed.element) or view.suggested.get(placed.key, [])
            state = state_of(placed, entered(placed, value, options))
            unchanged = value_of(placed, view.values[block_id][action_id]) == value_of(placed, state)
            if not placed.is_input and not self._asked(placed.element, confirm=True):
                return ACCEPTED
            view.values[block_id][action_id] = state
            # A client takes the complaint away as soon as somebody types.
            view.errors.pop(block_id, None)
            world.changed.notify_all()
            if unchanged or not placed.dispatches:
                return ACCEPTED
            action = action_of(placed, world.ts(), state)
        return self._act_in_view(view, action)

    # Sending and leaving.

    def submit(self) -> Ack:
        """Presses the modal's button. What a client checks itself must be right before."""
        world = self._world
        with world.changed:
            view = self._top()
            if not view.payload.get("submit"):
                raise Impossible("this modal has nothing to submit")
            told = complaints(view)
            if told:
                raise Impossible(f"the client does not send it: {'; '.join(told)}")
            payload = payloads.submission(world, self, view)
        ack = self._post.send(interaction_parcel(payload))
        with world.changed:
            after_submission(world, view, ack)
        return ack

    def close(self, *, everything: bool = False) -> Ack:
        """Closes the view on top; with `everything`, or if the view asks for it, all that lie below too."""
        world = self._world
        sent: list[Json] = []
        with world.changed:
            view = self._top()
            stack = world.stacks[self.id]
            cleared = everything or bool(view.payload.get("clear_on_close"))
            for closed in reversed(list(stack) if cleared else [view]):
                stack.remove(closed)
                if closed.payload.get("notify_on_close"):
                    sent.append(payloads.closing(world, self, closed, cleared=cleared))
            world.changed.notify_all()
        # Nobody is left to be told of a failure: the modal is gone.
        acks = [self._post.send(interaction_parcel(payload)) for payload in sent]
        return acks[0] if acks else ACCEPTED
